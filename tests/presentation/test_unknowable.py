from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from crossroads.presentation.figures import SMALL
from crossroads.presentation.tables import Names
from crossroads.presentation.unknowable import (
    Turns,
    describe_unknowable,
    find_turns,
    list_doubts,
    list_horizons,
    name_bins,
    tabulate_past,
)


def hush(weighed):
    """The analysis with nothing that turns."""
    bands = weighed.analysis.bands.copy(deep=True)
    for name in ("sign_turns", "order_turns"):
        bands[name][:] = False
    return replace(weighed.analysis, bands=bands)


def test_there_is_a_dot_for_every_outcome_horizon_option_and_bin(weighed, names):
    found = describe_unknowable(weighed.analysis, names)
    bands = weighed.analysis.bands
    wanted = len(weighed.analysis.headline) * bands.sizes["horizon"] * (bands.sizes["option"] - 1) * bands.sizes["bin"]
    rows = [dict(zip(SMALL, row, strict=True)) for row in found.figure.rows]
    assert len(rows) == wanted
    row, option = rows[-1], names.case.options[-1]
    cell = bands.sel(outcome=weighed.analysis.headline[-1], option=option.id, horizon=names.last).isel(bin=-1)
    assert (row["option"], row["horizon"]) == (option.short, names.horizons[names.last].name)
    assert row["mean"] == pytest.approx(float(cell["mean"]), rel=1e-3)
    assert row["high"] - row["mean"] == pytest.approx(2 * float(cell["error"]), rel=1e-2, abs=1e-6)


def test_bins_are_called_by_their_ends_or_their_choice(weighed, names):
    number, choice = list_doubts(names)
    labels = [label for _, label in name_bins(weighed.analysis, number)]
    assert len(labels) == 2
    assert all("–" in label for label in labels)
    assert [label for _, label in name_bins(weighed.analysis, choice)] == ["clay", "sand"]


def test_thousands_are_short_in_the_names_of_bins(weighed, names):
    bands = weighed.analysis.bands.copy(deep=True)
    bands["low"].values[0], bands["high"].values[0] = 40_210.0, 57_130.0
    analysis = replace(weighed.analysis, bands=bands)
    assert name_bins(analysis, list_doubts(names)[0])[0][1] == "40k–57k"


def test_what_turns_is_said_with_names_and_counts(weighed, names):
    analysis = hush(weighed)
    outcome, doubt = analysis.headline[0], names.case.cannot_tell[0]
    first, second = names.case.options[1:3]
    signs, orders = analysis.bands["sign_turns"], analysis.bands["order_turns"]
    place = {"outcome": outcome, "of": doubt, "horizon": names.last}
    signs.loc[{**place, "option": first.id}] = True
    orders.loc[{**place, "option": first.id, "other": second.id}] = True
    orders.loc[{**place, "option": second.id, "other": first.id}] = True
    turns = find_turns(analysis, names, outcome, doubt, names.last)
    assert turns == Turns((names.call(first.id),), (f"{names.call(first.id)} with {names.call(second.id)}",), 1)
    found = describe_unknowable(analysis, names)
    assert f"{list_doubts(names)[0].name}, {names.after(names.last)}: the sign turns for" in found.outcomes[0].lines[0]
    assert "1 of 1 pair of options change places" in found.outcomes[0].lines[0]
    assert found.outcomes[0].lines[-1].startswith("Nothing turns with")


def test_where_nothing_turns_one_line_says_so_for_every_doubt(weighed, names):
    for said in describe_unknowable(hush(weighed), names).outcomes:
        (line,) = said.lines
        assert all(names.running(doubt.name) in line for doubt in list_doubts(names))


def test_many_names_are_cut_and_counted():
    words = Turns(tuple("abcdefgh"), tuple(f"{one} with z" for one in "abc"), 28).words
    assert "a, b, c, d, e, f and 2 more" in words
    assert "3 of 28 pairs of options change places, such as a with z and b with z" in words
    assert Turns((), (), 3).words == "no option turns its sign; no two options change places"


def test_every_pick_has_a_note_that_names_the_best_options(weighed, names):
    found = describe_unknowable(weighed.analysis, names)
    picks = [choice.values for choice in found.figure.choices]
    assert len(found.figure.notes) == np.prod([len(values) for values in picks])
    assert found.figure.note
    assert all("Best on average" in note for note in found.figure.notes.values())
    assert [len(values) for values in picks] == [
        len(weighed.analysis.headline),
        len(names.case.cannot_tell),
        len(list_horizons(weighed.analysis)),
    ]


def test_without_a_calibration_nothing_is_said_of_the_past(weighed, names):
    assert weighed.analysis.past is None
    assert tabulate_past(weighed.analysis, names) is None


def test_a_case_that_doubts_nothing_has_no_such_section(weighed, names):
    bare = Names(names.case.model_copy(update={"cannot_tell": ()}))
    assert describe_unknowable(weighed.analysis, bare) is None


def test_what_the_past_narrows_stands_before_and_after_and_a_refused_belief_is_not_used(weighed, names):
    number, choice = list_doubts(names)
    ends = {"before": [[0.1, 0.3, 0.9]], "after": [[0.2, 0.3, 0.8]]}
    numbers = xr.Dataset(
        {side: (("uncertainty", "quantile"), values) for side, values in ends.items()},
        coords={"uncertainty": [number.id], "quantile": [0.05, 0.5, 0.95]},
    )
    rows = {"uncertainty": [choice.id] * 2, "choice": ["clay", "sand"], "before": [0.6, 0.4], "after": [0.7, 0.3]}
    shares = xr.Dataset({name: ("row", column) for name, column in rows.items()})
    past = SimpleNamespace(refusal="", numbers=numbers, shares=shares, effective=41.3)
    table = tabulate_past(replace(weighed.analysis, past=past), names)
    assert table.rows == (
        (number.name, "0.1 to 0.9, a factor of 9.0", "0.2 to 0.8, a factor of 4.0"),
        (choice.name, "clay 60\u202f%, sand 40\u202f%", "clay 70\u202f%, sand 30\u202f%"),
    )
    assert "41 effective futures" in table.caption
    past.refusal = "Too few."
    assert tabulate_past(replace(weighed.analysis, past=past), names) is None
