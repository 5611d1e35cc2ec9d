import pytest

from crossroads.presentation.regret import NOTHING, tabulate_regret
from crossroads.presentation.tables import MIXTURE


def test_each_cell_tells_the_regret_of_its_option_and_outcome(weighed, names):
    tables = tabulate_regret(weighed.analysis, names)
    assert [table.title for table in tables] == [f"Regret {names.after(one)}" for one in (names.near, names.last)]
    given = weighed.analysis.regret.sel(view=MIXTURE, horizon=names.last)
    for row, option in zip(tables[-1].rows, names.options, strict=True):
        for cell, outcome in zip(row.cells, weighed.analysis.headline, strict=True):
            found = given.sel(option=option, outcome=outcome)
            assert (cell.text == NOTHING) == (float(found["mean"]) < 10.0 ** -names.outcomes[outcome].digits / 2)
            assert cell.text == NOTHING or f"{float(found['best']):.0%}".rstrip("%") in cell.note


def test_some_option_is_the_best_in_every_future(weighed):
    best = weighed.analysis.regret["best"].sel(view=MIXTURE).sum("option")
    assert float(best.min()) == pytest.approx(1.0) or float(best.min()) > 1.0
