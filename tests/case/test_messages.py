import pytest
from mistakes import Mistake

from crossroads.case.messages import suggest

CASE, UNSURE = "case.yaml", "uncertainties.yaml"
OVERRUN = "{kind: triangular, low: 1, mode: 1.2, high: 2}"

# (file, what stands there, what is written instead, text ending on the offending line, field, what, way out)
SAID = [
    (CASE, "    order: 2\n", "    order: second\n", "order: second", "actors.builder.order",
     '"order" is "second", not a whole number', "Write a whole number."),
    (CASE, "    value: 800\n", "    value: many\n", "many", "facts.homes_then.value",
     '"value" is "many", not a number',
     "Write a number."),
    (CASE, "weeks: 52}", "weeks: 0}", "weeks: 0", "horizons.year_1.weeks", '"weeks" is 0', "above 0"),
    (CASE, "weeks: 52}", "weeks: 5.5}", "weeks: 5.5", "horizons.year_1.weeks", '"weeks" is 5.5',
     "whole number"),
    (CASE, "    seeks_consent: true\n", "    seeks_consent: maybe\n", "maybe", "options.raise.seeks_consent",
     'is "maybe", not true or false', "Write true or false"),
    (CASE, "    tags: [works]\n", "    tags: works\n", "tags: works", "options.raise.tags",
     'is "works", not a list',
     "Write a list"),
    (CASE, "{safety: 2, purse: 5}", "[2, 5]", "weights: [2, 5]", "stakeholders.taxpayers.weights",
     "is a list, not a mapping", "Write a mapping"),
    (CASE, "    short: Raise\n", "    short: 7\n", "short: 7", "options.raise.short", "is 7, not text",
     "quotes"),
    (CASE, "    short: Raise\n", "    short: ''\n", "short: ''", "options.raise.short", "is empty",
     "Write some text"),
    (CASE, "    short: Raise\n", "", "  raise:", "options.raise.short", '"short" is missing', 'Add "short"'),
    (CASE, "\nstart: 2026-01-01\n", "\nstart: soon\n", "\nstart: soon", "start",
     '"start" is "soon", not a date',
     "2026-01-31"),
    (CASE, "    mix: nobody_builds\n", "    mix: no body\n", "no body", "options.keep.mix",
     "cannot be a name",
     "Use letters"),
    (CASE, "    baseline: old\n", "    baseline: [old]\n", "[old]", "levers.levee.baseline",
     "is a list, not a number or text", "Write a number or text"),
    (CASE, "    voice: affected\n", "    voice: silent\n", "silent", "stakeholders.village.voice",
     'is "silent"',
     "weighs or affected"),
    (CASE, "        sets: {late: 1}\n", "        set: {late: 1}\n", "        set: {late",
     "actors.builder.moves.late.set", 'unknown key "set"', 'Did you mean "sets"?'),
    (CASE, "        end_month: 48\n", "        end_months: 48\n", "end_months",
     "options.move_out.steps.1.end_months",
     'unknown key "end_months"', 'Did you mean "end_month"?'),
    (UNSURE, OVERRUN, "{kind: triangle, low: 1, mode: 1.2, high: 2}", "triangle", "overrun.distribution",
     'unknown kind "triangle"', "triangular"),
    (UNSURE, OVERRUN, "{low: 1, mode: 1.2, high: 2}", "distribution: {low: 1", "overrun.distribution",
     'has no "kind"', "triangular"),
    (UNSURE, OVERRUN, "{kind: triangular, low: 1, mode: 3, high: 2}", "mode: 3", "overrun.distribution",
     "mode (3) must lie between low and high", ""),
    (UNSURE, OVERRUN, "{kind: triangular, low: .nan, mode: 1.2, high: 2}", ".nan", "overrun.distribution.low",
     "not a finite number", "Write a finite number"),
    (UNSURE, OVERRUN, "fixed", "distribution: fixed", "overrun.distribution", 'is "fixed"',
     "mapping of fields"),
]  # fmt: skip


@pytest.mark.parametrize("row", SAID, ids=lambda row: f"{row[4]}: {row[5][:40]}")
def test_every_mistake_is_told_in_plain_words(check_mistakes, row):
    check_mistakes(Mistake(*row))


def test_a_key_spelt_wrongly_is_both_unknown_and_missing(copy):
    copy.change(UNSURE, OVERRUN, "{kind: triangular, low: 1, mde: 1.2, high: 2}")
    said = {problem.place.field: problem.way_out for problem in copy.problems()}
    assert set(said) == {"overrun.distribution.mde", "overrun.distribution.mode"}
    assert said["overrun.distribution.mde"].startswith('Did you mean "mode"?')


def test_a_reason_for_a_threshold_is_a_value_judgement(copy):
    copy.change(CASE, "        because: The town can", "        note: The town can")
    said = {problem.place.field: problem.what for problem in copy.problems()}
    assert "value judgement" in said["stakeholders.taxpayers.accepts.0.because"]


def test_an_empty_value_is_told_as_empty(copy):
    copy.change(CASE, "    value: 800\n", "    value:\n")
    (problem,) = copy.problems()
    assert (problem.place.field, problem.what) == ("facts.homes_then.value", '"value" is empty')


def test_code_in_a_file_is_never_run(copy):
    copy.change(UNSURE, OVERRUN, "!!python/object/apply:os.getcwd []")
    (problem,) = copy.problems()
    assert problem.place.field == "overrun.distribution"


def test_the_nearest_word_is_suggested_and_all_are_listed_if_none_is_near():
    assert suggest("leeve", ["levee", "moving"]) == 'Did you mean "levee"?'
    assert suggest("x", ["levee", "moving"]) == "Known here: levee, moving."
    assert suggest("x", []) == "None is declared here."


def test_an_unknown_key_deep_inside_is_answered_with_the_keys_that_are_known_there(copy):
    copy.change("claims.yaml", "- {not: {outcome: homes_at_risk", "- {nott: {outcome: homes_at_risk")
    (problem,) = copy.problems()
    assert problem.place.field == "T1.parts.2.holds.all.1.nott"
    assert problem.way_out.startswith('Did you mean "not"? Allowed: outcome, option, horizon, stance, against')
    copy.change("claims.yaml", "{outcome: spending, option: raise, horizon: year_5}", "{outcome: spending, opt: raise}")
    other = next(problem for problem in copy.problems() if problem.place.field.endswith("sum.0.opt"))
    assert other.way_out.endswith("Allowed: outcome, openings, option, horizon, stance, times.")
