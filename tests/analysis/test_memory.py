"""Memory of the analysis, whatever the number of runs. Also run as a child process: python test_memory.py FOLDER."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made_up import FakeRuns, make_case

from crossroads.analysis import columns, joining, quantiles, robustness, stored
from crossroads.analysis.verdict import analyse
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.runs import open_runs

TOWN = Path(__file__).parent.parent / "simulation" / "fake_town.py"
FEW, MANY = 4_096, 32_768
GROWTH = 128 * 1024**2
"""Bytes; what is known of each future (its values, weights, chances of reactions, numbers that claims need, digest) is
held, what is known of each run is not."""


def make_runs(folder, futures):
    lines = (
        f"import fake_town; from pathlib import Path; fake_town.weigh(Path({str(folder)!r}), {futures}, chunk={FEW})"
    )
    subprocess.run([sys.executable, "-c", lines], cwd=TOWN.parent, check=True)
    return folder


def measure_peak(folder):
    """Bytes: the greatest resident memory of a process that analyses, less what it had with all it needs loaded."""
    done = subprocess.run([sys.executable, __file__, folder], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def read_peak():
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_eight_times_the_runs_need_hardly_more_memory(tmp_path):
    peaks = [measure_peak(make_runs(tmp_path / str(futures), futures)) for futures in (FEW, MANY)]
    assert peaks[0] > 16 * 1024**2
    assert peaks[1] - peaks[0] < GROWTH


SMALL = {
    (columns, "BLOCK"): 24,
    (joining, "JOINED"): 40,
    (stored, "HELD_BYTES"): 1,
    (stored, "SPOOLED_BYTES"): 1,
    (stored, "READ_BYTES"): 1,
    (quantiles, "TOGETHER"): 100,
    (robustness, "TOGETHER"): 100,
}
CASE = make_case(("now", "force", "care", "twin"))
RUNS = FakeRuns(CASE, count=256, change={("force", 9): 3, ("care", 30): 3, ("now", 77): 3})


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        for (module, name), value in SMALL.items():
            patch.setattr(module, name, value)
        return analyse(RUNS)


def read_plain(outcome):
    """Values (options, reactions, futures, times) and the share of each run, over all futures at once."""
    inputs = build_inputs(CASE)
    values = RUNS.dataset["values"].sel(outcome=outcome).to_numpy().astype(np.float64)
    shares = inputs.mix[:, :, None] * (RUNS.status.to_numpy() == 1)
    whole = shares.sum(axis=1, keepdims=True)
    return np.nan_to_num(values), np.divide(shares, whole, out=np.zeros_like(shares), where=whole > 0), whole[:, 0] > 0


def average_plain(outcome):
    """(options, futures, times), NaN where nothing ran."""
    values, shares, ran = read_plain(outcome)
    return np.where(ran[..., None], np.einsum("orf,orft->oft", shares, values), np.nan)


def mean_plain(values, belief):
    """Mean and jackknife error of (futures, ...) under a belief, with whole arrays."""
    replicate = RUNS.futures.replicate
    held = np.where(np.isnan(values), 0.0, belief.reshape(-1, *[1] * (values.ndim - 1)))
    kept = [replicate != one for one in np.unique(replicate)]
    without = [(held * np.nan_to_num(values))[keep].sum(axis=0) / held[keep].sum(axis=0) for keep in kept]
    spread = np.square(np.array(without) - np.mean(without, axis=0)).sum(axis=0)
    error = np.sqrt(spread * (len(kept) - 1) / len(kept))
    return (held * np.nan_to_num(values)).sum(axis=0) / held.sum(axis=0), error


@pytest.mark.parametrize("outcome", ["deaths", "trust", "score"])
@pytest.mark.parametrize("view", [0, 1, 2])
def test_block_by_block_is_the_same_as_all_at_once(found, outcome, view):
    belief = found.weights.futures[view]
    levels = average_plain(outcome)
    change = levels - levels[0]
    change[np.abs(change) <= 1e-6 * np.abs(levels[0])] = 0.0
    worth = levels if outcome != "deaths" else -levels
    for name, values in (("levels", levels), ("differences", change), ("regret", np.nanmax(worth, axis=0) - worth)):
        mean, error = mean_plain(values.swapaxes(0, 1), belief)
        cell = getattr(found, name).isel(view=view).sel(outcome=outcome).transpose("option", "horizon", ...)
        np.testing.assert_allclose(cell["mean"], mean, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(cell["error"], error, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("outcome", ["deaths", "trust"])
def test_percentiles_in_parts_are_those_of_all_runs_sorted(found, outcome):
    values, shares, _ = read_plain(outcome)
    cell = found.levels.isel(view=0).sel(outcome=outcome)
    for option, horizon in np.ndindex(4, 2):
        got = cell["quantiles"].isel(option=option, horizon=horizon)
        rows, held = values[option, ..., horizon].ravel(), shares[option].ravel()
        expected = np.quantile(rows, got["quantile"], weights=held, method="inverted_cdf")
        np.testing.assert_array_equal(got, expected)


def test_conditions_on_several_outcomes_hold_together_in_the_same_run(found):
    values, shares, _ = read_plain("deaths")
    change = values - np.nan_to_num(average_plain("deaths"))[0]
    change[0] = 0.0
    trust = read_plain("trust")[0] - 50.0
    both = (change[..., 0] <= 0) & (trust[..., 1] >= -1.0)
    share = np.einsum("orf,orf->of", shares, both)
    share[:, [77]] = np.nan
    share[1, 9] = share[2, 30] = np.nan
    mean, error = mean_plain(share.T, found.weights.futures[0])
    cell = found.acceptance.sel(stakeholder="town", view="mixture", stance="all", horizon="as written")
    assert 0 < mean[1] < 1
    np.testing.assert_allclose(cell["share"], mean, rtol=1e-12)
    np.testing.assert_allclose(cell["error"], error, rtol=1e-9, atol=1e-12)


def test_nothing_depends_on_what_is_held_at_once(found):
    whole = analyse(RUNS)
    for name in ("levels", "differences", "changes", "stances", "regret", "pairs", "acceptance", "gains", "influence"):
        for part, array in getattr(found, name).data_vars.items():
            other = getattr(whole, name)[part]
            if array.dtype.kind == "f":
                np.testing.assert_allclose(array, other, rtol=1e-9, atol=1e-12, err_msg=f"{name} {part}")
            else:
                np.testing.assert_array_equal(array, other, err_msg=f"{name} {part}")


if __name__ == "__main__":
    os.cpu_count = lambda: 2
    loaded = read_peak()
    analyse(open_runs(sys.argv[1]))
    print(read_peak() - loaded)
