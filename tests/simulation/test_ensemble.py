from dataclasses import replace

import numpy as np
import pytest
from fake_town import PAIRS, TOWN, futures, toy, weigh

from crossroads.cases.toy.model import RiverRates
from crossroads.errors import RunsError
from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Chance
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model
from crossroads.simulation.status import Status

COUNT = 64
SLOW_FIRST_TIME = pytest.mark.slow  # compiles the toy, once on a machine


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return simulate(toy(), futures(COUNT), tmp_path_factory.mktemp("compiled"))


def spoil(**changes):
    """Futures in which some values, by future, were overwritten."""
    healthy = futures(COUNT)
    values = healthy.values.copy()
    for name, by_future in changes.items():
        for future, value in by_future.items():
            values[future, healthy.names.index(name)] = value
    return replace(healthy, values=values)


@SLOW_FIRST_TIME
def test_the_compiled_town_and_the_one_by_formulas_agree(compiled, tmp_path):
    fake = weigh(tmp_path, COUNT)
    assert (compiled.status == fake.status).all()
    for name in ("values", "start"):
        ours, theirs = compiled.dataset[name].values, fake.dataset[name].values
        np.testing.assert_allclose(ours, theirs, rtol=3e-5, atol=1e-6)
    ours = compiled.dataset["series"].sel(series_future=fake.dataset["series_future"])
    np.testing.assert_allclose(ours.values, fake.dataset["series"].values, rtol=2e-4, atol=1e-4)


@SLOW_FIRST_TIME
def test_the_history_is_stored_by_year_for_each_future(compiled):
    homes = compiled.dataset["history"].sel(history_outcome="homes_at_risk")
    assert homes.dims == ("future", "history_year")
    assert homes["history_year"].values.tolist() == [2024, 2025]
    growth = futures(COUNT).column("growth")
    np.testing.assert_allclose(homes.sel(history_year=2025), 800 * (1 + growth / 52) ** 104, rtol=1e-5)


@SLOW_FIRST_TIME
@pytest.mark.parametrize("more", [{"chunk": 24}, {"threads": 1}, {"chunk": 7, "threads": 2}])
def test_chunks_and_threads_change_no_bit(compiled, tmp_path, more):
    assert simulate(toy(), futures(COUNT), tmp_path, **more).content_hash() == compiled.content_hash()


@SLOW_FIRST_TIME
def test_lost_runs_of_a_compiled_model_touch_no_other(compiled, tmp_path):
    broken = spoil(overrun={5: 1e37, 40: np.inf}, growth={9: np.nan})
    runs = simulate(toy(), broken, tmp_path)
    failed = (runs.status == Status.NOT_FINITE).values
    late = [name.endswith("late") for name in runs.status["reaction"].values]
    assert failed[1, late][:, [5, 40]].all()
    assert failed[:, :, 9].sum() == PAIRS
    assert failed.sum() == len(runs.failures()) == runs.manifest.failures
    assert set(np.flatnonzero(failed.any(axis=(0, 1)))) == {5, 9, 40}
    expected = compiled.dataset["values"].load().where(~compiled.status.copy(data=failed))
    rest = [future for future in range(COUNT) if future not in (5, 9, 40)]
    np.testing.assert_array_equal(runs.dataset["values"].values[:, :, rest], expected.values[:, :, rest])
    on_time = [not each for each in late]
    np.testing.assert_array_equal(
        runs.dataset["values"].values[:, on_time][:, :, [5, 40]], expected.values[:, on_time][:, :, [5, 40]]
    )


@SLOW_FIRST_TIME
def test_a_lost_run_says_which_outcome_and_which_stock_and_when(tmp_path):
    runs = simulate(toy(), spoil(overrun={5: np.inf}, growth={9: np.nan}), tmp_path)
    told = {(failure.option, failure.reaction, failure.future): failure.reason for failure in runs.failures()}
    assert told["raise", "supports+late", 5].startswith("spending was infinite at the end of week 1")
    reason = told["keep", "supports+on_time", 9]
    assert reason.startswith("harmed was not a number at the end of week 1; in plain Python ")
    assert "is the first stock to be lost, in week" in reason
    assert sum("in plain Python" in each for each in told.values()) == 3  # the others would say the same


@SLOW_FIRST_TIME
def test_a_mechanism_that_is_switched_off_leaves_its_outcomes_out(tmp_path):
    runs = simulate(toy(), futures(32), tmp_path, model=load_model(toy()).without("purse"))
    assert runs.dataset["outcome"].values.tolist() == ["harmed", "flooded_homes", "homes_at_risk"]
    assert runs.complete


def test_futures_are_matched_by_name_and_not_by_place(tmp_path):
    asked = futures(32)
    turned = replace(asked, names=asked.names[::-1], values=asked.values[:, ::-1])
    straight = weigh(tmp_path / "straight", 32)
    again = simulate(toy(), turned, tmp_path / "straight", model=TOWN, chunk=16, series=40)
    assert again.content_hash() == straight.content_hash()


def test_futures_of_another_case_are_refused(tmp_path):
    other = replace(futures(32), names=("rainfall", *futures(32).names[1:]))
    with pytest.raises(RunsError, match="differ in flood_rate, rainfall"):
        simulate(toy(), other, tmp_path, model=TOWN)


def test_runs_lie_beside_each_other_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = simulate(toy(), futures(32), model=TOWN)
    assert runs.path.parent.name == "runs"
    assert runs.path.name == f"toy-{runs.manifest.key.digest[:12]}"
    again = simulate(toy(), futures(64), model=TOWN)
    assert again.path == runs.path


def rise_by_chance(all_streets, homes_a_street, flood_rate, homes_hit, levee_height, storm):
    reached = all_streets * homes_a_street * homes_hit
    return RiverRates(flooding=where(storm < flood_rate / 52, reached * (1.0 - levee_height), 0.0))


def lucky_town():
    model = load_model(toy())
    river = replace(model.mechanisms[1], before=rise_by_chance, choices=(), chances=(Chance("storm", "a flood"),))
    return replace(model, mechanisms=(model.mechanisms[0], river, *model.mechanisms[2:]))


@pytest.mark.slow
def test_luck_is_that_of_the_seed_and_the_future_whatever_the_chunk_and_audited_with_the_same(tmp_path):
    model = lucky_town()
    usual = simulate(toy(), futures(COUNT), tmp_path / "usual", model=model)
    small = simulate(toy(), futures(COUNT), tmp_path / "small", model=model, chunk=7, threads=1)
    floods = usual.values("flooded_homes", usual.manifest.labels.horizon[-1])
    assert usual.content_hash() == small.content_hash()
    assert usual.manifest.audit.runs > 0
    assert usual.manifest.audit.differing == 0
    assert len(np.unique(floods.isel(option=0, reaction=0).values)) > 30

    other = replace(futures(COUNT), seed=2)
    again = simulate(toy(), other, tmp_path / "other", model=model)
    changed = again.values("flooded_homes", usual.manifest.labels.horizon[-1])
    assert not np.array_equal(changed.values, floods.values, equal_nan=True)
    assert float(changed.mean()) == pytest.approx(float(floods.mean()), rel=0.3)
