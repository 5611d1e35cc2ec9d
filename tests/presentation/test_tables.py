import json

import numpy as np
import pytest

from crossroads.presentation.confidence import describe_trust
from crossroads.presentation.design import describe_design, draw_belief
from crossroads.presentation.ledger import (
    find_used_evidence,
    find_used_references,
    group_evidence,
    link_reference,
    say_amount,
)
from crossroads.presentation.methods import list_mechanisms, list_working
from crossroads.presentation.outcomes import build_explorer, build_slice
from crossroads.presentation.palette import BASELINE, colours
from crossroads.presentation.people import describe_people, say_condition
from crossroads.presentation.stances import describe_stances
from crossroads.presentation.tables import ALL, MIXTURE, shade
from crossroads.simulation.models import load_model


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_option_has_one_colour_of_its_own_that_can_be_seen(names):
    found = colours(names.case)
    assert found[names.case.baseline] == BASELINE
    assert len(set(found.values())) == len(names.case.options)
    assert all(1.05 / (luminance(colour) + 0.05) >= 3.0 for colour in found.values())


def test_eleven_options_of_three_families_have_eleven_colours(names):
    option = names.case.options[1]
    tags = [("civilian",)] * 5 + [("consent",)] * 2 + [("force",)] * 3
    many = [option.model_copy(update={"id": f"o{i}", "tags": tag}) for i, tag in enumerate(tags)]
    case = names.case.model_copy(update={"options": (names.case.options[0], *many)})
    assert len(set(colours(case).values())) == 11


def test_the_slice_says_what_the_analysis_says(weighed, names):
    found = build_slice(weighed.analysis, names, MIXTURE, names.last, "status_quo")
    cell = weighed.analysis.differences.sel(view=MIXTURE, horizon=names.last)
    told = 0
    for i, option in enumerate(names.options):
        for j, outcome in enumerate(names.outcomes.values()):
            shown, one = found.rows[i][j], cell.sel(option=option, outcome=outcome.id)
            if option == names.case.baseline:
                assert shown.change == "baseline"
            elif not bool(one["apart"]):
                assert shown.tone == "off"
            else:
                better = (float(one["mean"]) > 0) == (outcome.direction == "more")
                assert shown.tone == ("up" if better else "down")
                assert ("▲" in shown.change) == (float(one["mean"]) > 0)
                told += 1
            assert 0 <= shown.low <= shown.high <= 100
    assert told


def test_against_the_start_the_baseline_changes_too(weighed, names):
    found = build_slice(weighed.analysis, names, MIXTURE, names.last, "start")
    row = found.rows[list(names.options).index(names.case.baseline)]
    assert all(cell.change != "baseline" for cell in row)


def test_the_table_that_is_shown_first_is_the_one_that_is_chosen_first(weighed, names):
    explorer = build_explorer(weighed.analysis, names)
    packed = explorer.data["cells"][MIXTURE][explorer.horizon]["status_quo"]["rows"]
    for line, row in zip(explorer.options, packed, strict=True):
        assert [cell.change for cell in line.cells] == [cell[0] for cell in row]
    json.dumps(explorer.data, allow_nan=False)


def test_shares_of_stances_are_those_declared(weighed, names):
    stances = describe_stances(weighed.analysis, names)
    first = min(names.case.actors, key=lambda actor: actor.order)
    mixes = {mix.id: mix for mix in names.case.mixes}
    table = stances.actors[0]
    for option, row in zip(names.options.values(), table.rows, strict=True):
        given = mixes[option.mix].shares[first.id]
        assert [share == "–" for share in row.shares] == [move.id not in given for move in first.moves]
    assert "not a prediction" in stances.warning


def test_a_stance_that_makes_no_sense_has_no_number(weighed, names):
    stances = describe_stances(weighed.analysis, names)
    given = weighed.analysis.stances["difference"].sel(view=MIXTURE, horizon=names.last)
    for outcome, table in zip(weighed.analysis.headline, stances.effects, strict=True):
        for option, row in zip(names.options, table.rows, strict=True):
            known = np.isfinite(given.sel(outcome=outcome, option=option).values)
            assert [cell.text != "–" for cell in row.cells[1:]] == known.tolist()


