import re
from dataclasses import replace

import numpy as np
import pytest
from invented import HARD, blot, change_case, made_up, read_number, weigh_invented, weigh_one_horizon

from crossroads.presentation.people import describe_people, say_condition
from crossroads.presentation.tables import ALL, MIXTURE, Names
from crossroads.presentation.words import percent, signed


@pytest.fixture(scope="module")
def invented():
    return weigh_invented()


@pytest.fixture(scope="module")
def called(invented):
    return Names(invented.case)


def card_of(analysis, names, name):
    people = describe_people(analysis, names)
    return next(one for one in (*people.cards, *people.affected) if one.name == name)


@pytest.mark.parametrize("place", [0, 1])
def test_every_gain_is_the_score_at_the_horizon_of_its_stakeholder(weighed, names, place):
    basis = ("every outcome", "no index")[place]
    given = weighed.analysis.gains.sel(view=MIXTURE, stance=ALL, basis=basis)
    table = describe_people(weighed.analysis, names).gains[place]
    shorts = {one.short: one.id for one in names.case.options}
    assert names.case.baseline not in [shorts[short] for short in table.columns]
    assert len(table.rows) == given.sizes["stakeholder"] == 2
    for row, stakeholder in zip(table.rows, given["stakeholder"].values, strict=True):
        person = names.stakeholders[str(stakeholder)]
        assert row.short == person.name
        assert row.note.startswith(names.after(person.horizon))
        for short, cell in zip(table.columns, row.cells, strict=True):
            one = given.sel(stakeholder=stakeholder, option=shorts[short], horizon=person.horizon)
            shown = cell.note if cell.text.startswith("≈") else cell.text
            assert read_number(shown) == pytest.approx(100 * float(one["score"]), abs=0.05)
            words = {1.0: "gains", -1.0: "loses"}.get(float(np.sign(one["reading"])))
            assert cell.note == (words or shown)


def test_gains_without_judgement_indices_are_shown_beside_those_with_them(invented, called):
    whole, without = describe_people(invented, called).gains
    assert "without judgement indices" in without.title
    assert whole.columns == without.columns
    assert whole.rows[0].cells[1].text != without.rows[0].cells[1].text


def test_the_intro_says_what_a_point_is_and_that_weights_are_judgements(invented, called):
    intro = describe_people(invented, called).intro
    for words in ("one hundredth", "better than now", "Weights are judgements", "no full model"):
        assert words in intro


def test_a_score_that_is_not_known_is_a_dash_and_the_shades_of_others_stay(invented, called):
    blotted = blot(invented, "gains", ["score"], option="force")
    rows = describe_people(blotted, called).gains[0].rows
    assert {row.cells[0].text for row in rows} == {"–"}
    assert rows[0].cells[1].note == "gains"
    assert "nan" not in rows[0].cells[1].shade


def test_for_an_option_that_was_refused_nobody_is_said_to_gain_lose_or_accept():
    refused = weigh_invented(failed=40)
    people = describe_people(refused, Names(refused.case))
    place = people.gains[0].columns.index(HARD)
    cells = {row.short: row.cells[place] for row in people.gains[0].rows}
    assert (cells["Town"].text, cells["Town"].note) == ("–", "")
    shares = {row.cells[people.acceptance.columns.index(HARD)].text for row in people.acceptance.rows}
    assert shares == {"not known"}
    assert {row.cells[1].width for row in people.acceptance.rows} == {0}


def test_a_gain_that_reads_as_even_keeps_its_number_in_small(invented, called):
    even = blot(invented, "gains", ["reading"], 0.0, option="care")
    cell = describe_people(even, called).gains[0].rows[0].cells[1]
    assert cell.text == "≈ even"
    assert cell.note.startswith("+")
    assert cell.shade == ""


def test_a_stakeholder_of_whose_weight_nothing_is_modelled_is_said_to_be_one(invented, called):
    rows = {row.short: row for row in describe_people(invented, called).gains[0].rows}
    assert "100\u202f% of weight not modelled" in rows["Dreamer"].note
    assert "25\u202f% of weight not modelled" in rows["Town"].note
    card = card_of(invented, called, "Dreamer")
    assert card.unmodelled == "100\u202f% of this stakeholder's weight is not modelled: beauty."
    assert (card.says, card.fails, card.conditions) == ("", "", ())


def test_what_is_not_modelled_of_a_stakeholder_is_listed_by_name(weighed, names):
    for one in names.case.stakeholders:
        card = card_of(weighed.analysis, names, one.name)
        silent = weighed.analysis.unmodelled.get(one.id, ())
        for concern in silent:
            assert names.running(names.concerns[concern].name) in card.unmodelled
        assert (": " in card.unmodelled) == bool(silent)


def test_those_who_are_affected_stand_apart_and_have_no_weights(weighed, names):
    people = describe_people(weighed.analysis, names)
    assert [one.name for one in people.cards] == ["Residents behind the levee", "Taxpayers of the town"]
    assert [one.name for one in people.affected] == ["Village downstream"]
    assert people.affected[0].unmodelled == "No weights are given."
    assert people.affected[0].conditions == ()


def test_acceptance_is_the_share_of_the_analysis_with_twice_its_error(invented, called):
    table = describe_people(invented, called).acceptance
    given = invented.acceptance.sel(view=MIXTURE, stance=ALL, horizon="as written")
    noted = 0
    for stakeholder, row in zip(("town", "river"), table.rows, strict=True):
        assert row.short == called.stakeholders[stakeholder].name
        for option, cell in zip(called.options, row.cells, strict=True):
            one = given.sel(stakeholder=stakeholder, option=option)
            assert cell.text == percent(float(one["share"]))
            error = float(one["error"])
            assert cell.note == (f"± {percent(2 * error)}" if error > 0 else "")
            noted += bool(cell.note)
    assert table.columns == tuple(one.short for one in called.options.values())
    assert noted


