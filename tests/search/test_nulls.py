from functools import partial

import numpy as np
import pytest
from straight_town import straight, town

from crossroads.analysis.preparation import prepare_weights
from crossroads.case.distributions import Categorical, Point
from crossroads.case.files import load
from crossroads.case.records import Claim, Correlation, Part, Proposition, Sweeps, by_id
from crossroads.errors import RunsError
from crossroads.sampling.beliefs import view_weights
from crossroads.sampling.futures import sample
from crossroads.search.nulls import (
    Absence,
    count_claim_runs,
    follow_weights,
    hold_case,
    list_beside,
    list_nulls,
    make_beside,
    names_probe,
    open_beside,
    pick_options,
    run_claims,
)
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model

COUNT = 64


def say(name, option, against="baseline", outcome="harmed", **more):
    holds = Proposition(outcome=outcome, option=option, horizon="year_5", against=against, at_most=0)
    return Part(id=name, words="Made up.", holds=holds, because="Made up.", **more)


def claim(*parts):
    said = {"short": "Made up", "words": "Made up.", "source": "book", "test": "Made up."}
    return Claim(id="C1", kind="empirical", parts=parts, **said)


def ask(*parts, futures=COUNT):
    """The town with these parts in place of its claims."""
    changed = {"claims": (claim(*parts),), "sweeps": Sweeps(futures=futures)}
    return load("toy").model_copy(update=changed)


def start(home, case, count=COUNT):
    return simulate(case, sample(case, count), home / "runs", model=load_model(load("toy")), series=0, audit=False)


