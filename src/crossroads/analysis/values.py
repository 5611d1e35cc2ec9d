"""Who wins under which values: stochastic acceptability over stored runs, by stakeholder and for anybody.

A draw takes a row of weights and a future of its own, so that facts and values are uncertain together; reactions to an
option are averaged in each future first. Changes are valued on the scales that the case states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from crossroads.analysis.acceptability import Acceptability, pick_futures, weigh_acceptability
from crossroads.analysis.compromise import RULES, rank_scores, weigh_sum
from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.analysis.joining import Joined, Values
from crossroads.analysis.preferences import draw_flat, draw_preferences
from crossroads.analysis.reversals import find_reversals
from crossroads.analysis.standings import MOST_THREADS
from crossroads.analysis.weights import MIXTURE, Weights, measure_effective
from crossroads.case.records import Case, Stakeholder, by_id
from crossroads.sampling.streams import stream

DRAWS = 20_000
"""Draws in the mixture of all views."""
FEWER = 4096
"""Draws in each view by itself, and without judgement indices."""
EVERY, MEASURED, LIMITED = "every outcome", "no index", "within limits"
"""What counts: all that is weighed; without judgement indices; all, but an option past a stakeholder's limits comes
after every one that keeps them."""
BASES = (EVERY, MEASURED, LIMITED)


@dataclass(frozen=True, eq=False)
class Worths:
    """Who wins under which values, over the first `futures`.

    `people`: by view, stakeholder and basis (see BASES; the last two in the mixture alone): `first`, the share of draws
    in which an option comes first, with its error, `ranks` by place, `entropy`, `choices` (as many options that were
    first equally often would leave it as open), `wins` of every option over each other, `draws` and the `effective`
    futures among them. `anybody`: the same by view and horizon where nothing is known of the weights, over the headline
    outcomes, with `central` weights by criterion, `confidence` and `cross`. What is refused for a view, or an option in
    it, is NaN.
    `methods`: places of the options by stakeholder and rule on mean values and stated weights, `tau`, Kendall's tau-b
    of these places and those by our own rule, and by stakeholder `reversals`: how often our own rule turns an order
    when options are dropped, worsened, cloned or compared alone.
    """

    futures: int
    people: xr.Dataset
    anybody: xr.Dataset
    methods: xr.Dataset


def list_valued(case: Case, headline: Sequence[str]) -> set[tuple[str, str]]:
    """Outcomes and horizons whose changes are valued: what stakeholders weigh at their own, headline ones at each."""
    outcomes, concerns = by_id(case.outcomes), by_id(case.concerns)
    found = {
        (name, one.horizon)
        for one in list_weighing(case)
        for concern, weight in one.weights.items()
        for name in concerns[concern].outcomes
        if weight > 0 and name in outcomes
    }
    found |= {(name, horizon.id) for name in headline for horizon in case.horizons}
    return {(name, horizon) for name, horizon in found if horizon in outcomes[name].scales}


def list_weighing(case: Case) -> list[Stakeholder]:
    """Stakeholders with weights."""
    return [one for one in case.stakeholders if any(weight > 0 for weight in one.weights.values())]


def weighs_index(case: Case, one: Stakeholder) -> bool:
    """Whether a judgement index speaks for anything that a stakeholder weighs."""
    outcomes, concerns = by_id(case.outcomes), by_id(case.concerns)
    weighed = (name for concern, weight in one.weights.items() if weight > 0 for name in concerns[concern].outcomes)
    return any(outcomes[name].index for name in weighed if name in outcomes)


def weigh_values(
    case: Case, weights: Weights, games: Sequence[Joined], headline: Sequence[str], seed: int, compare: bool = True
) -> Worths | None:
    """The weighing by values over what was joined, one a game; None where the case states no scales. `methods` are
    empty unless other rules are to be compared."""
    if not list_valued(case, headline):
        return None
    first = weights.cut(slice(0, len(next(iter(games[0].values.values())))))
    refused = measure_effective(first)
    people, anybody, lots = dict[str, xr.Dataset](), dict[str, xr.Dataset](), dict[str, _Lot]()
    for joined, places in zip(games, first.games.values(), strict=True):
        store = _Store(case, first.options, joined, first.ran.T)
        views = {first.views[place]: place for place in places}
        own = {
            view: _Lot(store, first.futures[place], first.replicate, DRAWS if view == MIXTURE else FEWER)
            for view, place in views.items()
            if not refused["view_refused"].sel(view=view)
        }
        people |= _weigh_people(case, own, seed)
        anybody |= {view: _weigh_anybody(case, lot, headline, seed) for view, lot in own.items()}
        lots |= own
    return Worths(
        len(first.replicate),
        _join_views(people, refused["refused"]),
        _join_views(anybody, refused["refused"]),
        _compare_methods(case, lots[MIXTURE]) if compare else xr.Dataset(),
    )


def _join_views(found: Mapping[str, xr.Dataset], refused: xr.DataArray) -> xr.Dataset:
    """All views in their order, NaN where a view is refused, or an option in it."""
    joined = xr.concat(list(found.values()), dim="view").assign_coords(view=list(found))
    joined = joined.reindex(view=refused["view"].to_numpy())
    if not bool(refused.any()):
        return joined
    hidden = {}
    for name, array in joined.data_vars.items():
        shown = array
        for dim in {"option", "other"} & set(array.dims):
            shown = shown.where(~refused.rename(option=dim))
        hidden[name] = shown.transpose(*array.dims)
    return joined.assign(hidden)


@dataclass(frozen=True, eq=False)
class _Store:
    """The values of one game, for all views that play it."""

    case: Case
    options: tuple[str, ...]
    joined: Joined
    ran: Bools
    """(futures, options)"""

    @property
    def values(self) -> Values:
        """By outcome and horizon."""
        return self.joined.values

    def list_outcomes(self, one: Stakeholder, measured: bool) -> list[str]:
        """What a stakeholder weighs and is valued at its horizon, perhaps without judgement indices."""
        concerns = by_id(self.case.concerns)
        weighed = {name for concern, weight in one.weights.items() if weight > 0 for name in concerns[concern].outcomes}
        return [
            outcome.id
            for outcome in self.case.outcomes
            if outcome.id in weighed and (outcome.id, one.horizon) in self.values and not (measured and outcome.index)
        ]

    def stack(self, outcomes: Sequence[str], horizon: str) -> Floats:
        """Values (futures, options, outcomes)."""
        if not outcomes:
            return np.zeros((*self.ran.shape, 0))
        found = np.empty((*self.ran.shape, len(outcomes)))
        for place, name in enumerate(outcomes):
            found[:, :, place] = self.values[name, horizon]
        return found

    def join(self, one: Stakeholder, measured: bool) -> Floats:
        """Values of the concerns of a stakeholder, (futures, options, concerns); an option that did not run takes part
        in nothing, even where nothing that is weighed is modelled."""
        shares = draw_preferences(one, self.case.concerns, self.list_outcomes(one, measured), 1, 0)
        joined = shares.join_values(self.stack(shares.outcomes, one.horizon))
        return joined if self.ran.all() else np.where(self.ran[:, :, None], joined, np.nan)


@dataclass(frozen=True, eq=False)
class _Lot:
    """What one view draws from."""

    store: _Store
    futures: Floats
    replicate: Ints
    draws: int
    picked: dict[int, Ints] = field(default_factory=dict)

    def pick(self, draws: int) -> Ints:
        """The future of each draw."""
        if draws not in self.picked:
            self.picked[draws] = pick_futures(self.futures, draws, self.replicate)
        return self.picked[draws]


def _weigh_people(case: Case, lots: Mapping[str, _Lot], seed: int) -> dict[str, xr.Dataset]:
    """By view, of one game."""
    people = list_weighing(case)
    if not people or not lots:
        return {view: xr.Dataset(coords={"stakeholder": np.array([], dtype=str)}) for view in lots}
    found: list[list[Acceptability]] = [[] for _ in lots]
    with ThreadPoolExecutor(MOST_THREADS) as pool:  # values of all concerns of all people at once would be many
        for bases in pool.map(lambda one: _weigh_bases(case, one, list(lots.values()), seed), people):
            for basis in bases:
                for own, each in zip(found, basis, strict=True):
                    own.append(each)
    head = {"stakeholder": [one.id for one in people], "basis": list(BASES)}
    horizons = ("stakeholder", [one.horizon for one in people])
    return {
        view: _label(own, head, lot.store.options).assign_coords(own_horizon=horizons)
        for (view, lot), own in zip(lots.items(), found, strict=True)
    }


def _weigh_bases(case: Case, one: Stakeholder, lots: Sequence[_Lot], seed: int) -> list[list[Acceptability]]:
    """By every basis, in their order, and lot: all in the mixture, the first alone in each view by itself. What changes
    nothing for this stakeholder is not drawn again."""
    store = lots[0].store
    whole, limits = store.join(one, measured=False), store.joined.limits.get(one.id)
    every = [_weigh_person(case, one, lot, whole, lot.draws, None, seed) for lot in lots]

    def weigh(values: Floats, limits: Bools | None = None) -> list[Acceptability]:
        return [
            _weigh_person(case, one, lot, values, FEWER, limits, seed) if lot.draws == DRAWS else _blank(known)
            for lot, known in zip(lots, every, strict=True)
        ]

    measured = weigh(store.join(one, measured=True)) if weighs_index(case, one) else every
    return [every, measured, every if limits is None else weigh(whole, limits)]


def _blank(known: Acceptability) -> Acceptability:
    """Of the same shape, and not known."""
    arrays = {name: part for name, part in vars(known).items() if isinstance(part, np.ndarray)}
    parts: dict[str, Any] = {name: np.full_like(part, np.nan) for name, part in arrays.items()}
    return replace(known, **parts, entropy=np.nan, effective=np.nan)


def _weigh_person(
    case: Case, one: Stakeholder, lot: _Lot, values: Floats, draws: int, limits: Bools | None, seed: int
) -> Acceptability:
    futures = lot.pick(draws)
    weights = draw_preferences(one, case.concerns, (), draws, seed).weights
    out = None if limits is None else np.logical_not(limits)
    return weigh_acceptability(values, weights, futures, lot.replicate, out, threads=1, central=False)


def _weigh_anybody(case: Case, lot: _Lot, headline: Sequence[str], seed: int) -> xr.Dataset:
    store = lot.store
    horizons = [one.id for one in case.horizons if all((name, one.id) in store.values for name in headline)]
    futures = lot.pick(lot.draws)
    weights = draw_flat(len(headline), len(futures), stream(seed, "values", "anybody"))
    if not horizons:
        return xr.Dataset(coords={"horizon": np.array([], dtype=str)})
    found = [
        weigh_acceptability(store.stack(headline, horizon), weights, futures, lot.replicate) for horizon in horizons
    ]
    return _label(found, {"horizon": horizons}, store.options, headline)


def _label(
    found: Sequence[Acceptability],
    head: Mapping[str, Sequence[str]],
    options: Sequence[str],
    criteria: Sequence[str] = (),
) -> xr.Dataset:
    """What was found as one dataset; `head` names the dimensions that it was found along, the last fastest."""
    sizes, names = tuple(map(len, head.values())), list(options)
    read = {**_PARTS, **(_CENTRAL if criteria else {})}
    variables = {}
    for name, (dims, part) in read.items():
        stacked = np.stack([np.asarray(part(one), dtype=np.float64) for one in found])
        variables[name] = ((*head, *dims), stacked.reshape(*sizes, *stacked.shape[1:]))
    coords = {**head, "option": names, "other": names, "place": np.arange(1, len(names) + 1)}
    return xr.Dataset(variables, coords={**coords, "criterion": list(criteria)} if criteria else coords)


_PARTS: Mapping[str, tuple[tuple[str, ...], Callable[[Acceptability], ArrayLike]]] = {
    "first": (("option",), lambda found: found.ranks[:, 0]),
    "error": (("option",), lambda found: found.ranks_error[:, 0]),
    "ranks": (("option", "place"), lambda found: found.ranks),
    "entropy": ((), lambda found: found.entropy),
    "choices": ((), lambda found: (found.ran > 0).sum() ** found.entropy),
    "rank_entropy": (("option",), lambda found: found.rank_entropy),
    "wins": (("option", "other"), lambda found: found.wins),
    "wins_error": (("option", "other"), lambda found: found.wins_error),
    "draws": ((), lambda found: found.draws),
    "effective": ((), lambda found: found.effective),
}
_CENTRAL: Mapping[str, tuple[tuple[str, ...], Callable[[Acceptability], ArrayLike]]] = {
    "central": (("option", "criterion"), lambda found: found.central),
    "central_error": (("option", "criterion"), lambda found: found.central_error),
    "confidence": (("option",), lambda found: found.confidence),
    "confidence_error": (("option",), lambda found: found.confidence_error),
    "cross": (("option", "other"), lambda found: found.cross),
}


def _compare_methods(case: Case, lot: _Lot) -> xr.Dataset:
    """Places by every method on the mean values of concerns and the stated weights."""
    people = list_weighing(case)
    options = list(lot.store.options)
    places = np.zeros((len(people), len(RULES), len(options)), dtype=np.int64)
    tau = np.full(places.shape[:2], np.nan)
    turns = np.zeros(len(people), dtype=np.int64)
    share = lot.futures / lot.futures.sum()
    for row, one in enumerate(people):
        weights = np.array([weight for weight in one.weights.values() if weight > 0])
        weights = weights / weights.sum()
        mean = _average(lot.store.join(one, measured=False), share)
        for column, rule in enumerate(RULES.values()):
            places[row, column] = rank_scores(rule(mean, weights))
            tau[row, column] = measure_tau(places[row, 0], places[row, column])
        ran = np.isfinite(mean).all(axis=1)
        turns[row] = len(find_reversals(weigh_sum, mean[ran], weights))
    return xr.Dataset(
        {
            "place": (("stakeholder", "rule", "option"), places),
            "tau": (("stakeholder", "rule"), tau),
            "reversals": ("stakeholder", turns),
        },
        coords={"stakeholder": [one.id for one in people], "rule": list(RULES), "option": options},
    )


def measure_tau(places: Ints, others: Ints) -> float:
    """Kendall's tau-b (1945) of two rows of places (options,), over the options with a place in both; NaN where one of
    them ties all."""
    kept = (places > 0) & (others > 0)
    one, two = (np.sign(row[kept][:, None] - row[kept][None, :]) for row in (places, others))
    untied = float(np.abs(one).sum()) * float(np.abs(two).sum())
    return float((one * two).sum() / np.sqrt(untied)) if untied else np.nan


def _average(values: Floats, share: Floats) -> Floats:
    """The weighted mean over the futures in which an option ran, (options, criteria)."""
    known = np.isfinite(values)
    below = np.einsum("f,foc->oc", share, known.astype(np.float64))
    above = np.einsum("f,foc->oc", share, np.where(known, values, 0.0))
    mean: Floats = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return mean
