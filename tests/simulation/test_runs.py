import numpy as np
import pytest
import xarray as xr
from fake_town import CHUNK, PAIRS, SERIES, futures, town, toy, weigh

from crossroads.errors import RunsError
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.runs import open_runs
from crossroads.simulation.status import Status
from crossroads.simulation.wrapped import wrap_batch

COUNT = 64


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return weigh(tmp_path_factory.mktemp("town") / "runs", COUNT)


def test_everything_is_labelled_by_the_names_of_the_case(runs):
    data = runs.dataset
    case = toy()
    assert data["values"].dims == ("option", "reaction", "future", "outcome", "horizon")
    assert data["series"].dims == ("option", "reaction", "series_future", "outcome", "quarter")
    for dim, records in {"option": case.options, "outcome": case.outcomes, "horizon": case.horizons}.items():
        assert data[dim].values.tolist() == [record.id for record in records]
    assert data["uncertainty"].values.tolist() == list(futures(COUNT).names)
    assert data["quarter"].values.tolist() == list(range(1, 21))
    assert dict(data.sizes)["future"] == COUNT
    assert dict(data.sizes)["series_future"] == SERIES
    assert data["values"].dtype == np.float32


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    runs = weigh(tmp_path, 32)
    data = runs.dataset
    assert not any(data[name].variable._in_memory for name in ("values", "series", "status", "futures"))
    runs.values("harmed", "year_1")
    assert not data["values"].variable._in_memory


def test_any_reader_of_zarr_can_open_the_arrays(runs):
    plain = xr.open_zarr(runs.path / "data.zarr", consolidated=False, chunks=None)
    assert plain["option"].values.tolist() == ["keep", "raise", "move_out"]
    np.testing.assert_array_equal(plain["values"].values, runs.dataset["values"].values)


def test_a_reaction_that_makes_no_sense_is_not_run_and_not_missing(runs):
    applicable = runs.applicable
    assert applicable.sel(option="keep").values.tolist() == [True, False, True, False]
    assert (runs.status.where(applicable, Status.NOT_APPLICABLE) == runs.status).all()
    assert (runs.status == xr.where(applicable, int(Status.OK), int(Status.NOT_APPLICABLE))).all()
    assert (runs.values("harmed", "year_1").isnull() == ~applicable).all()
    assert runs.failures() == []


def test_mix_and_case_come_with_the_runs(runs):
    assert runs.case == toy()
    np.testing.assert_allclose(runs.mix.sum("reaction"), 1)
    assert runs.mix.sel(option="raise", reaction="supports+late") == pytest.approx(0.6 * 0.25)
    np.testing.assert_array_equal(runs.mix.values, build_inputs(toy()).mix)


def test_futures_come_back_as_they_were_sampled(runs):
    asked, stored = futures(COUNT), runs.futures
    assert (stored.names, stored.seed, stored.views) == (asked.names, asked.seed, asked.views)
    for name in ("values", "view", "replicate"):
        np.testing.assert_array_equal(getattr(stored, name), getattr(asked, name))


def test_what_is_stored_is_what_the_formulas_say(runs):
    column = {name: futures(COUNT).column(name) for name in futures(COUNT).names}
    homes = 800 * (1 + column["growth"] / 52) ** 104
    flooded = runs.values("flooded_homes", "year_1").sel(option="keep", reaction="supports+on_time")
    sums = ((1 + column["growth"] / 52) ** 52 - 1) / (column["growth"] / 52)
    hit = column["flood_rate"] * column["homes_hit"] / 52
    np.testing.assert_allclose(flooded, homes * sums * hit, rtol=1e-5)
    np.testing.assert_allclose(runs.start("homes_at_risk"), homes * (1 + column["growth"] / 52), rtol=1e-6)
    np.testing.assert_allclose(runs.start("harmed"), 52 * homes * hit * 2.5 * 0.8, rtol=1e-6)
    assert (runs.start("spending") == 0).all()


def test_series_and_horizons_agree(runs):
    first = runs.values("spending", "year_2").isel(future=slice(SERIES))
    np.testing.assert_array_equal(runs.series("spending").sel(quarter=8), first)
    yearly = runs.series("harmed").sel(quarter=slice(5, 8)).mean("quarter")
    np.testing.assert_allclose(yearly, runs.values("harmed", "year_2").isel(future=slice(SERIES)), rtol=1e-5)


def test_an_unknown_name_is_told_what_is_known(runs):
    with pytest.raises(RunsError, match=r"no outcome happiness .* Known: harmed, flooded_homes"):
        runs.values("happiness", "year_1")
    with pytest.raises(RunsError, match="no horizon year_9"):
        runs.values("harmed", "year_9")


def test_the_first_futures_can_be_looked_at_alone(runs):
    few = runs.first(32)
    assert len(few.futures) == few.dataset.sizes["future"] == 32
    np.testing.assert_array_equal(few.values("harmed", "year_1"), runs.values("harmed", "year_1")[:, :, :32])
    with pytest.raises(RunsError, match="has 64 futures, not 65"):
        runs.first(65)


def test_the_size_of_chunks_changes_no_number_and_no_hash(runs, tmp_path):
    for chunk in (7, 192):
        other = weigh(tmp_path / str(chunk), COUNT, chunk=chunk)
        assert other.content_hash() == runs.content_hash()
        np.testing.assert_array_equal(other.dataset["values"].values, runs.dataset["values"].values)
        np.testing.assert_array_equal(other.dataset["series"].values, runs.dataset["series"].values)


def test_the_hash_sees_every_number(runs, tmp_path):
    last = futures(COUNT).column("flood_rate")[-1]

    def touched(given, weeks):
        result = town(given, weeks)
        result["spending"][given["flood_rate"] == last] *= 1 + 1e-6
        return result

    other = weigh(tmp_path, COUNT, wrap_batch(touched))
    assert other.content_hash() != runs.content_hash()
    assert other.first(32).content_hash() == runs.first(32).content_hash()


def test_the_manifest_says_what_ran_with_what_and_how_fast(runs):
    manifest = open_runs(runs.path).manifest
    assert (manifest.case, manifest.futures, manifest.failures) == ("toy", COUNT, 0)
    assert manifest.runs == PAIRS * COUNT
    assert manifest.key.chunk == CHUNK
    assert {"python", "numpy", "numba", "zarr", "crossroads"} <= set(manifest.versions)
    assert manifest.content_hash == runs.content_hash()
    assert manifest.started <= manifest.finished
    assert min(manifest.seconds, manifest.write_seconds, manifest.runs_per_second, manifest.bytes) > 0


def test_where_there_are_no_runs_it_says_so(tmp_path):
    with pytest.raises(RunsError, match="There are no runs in"):
        open_runs(tmp_path)


def test_arrays_that_are_gone_are_an_error_with_a_way_out(tmp_path):
    runs = weigh(tmp_path, 32)
    (tmp_path / "data.zarr" / "zarr.json").unlink()
    with pytest.raises(RunsError, match=r"cannot be opened .* Simulate again"):
        _ = open_runs(runs.path).dataset