def test_acceptance_says_when_each_stakeholder_reads(invented, called):
    rows = {row.short: row.note for row in describe_people(invented, called).acceptance.rows}
    assert rows == {"Town": "reads after 1 year", "River": "reads after 2 years"}


def test_without_any_condition_the_table_of_acceptance_is_empty():
    single = weigh_one_horizon()
    people = describe_people(single, Names(single.case))
    assert people.acceptance.rows == ()
    assert people.cards[0].fails == ""
    assert people.cards[0].conditions == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"at_most": 5.0, "percent": True}, "Deaths after 1 year: at most +5 % against now."),
        ({"at_most": -20.0, "percent": True}, "Deaths after 1 year: at most −20 % against now."),
        ({"at_least": 0.0}, "Deaths after 1 year: at least 0 people a year against now."),
        (
            {"against": "zero", "horizon": "far", "at_most": 20.0},
            "Deaths after 2 years: at most 20 people a year.",
        ),
        (
            {"outcome": "trust", "against": "start", "at_most": 9.0, "at_least": -1.0},
            "Trust after 1 year: at most +9 and at least −1 people against the start.",
        ),
    ],
)
def test_a_condition_reads_as_one_sentence(called, given, told):
    assert say_condition(made_up.make_condition(**given), called) == told


def test_every_condition_stands_on_its_card_with_its_reason(weighed, names):
    reasons = []
    for one in names.case.stakeholders:
        card = card_of(weighed.analysis, names, one.name)
        assert [said for said, _ in card.conditions] == [say_condition(each, names) for each in one.accepts]
        reasons += [because for _, because in card.conditions]
    assert reasons == [each.because for one in names.case.stakeholders for each in one.accepts]
    assert len(reasons) == 3


def test_the_hardest_condition_is_the_one_that_fails_under_most_options(weighed, names):
    checked = 0
    for one in names.case.stakeholders:
        if not one.accepts:
            continue
        card = card_of(weighed.analysis, names, one.name)
        found = weighed.analysis.hardest.sel(view=MIXTURE, stakeholder=one.id).values.tolist()
        counts = {name: found.count(name) for name in found if name}
        worst = int(max(counts, key=counts.__getitem__).rsplit(".", 1)[1]) - 1
        assert card.fails.startswith(say_condition(one.accepts[worst], names).rstrip("."))
        count = max(counts.values())
        where = "every option" if count == len(names.options) else f"{count} of {len(names.options)} options"
        assert card.fails.endswith(f"(under {where}).")
        checked += 1
    assert checked == 2


def test_of_two_conditions_the_one_that_fails_under_more_options_is_told(invented, called):
    hardest = invented.hardest.copy(deep=True)
    town = called.stakeholders["town"]
    for often, rarely in ((1, 2), (2, 1)):
        for option, condition in (("now", rarely), ("force", often), ("care", often)):
            hardest.loc[{"stakeholder": "town", "option": option}] = f"town.{condition}"
        told = card_of(replace(invented, hardest=hardest.copy(deep=True)), called, "Town").fails
        said = say_condition(town.accepts[often - 1], called).rstrip(".")
        assert told == f"{said} (under 2 of 3 options)."


def test_a_condition_that_never_fails_is_not_called_hard(invented, called):
    hardest = invented.hardest.copy(deep=True)
    hardest.loc[{"stakeholder": "town"}] = ""
    assert card_of(invented, called, "Town").fails
    assert card_of(replace(invented, hardest=hardest), called, "Town").fails == ""


def test_what_moves_a_stakeholder_most_is_the_largest_part_of_the_scores(weighed, names):
    checked = 0
    for one in names.case.stakeholders:
        if not one.weights:
            continue
        says = card_of(weighed.analysis, names, one.name).says
        parts = weighed.analysis.gains["contributions"].sel(view=MIXTURE, stakeholder=one.id, horizon=one.horizon)
        for words, value in (("Largest gain", float(parts.max())), ("Largest loss", float(parts.min()))):
            if value:
                place = parts.where(parts == value, drop=True)
                option, outcome = str(place["option"].values[0]), str(place["outcome"].values[0])
                short = names.running(names.outcomes[outcome].short)
                told = f"{words}: {signed(100 * value, 0.1)} from {short} under {names.options[option].short}."
                assert told in says
                checked += 1
    assert checked >= 3


def test_what_is_not_known_never_moves_anybody(invented, called):
    blotted = blot(invented, "gains", ["contributions"], outcome="score")
    says = card_of(blotted, called, "Town").says
    assert "score" in card_of(invented, called, "Town").says
    assert "score" not in says
    assert "nan" not in says


def test_a_card_keeps_the_status_and_the_evidence_of_its_stakeholder(invented):
    first, *others = invented.case.stakeholders
    checked = first.model_copy(update={"status": "verified", "evidence": ("one",)})
    changed, names = change_case(invented, stakeholders=(checked, *others))
    card = card_of(changed, names, "Town")
    assert (card.status, card.evidence) == ("verified", ("one",))
    assert card_of(changed, names, "Dreamer").status == "judgement"


def test_names_are_passed_on_as_they_are_written(invented):
    marked = tuple(one.model_copy(update={"name": f"A & B <{one.id}>"}) for one in invented.case.stakeholders)
    changed, names = change_case(invented, stakeholders=marked)
    people = describe_people(changed, names)
    shown = [row.short for row in (*people.gains[0].rows, *people.acceptance.rows)]
    assert all(re.fullmatch(r"A & B <\w+>", name) for name in shown)
    assert people.gains[0].columns[0] == HARD
