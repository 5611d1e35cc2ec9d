import numpy as np
from invented import change_cells
from robust_parts import weigh_parts

from crossroads.analysis.losers import Loser
from crossroads.presentation.dominated import name_some, say_dominance, tabulate_dominance, tabulate_losers


def test_each_row_tells_who_dominates_and_in_how_many_futures_none_does():
    parts = weigh_parts()
    table = tabulate_dominance(parts.dominance, ["deaths", "trust"], parts.names)
    assert [row.short for row in table.rows] == [option.short for option in parts.names.options.values()]
    assert len(table.columns) == 4
    for row, option in zip(table.rows, parts.names.options, strict=True):
        for place, horizon in enumerate(("near", "far")):
            given = parts.dominance.sel(view="mixture", horizon=horizon)
            by = int(given["dominates"].sel(other=option).sum())
            said, futures = row.cells[2 * place : 2 * place + 2]
            assert said.text == ("by none" if not by else f"by {by} option{'s' if by > 1 else ''}")
            assert futures.text.rstrip("%\u202f") == f"{100 * float(given['undominated'].sel(option=option)):.0f}"
    assert any(row.cells[0].text != "by none" for row in table.rows)


def test_who_is_dominated_in_every_future_is_told():
    parts = weigh_parts()
    always = change_cells(parts.dominance, {"share": 1.0}, view="mixture", option="force", other="now", horizon="far")
    table = tabulate_dominance(always, ["deaths"], parts.names)
    assert table.rows[0].cells[3].note == "in every future by 1 option"


def test_an_option_that_did_not_run_has_dashes():
    parts = weigh_parts(failed=True)
    table = tabulate_dominance(parts.dominance, ["deaths"], parts.names)
    assert [cell.text for cell in table.rows[1].cells] == ["–"] * 4
    assert "–" not in [cell.text for cell in table.rows[0].cells]
    assert parts.names.options["force"].short not in say_dominance(parts.dominance, parts.names)


def test_the_shorter_list_is_told():
    parts = weigh_parts()
    names = [option.short for option in parts.names.options.values()]

    def say(*front):
        return say_dominance(change_cells(parts.dominance, {"front": np.array(front)}, horizon="far"), parts.names)

    assert say(True, False, False).endswith(f"; after 2 years, all options but {names[0]}.")
    assert say(True, True, False).endswith(f"; after 2 years, {names[2]}.")
    assert say(True, True, True).endswith("; after 2 years, none.")


def tell(losers, parts=None):
    parts = parts or weigh_parts()
    return tabulate_losers(losers, parts.losses, parts.names)


def test_losers_are_told_for_every_option_but_the_baseline():
    parts = weigh_parts()
    table = tabulate_losers(parts.losers, parts.losses, parts.names)
    assert [row[0] for row in table.rows] == [parts.names.options[one].short for one in ("force", "care")]
    for row, option in zip(table.rows, ("force", "care"), strict=True):
        mine = [one for one in parts.losers if (one.option, one.view) == (option, "mixture")]
        assert int(row[1]) == len(mine)
        assert row[2] == "none" or all(parts.names.stakeholders[one.stakeholder].name in row[2] for one in mine)


def test_a_loss_is_told_in_points_and_views_that_differ_are_told_apart():
    lost = Loser("force", "mixture", "town", "near", -0.123, 0.001)
    table = tell([lost, Loser("care", "grim", "town", "near", -0.2, 0.001)])
    assert table.rows[0][1:3] == ("1", "Town (−12.3)")
    assert table.rows[0][4] == "none"
    assert table.rows[1][1:3] == ("0", "none")
    assert table.rows[1][4] == "Town"


def test_who_loses_in_most_futures_is_told_with_the_share():
    parts = weigh_parts()
    losses = change_cells(parts.losses, {"mostly": True}, view="mixture", option="care", stakeholder="town")
    losses = change_cells(losses, {"share": 0.75}, view="mixture", option="care", stakeholder="town")
    assert tabulate_losers([], losses, parts.names).rows[1][3] == "Town (75\u202f%)"


def test_a_few_are_named_and_the_rest_counted():
    assert name_some([]) == "none"
    assert name_some(["a", "b", "c"]) == "a, b and c"
    assert name_some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