def test_gains_carry_their_sign_in_words_and_number(weighed, names):
    people = describe_people(weighed.analysis, names)
    rows = people.gains[0].rows
    assert rows
    for row in rows:
        for cell in row.cells:
            assert {"gains": "+", "loses": "−"}.get(cell.note, cell.text[0]) == cell.text[0]


def test_acceptance_bars_are_as_long_as_their_share(weighed, names):
    table = describe_people(weighed.analysis, names).acceptance
    shares = weighed.analysis.acceptance["share"].sel(view=MIXTURE, stance=ALL, horizon="as written")
    assert table.rows
    for stakeholder, row in zip(shares["stakeholder"].values, table.rows, strict=True):
        for option, cell in zip(names.options, row.cells, strict=True):
            assert cell.width == round(100 * float(shares.sel(stakeholder=stakeholder, option=option)))


def test_every_condition_is_told_with_its_bound_and_what_it_is_measured_against(names):
    conditions = [each for one in names.case.stakeholders for each in one.accepts]
    assert conditions
    for condition in conditions:
        said = say_condition(condition, names)
        assert names.outcomes[condition.outcome].name in said
        assert ("at most" in said) == (condition.at_most is not None)
        assert ("start" in said) or condition.against != "start"


def test_trust_tells_of_every_view_and_headline_outcome(weighed, names):
    trust = describe_trust(weighed.analysis, names)
    errors, sizes = trust.tables[:2]
    assert [row[0] for row in errors.rows] == [names.outcomes[one].name for one in weighed.analysis.headline]
    assert [row[0] for row in sizes.rows] == list(names.views.values())
    assert any("Half of the futures" in line for line in trust.lines)


def test_a_lever_that_no_mechanism_reads_is_not_yet_weighed(names):
    model = load_model(names.case, "toy")
    design = describe_design(names.case, list_working(model), names.colours)
    assert design.unweighed == ()
    blind = describe_design(names.case, [], names.colours)
    assert blind.unweighed == tuple(lever.name for lever in names.case.levers)
    off = model.without(*(one.name for one in model.mechanisms))
    assert (list_working(off), len(list_mechanisms(off))) == ((), len(model.mechanisms))


def test_every_belief_is_drawn_or_is_a_point(names):
    for one in names.case.uncertainties:
        drawing = draw_belief(one.distribution)
        assert ("<svg" in drawing) == (one.distribution.kind != "point")
        assert "nan" not in drawing


def test_the_ledger_keeps_every_entry_once(names):
    groups = group_evidence(names.case).groups
    assert [entry.id for _, entries in groups for entry in entries if entry] != []
    assert sorted(entry.id for _, entries in groups for entry in entries) == sorted(
        entry.id for entry in names.case.evidence
    )


def test_amounts_show_what_is_known(names):
    entry = names.case.evidence[0].model_copy(update={"low": 1.0, "central": 2.0, "high": 4.5, "unit": "people"})
    assert say_amount(entry) == "1 / 2 / 4.5 people (low / central / high)"
    assert say_amount(entry.model_copy(update={"low": None, "high": None})) == "2 people"
    assert say_amount(entry.model_copy(update={"low": None, "central": None, "high": None})) == ""


def test_only_references_behind_what_was_used_are_cited(names):
    used = find_used_evidence(names.case)
    named = {name for one in names.case.uncertainties for name in one.evidence}
    assert named <= set(used)
    cited = {one.id for one in find_used_references(names.case, used)}
    sources = {source for one in names.case.evidence if one.id in used for source in one.sources}
    assert sources & set(names.references) <= cited
    assert {one.id for one in find_used_references(names.case, ())} <= cited


def test_a_doi_becomes_a_link_once(names):
    reference = names.case.references[0].model_copy(
        update={"citation": "A & B (2001). Title. doi:10.1/x.", "doi": "10.1/x"}
    )
    text = str(link_reference(reference))
    assert text.count("10.1/x") == 2
    assert "A &amp; B" in text


@pytest.mark.parametrize("strength", [-3.0, -1.0, -0.1, 0.1, 1.0, 5.0])
def test_a_shade_never_gets_too_dark_to_read_on(strength):
    assert float(shade(strength).rstrip(")").rsplit(",", 1)[1]) <= 0.4