def maker(runs, **more):
    return partial(make_beside, model=load_model(load("toy")), runs=runs, **more)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The town with a part that needs clay, one that needs no growth, and one that no purse changes."""
    case = ask(
        say("on_clay", "raise", outcome="flooded_homes", null={"ground": "clay"}),
        say("warned", "warn", "raise", null={"growth": 0}),
        say("unpaid", "move_out", without=("purse",)),
        say("plain", "raise"),
    )
    return start(tmp_path_factory.mktemp("town"), case, 2 * COUNT)


@pytest.fixture(scope="module")
def found(runs):
    return run_claims(runs, maker(runs))


class Stopping:
    """Ctrl-C when a chunk is done."""

    def __init__(self):
        self.chunks = 0

    def begin(self, total_runs, already_done):
        pass

    def advance(self, runs, failures):
        self.chunks += 1
        raise KeyboardInterrupt

    def end(self):
        pass


def test_parts_that_take_the_same_away_share_their_runs():
    case = ask(
        say("one", "raise", null={"overrun": 1, "growth": 0}),
        say("two", "warn", null={"growth": 0, "overrun": 1}),
        say("three", "raise", null={"growth": 0}),
        say("four", "raise", without=("purse", "river", "purse")),
        say("five", "raise"),
    )
    told = {null: [key for key, _ in parts] for null, parts in list_nulls(case).items()}
    assert told == {
        Absence((("growth", 0.0), ("overrun", 1.0))): [("C1", "one"), ("C1", "two")],
        Absence((("growth", 0.0),)): [("C1", "three")],
        Absence((), ("purse", "river")): [("C1", "four")],
    }


def test_only_the_options_that_parts_name_are_run(found):
    options = {one.parts: [option.id for option in one.runs.case.options] for one in found.nulls}
    assert options == {
        (("C1", "on_clay"),): ["keep", "raise"],
        (("C1", "warned"),): ["keep", "raise", "warn"],
        (("C1", "unpaid"),): ["keep", "move_out"],
    }


def test_the_probes_run_beside_what_they_are_compared_with(found):
    assert [option.id for option in found.probes.case.options] == ["keep", "raise", "warn", "raise_and_warn"]
    assert found.probed == (("C1", "warned"),)
    assert found.futures == COUNT == found.probes.size


def test_an_order_and_a_comparison_bring_their_options_along():
    own = load("toy")
    assert set(list_beside(own)) == {"keep", "raise", "warn", "raise_and_warn"}
    alone = own.model_copy(update={"claims": tuple(one for one in own.claims if one.id != "Q1")})
    assert set(list_beside(alone)) == {"warn", "raise_and_warn"}
    assert not any(names_probe(alone, part) for one in alone.claims for part in one.parts)


def test_what_is_judged_again_is_found_by_its_part(found):
    assert found.find_null("C1", "on_clay") is found.nulls[0].runs
    assert found.find_null("C1", "plain") is None


def test_on_clay_a_raised_levee_keeps_out_four_fifths_in_every_future(runs, found):
    def share(some):
        flooded = some.values("flooded_homes", "year_5").max("reaction")  # no reaction changes it
        return (flooded.sel(option="raise") / flooded.sel(option="keep")).values

    assert share(found.find_null("C1", "on_clay")) == pytest.approx(0.2, rel=1e-4)
    assert np.unique(share(runs).astype(float).round(3)).tolist() == [0.2, 0.6]  # clay and sand


def test_nothing_else_differs_from_the_runs(runs, found):
    clay = runs.futures.column("ground")[:COUNT] == 0
    null = found.find_null("C1", "on_clay")
    again, before = (some.values("flooded_homes", "year_5").sel(option="raise").values for some in (null, runs))
    assert clay.any()
    assert not clay.all()
    assert np.array_equal(again[:, clay], before[:, :COUNT][:, clay], equal_nan=True)
    assert (again[:, ~clay] < before[:, :COUNT][:, ~clay]).all()


def test_a_mechanism_that_is_off_takes_its_own_outcomes_away_and_no_more(runs, found):
    null = found.find_null("C1", "unpaid")
    harmed, before = (some.values("harmed", "year_5").sel(option="move_out").values for some in (null, runs))
    assert np.array_equal(harmed, before[:, :COUNT], equal_nan=True)
    assert "spending" in runs.manifest.labels.outcome
    assert "spending" not in null.manifest.labels.outcome


def test_every_null_and_every_mechanism_has_a_folder_of_its_own(runs, found):
    places = {one.runs.path for one in found.nulls} | {found.probes.path}
    assert len(places) == 4
    assert all(place.parent == runs.path.resolve().parent for place in places)
    (off,) = [one.runs.path.name for one in found.nulls if one.null.off]
    assert off.endswith("-without-purse")


def test_what_was_run_is_told_again_from_what_is_stored(runs, found, tmp_path):
    told = run_claims(runs, partial(open_beside, runs=runs))
    assert [one.null for one in told.nulls] == [one.null for one in found.nulls]
    assert [one.runs.content_hash() for one in told.nulls] == [one.runs.content_hash() for one in found.nulls]
    alone = start(tmp_path, runs.case)
    with pytest.raises(RunsError):
        run_claims(alone, partial(open_beside, runs=alone))


@pytest.mark.slow
def test_what_was_stopped_goes_on_with_what_is_missing(tmp_path):
    runs = start(tmp_path, ask(say("one", "raise", null={"growth": 0})))
    stopping = Stopping()
    with pytest.raises(KeyboardInterrupt):
        run_claims(runs, maker(runs, progress=stopping))
    done = run_claims(runs, maker(runs))
    assert stopping.chunks == 1
    assert done.probes.complete
    assert done.nulls[0].runs.complete


def test_a_case_without_probes_or_nulls_runs_nothing(tmp_path):
    case = ask(say("one", "raise")).model_copy(update={"probes": ()})
    runs = start(tmp_path, case)
    nothing = run_claims(runs, maker(runs))
    assert (nothing.probes, nothing.nulls, nothing.probed) == (None, (), ())


def test_a_model_without_that_mechanism_says_so(runs):
    futures = runs.futures.first(COUNT)
    case = pick_options(runs.case, ["raise"])
    with pytest.raises(RunsError, match="no mechanism harbour"):
        make_beside(case, futures, ("harbour",), model=load_model(load("toy")), runs=runs)
    with pytest.raises(RunsError, match="no mechanism river"):
        make_beside(case, futures, ("river",), model=straight(), runs=runs)


def test_what_is_held_has_one_value_under_every_view_and_all_else_keeps_its_own():
    case = town()
    futures = sample(case, COUNT)
    held, kept = hold_case(case, futures, {"ground": "sand", "overrun": 1.5})
    shapes = by_id(held.uncertainties)
    assert shapes["ground"].distribution == Categorical(shares={"clay": 0, "sand": 1})
    assert shapes["overrun"].distribution == Point(value=1.5)
    assert all(not {"ground", "overrun"} & view.beliefs.keys() for view in held.views)
    assert (kept.column("ground") == 1).all()
    assert (kept.column("overrun") == 1.5).all()
    for name in set(futures.names) - {"ground", "overrun"}:
        assert np.array_equal(kept.column(name), futures.column(name))
        assert shapes[name] == by_id(case.uncertainties)[name]


def test_futures_with_something_held_can_be_weighed_by_what_views_believe_of_the_rest():
    case = town()
    pair = Correlation(id="wet", between=("flood_rate", "homes_hit", "growth"), rank=0.4, meaning="Made up.")
    two = pair.model_copy(update={"id": "dry", "between": ("flood_rate", "overrun")})
    case = case.model_copy(update={"correlations": (pair, two)})
    held, kept = hold_case(case, sample(case, COUNT), {"flood_rate": 0.0})  # past the end of its range
    assert [one.between for one in held.correlations] == [("homes_hit", "growth")]
    weights = view_weights(held, kept)
    assert np.isfinite(weights).all()
    assert weights.mean(axis=1) == pytest.approx(1)


def test_nulls_are_weighed_as_the_same_options_are_elsewhere(runs, found):
    own, probes = prepare_weights(runs, runs.case), prepare_weights(found.probes, found.probes.case)
    rng = np.random.default_rng(1)
    own, probes = (some.play([rng.random((len(some.pairs), some.ok.shape[2]))], [0] * 3) for some in (own, probes))
    null = found.find_null("C1", "warned")
    weights = follow_weights(null, own, probes)
    assert weights.options == ("keep", "raise", "warn")
    assert weights.baseline == 0
    assert weights.futures.shape == (3, COUNT)
    assert weights.futures.mean(axis=1) == pytest.approx(1)
    assert weights.futures[1] / weights.futures[1, 0] == pytest.approx(own.futures[1, :COUNT] / own.futures[1, 0])
    for option, (source, name) in enumerate([(own, "keep"), (own, "raise"), (probes, "warn")]):
        rows = source.span(source.options.index(name))
        assert np.array_equal(weights.chances[0][weights.span(option)], source.chances[0][rows, :COUNT])
    assert weights.ok[weights.mix > 0].all()


def test_an_option_that_nobody_weighed_is_told(runs, found):
    own = prepare_weights(runs, runs.case)
    with pytest.raises(RunsError, match="how warn is answered"):
        follow_weights(found.find_null("C1", "warned"), own)


def test_what_claims_need_is_counted_before_it_is_run(tmp_path):
    case = load("toy")
    model = load_model(case)
    runs = simulate(case, sample(case, 64), tmp_path / "own", model=model)
    counted, made = count_claim_runs(runs), []

    def make(varied, futures, off):
        made.append(make_beside(varied, futures, off, model=model, runs=runs))
        return made[-1]

    run_claims(runs, make)
    assert counted == sum(int((each.status == 1).sum()) for each in made)
