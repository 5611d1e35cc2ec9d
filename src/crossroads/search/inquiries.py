"""What claims say where more is run than the options: probes side by side, measures added in every order, and each part
of a claim judged again with what drives it taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.carriers import find_grounds
from crossroads.analysis.claims import Null, Verdict, compare_nulls, judge_claims
from crossroads.analysis.columns import build_column
from crossroads.analysis.comparisons import compare_column
from crossroads.analysis.debate import Debate, gather_readings
from crossroads.analysis.estimates import Floats
from crossroads.analysis.orders import list_designs, weigh_orders
from crossroads.analysis.propositions import Key, Readings, collect_readings, list_needed
from crossroads.analysis.spool import Values
from crossroads.analysis.stored import Table, map_columns
from crossroads.analysis.strategies import Rules
from crossroads.analysis.tilting import find_turns
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case, Comparison, Orders, Outcome
from crossroads.search.nulls import Make, follow_weights, run_claims
from crossroads.search.variants import weigh_variants
from crossroads.simulation.runs import Runs

Place = tuple[str, str]
"""A part: id of its claim, and its own."""


@dataclass(frozen=True, eq=False)
class Inquiry:
    """What the claims of a case say beyond the runs of its options, in their first `futures`.

    `probed` judges the parts that name probes. `nulls` are the parts judged again without what drives them, beside
    themselves in the same futures, with the reactions that they have otherwise. `comparisons` has by claim one dataset
    a table, joined by outcome (see compare_column), and `orders` by claim what each measure adds (see weigh_orders).
    """

    futures: int
    probed: Debate
    nulls: tuple[Null, ...]
    comparisons: Mapping[str, tuple[xr.Dataset, ...]]
    orders: Mapping[str, xr.Dataset]


def inquire(runs: Runs, make: Make, rules: Rules) -> Inquiry:
    """Run what the claims of complete runs need beyond them, and judge it; `make` simulates or opens, `rules` are
    those of the game of the options. Raises RunsError, and WeighingError as `analyse`."""
    case, made = runs.case, run_claims(runs, make)
    own = _Bench.of(case, runs.first(made.futures), rules)
    probes = own if made.probes is None else _Bench.of(case, made.probes, rules)
    debate = probes.debate(made.probed)
    without = {key for one in made.nulls for key in one.parts}
    beside = [*own.judge(without - set(made.probed)), *debate.verdicts]
    nulls: list[Null] = []
    for one in made.nulls:
        bench = _Bench(case, one.runs, follow_weights(one.runs, own.weights, probes.weights))
        nulls += compare_nulls(case, beside, bench.judge(one.parts))
    asked = {claim.id: claim.compares for claim in case.claims if claim.compares}
    benches = (probes, own)
    return Inquiry(
        made.futures,
        debate,
        tuple(nulls),
        {name: tuple(_choose(benches, one).compare(one) for one in tables) for name, tables in asked.items()},
        {claim.id: probes.order(claim.orders) for claim in case.claims if claim.orders},
    )


@dataclass(frozen=True, eq=False)
class _Bench:
    """Runs that claims are judged by, with their weights; `case` is the whole case, the runs are those of some of its
    options and probes."""

    case: Case
    runs: Runs
    weights: Weights

    @classmethod
    def of(cls, case: Case, runs: Runs, rules: Rules) -> _Bench:
        """Weighed as variants are."""
        return cls(case, runs, weigh_variants(runs, rules))

    def judge(self, parts: Iterable[Place]) -> tuple[Verdict, ...]:
        """Verdicts on some parts."""
        wanted = set(parts)
        chosen = [part for claim in self.case.claims for part in claim.parts if (claim.id, part.id) in wanted]
        found = judge_claims(self.case, self.read(list_needed(self.case, chosen)), self.weights)
        return tuple(one for one in found if one.key in wanted)

    def debate(self, parts: Iterable[Place]) -> Debate:
        """Verdicts on some parts, with what turns and carries them."""
        verdicts, futures = self.judge(parts), self.runs.futures
        turns = find_turns(verdicts, self.case.uncertainties, futures, self.weights)
        return Debate(verdicts, turns, find_grounds(self.case, verdicts, futures))

    def compare(self, asked: Comparison) -> xr.Dataset:
        """One table, by outcome."""
        horizons = [horizon.id for horizon in self.case.horizons]
        nothing = np.zeros(len(self.runs.futures))
        parts = {
            outcome.id: part
            for outcome, part in map_columns(
                self._table,
                [outcome for outcome in self.case.outcomes if outcome.id in asked.outcomes],
                lambda outcome, values: compare_column(
                    build_column(outcome, values, nothing, self.weights), asked, horizons
                ),
            )
        }
        ordered = [parts[name] for name in asked.outcomes]
        return xr.concat(ordered, dim="outcome").assign_coords(outcome=list(asked.outcomes))

    def order(self, asked: Orders) -> xr.Dataset:
        """What each measure adds, over every order."""
        return weigh_orders(asked, self.read(list_designs(asked)), self.weights)

    def read(self, needed: set[Key]) -> Readings:
        """The numbers that these runs have of those needed."""
        starts = self.runs.dataset["start"].compute()
        names = {key[0] for key in needed}

        def collect(outcome: Outcome, values: Values) -> dict[Key, Floats]:
            start = np.asarray(starts.sel(outcome=outcome.id).to_numpy(), dtype=np.float64)
            return collect_readings(build_column(outcome, values, start, self.weights), self.case, needed)

        asked = [outcome for outcome in self.case.outcomes if outcome.id in names]
        found: dict[Key, Floats] = {}
        for _, part in map_columns(self._table, asked, collect):
            found |= part
        return gather_readings(self.case, self.weights, found, starts)

    @property
    def _table(self) -> Table:
        places = {
            "option": self.weights.options,
            "reaction": self.weights.reactions,
            "horizon": [horizon.id for horizon in self.case.horizons],
        }
        return Table(self.runs.dataset["values"], places, self.weights.pairs)


def _choose(benches: Sequence[_Bench], asked: Comparison) -> _Bench:
    """The first that has every option of a table."""
    return next(one for one in benches if set(asked.options) <= set(one.weights.options))
