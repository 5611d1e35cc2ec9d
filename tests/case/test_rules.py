import pytest
from mistakes import Mistake

from crossroads.case.distributions import Uniform
from crossroads.case.files import load
from crossroads.case.lookup import Broken
from crossroads.case.records import Case, Step
from crossroads.case.rules import RULES, find_problems
from crossroads.errors import Place

CASE, UNSURE, LEDGER, PAST = "case.yaml", "uncertainties.yaml", "evidence.yaml", "history.yaml"
CLAIMS = "claims.yaml"

# (file, what stands there, what is written instead, text ending on the offending line, field, what is said)
NAMES = [
    (CASE, "true\n    evidence: [levee-trial]", "true\n    evidence: [levee]", "true\n    evidence: [levee]",
     "options.raise.evidence.0", 'unknown evidence "levee"'),
    (CASE, "        sets: {late: 1}", "        sets: {late: 1}\n        evidence: [gossip]", "[gossip",
     "actors.builder.moves.late.evidence.0", 'unknown evidence "gossip"'),
    (CLAIMS, "  source: bridge-", "  source: bridge_", "bridge_", "T2.source", "unknown reference"),
    (CASE, "\nsource: town-", "\nsource: city-", "\nsource: city-", "source", "unknown reference"),
    (PAST, "[bridge-gauge]", "[sonar]", "[sonar", "floods_seen.sources.0", "unknown reference"),
    (LEDGER, "[T1, T2]", "[T1, T3]", "[T1, T3", "levee-trial.bears_on.1", 'unknown claim "T3"'),
    (CASE, "{spending: 1}", "{spent: 1}", "{spent", "concerns.purse.outcomes.spent", "unknown outcome"),
    (CASE, "purse: 5}", "purze: 5}", "purze", "stakeholders.taxpayers.weights.purze", "unknown concern"),
    (CASE, "horizon: year_2\n    acc", "horizon: year_3\n    acc", "year_3",
     "stakeholders.residents_group.horizon", 'unknown horizon "year_3"'),
    (CASE, "horizon: year_5\n        against: start", "horizon: year_9\n        against: start", "year_9",
     "stakeholders.taxpayers.accepts.1.horizon", 'unknown horizon "year_9"'),
    (CASE, "- outcome: homes_at_risk", "- outcome: homes", "- outcome: homes",
     "stakeholders.taxpayers.accepts.1.outcome", 'unknown outcome "homes"'),
    (CASE, "sets: {late: 1}", "sets: {ground: 1}", "{ground: 1", "actors.builder.moves.late.sets.ground",
     "the name of the uncertainty ground and of a signal of the actor builder"),
    (CASE, "sets: {late: 1}", "sets: {week: 1}", "{week: 1", "actors.builder.moves.late.sets.week",
     "something every model reads"),
    (CASE, "height: 0.8, works: 1}", "height: 0.8, warning: 1}", "high: 0.5\n  warning", "levers.warning",
     "a column of the lever levee and of a column of the lever warning"),
    (CASE, "short: Raise\n", "short: Raise it by a whole metre\n", "whole metre", "options.raise.short",
     "25 letters"),
    (CASE, "short: In time\n", "short: Before the autumn rain comes\n", "rain comes",
     "actors.builder.moves.on_time.short", "28 letters"),
    (CASE, "short: Spending\n", "short: Spending by the whole town\n", "by the whole",
     "outcomes.spending.short",
     "26 letters"),
]  # fmt: skip

PLAY = [
    (CASE, "    low: 0\n    high: 0.5\n", "", "  moving", "levers.moving",
     "neither a whole range nor settings"),
    (CASE, "    low: 0\n    high: 0.5\n", "    low: 0.5\n    high: 0\n", "low: 0.5", "levers.moving.low",
     "not below high"),
    (CASE, "    baseline: old\n", "    baseline: old\n    low: 0\n", "levers:\n  levee", "levers.levee",
     "both a range and settings"),
    (CASE, "    baseline: old\n", "    baseline: young\n", "young", "levers.levee.baseline",
     'no setting "young"'),
    (CASE, "    baseline: 0.2\n", "    baseline: -0.2\n", "-0.2", "levers.warning.baseline",
     "out of the range"),
    (CASE, "{moving: 0.2}", "{moving: lots}", "lots", "options.move_out.steps.0.set.moving",
     'takes a number, not "lots"'),
    (CASE, "{moving: 0.2}", "{moving: 0.2, lever: 1}", "lever: 1", "options.move_out.steps.0.set.lever",
     'unknown lever "lever"'),
    (CASE, "{warning: 0.8}", "{moving: 0.1}", "{moving: 0.1", "options.move_out.steps.1.set.moving",
     "set by two steps"),
    (CASE, "end_month: 48", "end_month: 17", "end_month: 17", "options.move_out.steps.1.end_month",
     "ends before it is complete"),
    (CASE, "\nbaseline: keep\n", "\nbaseline: stay\n", "\nbaseline: stay", "baseline",
     'unknown option "stay"'),
    (CASE, "    mix: nobody_builds\n", "    mix: nobody_builds\n    steps: [{ramp_months: 0, set: {}}]\n",
     "steps: [{", "options.keep.steps", "baseline option has steps"),
    (CASE, "mix: nobody_builds", "mix: nobody", "mix: nobody", "options.keep.mix", 'unknown mix "nobody"'),
    (CASE, "builder: {on_time: 1}", "builder: {on_time: 0.9}", "0.9}", "mixes.nobody_builds.shares.builder",
     "sum to 0.9, not to 1"),
    (CASE, "builder: {on_time: 1}", "builder: {in_time: 1}", "in_time",
     "mixes.nobody_builds.shares.builder.in_time",
     'unknown move "in_time"'),
    (CASE, "builder: {on_time: 1}", "builder: {on_time: 1.5, late: -0.5}", "-0.5",
     "mixes.nobody_builds.shares.builder.late", "below 0"),
    (CASE, "      builder: {on_time: 1}\n", "",
     "nobody_builds:\n    meaning: With nothing to build, a late builder "
     "makes no sense.\n    shares", "mixes.nobody_builds.shares", 'no shares for the actor "builder"'),
    (CASE, "builder: {on_time: 1}", "builder: {on_time: 1}\n      mayor: {on_time: 1}", "mayor",
     "mixes.nobody_builds.shares.mayor", 'unknown actor "mayor"'),
    (CASE, "weeks: 52}", "weeks: 26}", "1 year, weeks: 26", "horizons.year_1.weeks", 'not after "half_year"'),
    (CASE, "\nyears: 5\n", "\nyears: 4\n", "weeks: 260", "horizons.year_5.weeks", "beyond the 4 years"),
    (CASE, "      late:\n",
     "      opposes: {name: Grumbles, short: Grumbles, meaning: Bad mood.}\n      late:\n",
     "opposes: {name", "actors.builder.moves.opposes", "one of council too"),
]  # fmt: skip

WORTH = [
    (CASE, "harmed: 0.7, flooded_homes: 0.3", "harmed: 1.2, flooded_homes: -0.2", "flooded_homes: -0.2",
     "concerns.safety.outcomes.flooded_homes", "not above 0"),
    (CASE, "voice: affected\n", "voice: affected\n    weights: {safety: 5}\n", "weights: {safety: 5}",
     "stakeholders.village.weights", "only affected"),
    (CASE, "purse: 5}", "purse: 6}", "purse: 6", "stakeholders.taxpayers.weights.purse", "6 is out of range"),
    (CASE, "        at_most: 20\n", "", "accepts:\n      - outcome: spending",
     "stakeholders.taxpayers.accepts.0",
     "value judgement and has no default"),
    (CASE, "        at_most: 20\n", "        at_most: 20\n        at_least: 1\n",
     "accepts:\n      - outcome: spending", "stakeholders.taxpayers.accepts.0", "both at_most and at_least"),
    (CASE, "        at_most: 20\n", "        at_most: 20\n        percent: true\n",
     "at_most: 20\n        percent",
     "stakeholders.taxpayers.accepts.0.percent", "percentage of nothing"),
]  # fmt: skip

EVIDENCE = [
    (CASE, "    evidence: [home-count]\n", "", "  homes_then", "facts.homes_then.evidence",
     "cites no evidence"),
    (CASE, "unit: share a year\n", "unit: homes a year\n", "homes a year", "levers.moving.unit",
     'unknown unit "homes a year"'),
    (CASE, "unit: US$ million a home\n", "unit: US$ million\n", "0.2\n    unit: US$ million",
     "facts.home_price.unit",
     "its evidence home-price"),
    (CASE, "    unit: people a year\n", "    unit: heads\n", "heads", "outcomes.harmed.unit", "unknown unit"),
    (LEDGER, "  low: 0.5\n", "  low: 0.9\n", "  low: 0.9", "levee-trial.low", "not in order"),
    (LEDGER, "  unit: people a home\n", "", "household-size", "household-size.unit", "no unit"),
    (LEDGER, "strength: C/J", "strength: C/X", "C/X", "ground-survey.strength", 'strength "C/X"'),
    (LEDGER, "  sources: [bridge-gauge]\nflood-memory", "flood-memory", "flood-count", "flood-count.sources",
     "needs sources"),
    (UNSURE, '"null": 0\n', "structural: true\n",
     "growth:\n  name: Growth of the town\n  meaning: Homes built behind "
     "the levee a year, as a share of the homes there.\n  unit: share a year\n  distribution",
     "growth.distribution", "cannot be uniform"),
    (UNSURE, '"null": 1\n', '"null": none\n', '"null": none', "overrun.null", "of another kind"),
    (UNSURE, "structural: true\n", 'structural: true\n  "null": mud\n', "mud", "ground.null",
     '"mud" is not one'),
    (CASE, "ground: {kind: categorical, shares: {clay: 0.3, sand: 0.7}}",
     "ground: {kind: uniform, low: 0, high: 1}", "ground: {kind", "views.residents.beliefs.ground",
     "the belief is continuous"),
    (CASE, "{clay: 0.3, sand: 0.7}", "{clay: 0.3, mud: 0.7}", "mud", "views.residents.beliefs.ground.shares",
     "other names"),
    (PAST, "{2024: 0, 2025: 1}", "{2024: 0, 2027: 1}", "2027", "floods_seen.values.2027",
     "after the end of the evidence"),
]  # fmt: skip


@pytest.mark.parametrize(
    "row", [*NAMES, *PLAY, *WORTH, *EVIDENCE], ids=lambda row: f"{row[4]}: {row[5][:30]}"
)
def test_each_rule_reports_its_mistake_once_and_in_its_place(check_mistakes, row):
    check_mistakes(Mistake(*row))


def change(case: Case, section: str, place: int, **values: object) -> Case:
    """The case with one record changed."""
    records = list(getattr(case, section))
    records[place] = records[place].model_copy(update=values)
    return case.model_copy(update={section: tuple(records)})


def test_a_case_without_mistakes_has_no_problems():
    assert find_problems(load("toy")) == []
    assert len(RULES) == len(set(RULES)) > 20


def test_a_case_built_in_python_is_checked_without_files():
    case = change(load("toy"), "options", 1, steps=(Step(ramp_months=0, set={"levee": "razed"}),))
    (problem,) = find_problems(case)
    assert problem.place == Place("case", 0, "options.raise.steps.0.set.levee")


def test_the_baseline_option_comes_first():
    case = load("toy")
    moved = case.model_copy(update={"options": case.options[::-1]})
    (problem,) = find_problems(moved)
    assert problem.place.field == "options.keep"
    assert "not the first" in problem.what


def test_a_judgement_of_our_own_may_have_another_unit_than_its_evidence():
    case = change(load("toy"), "uncertainties", 1, unit="%", basis="judgement")
    assert find_problems(case) == []
    assert len(find_problems(change(case, "uncertainties", 1, basis="entry"))) == 1


def test_a_range_that_is_not_its_entrys_says_that_it_is_judgement():
    moved = {"distribution": Uniform(low=0, high=0.5)}
    case = change(load("toy"), "uncertainties", 1, **moved)
    (problem,) = find_problems(case)
    assert problem.place.field == "uncertainties.homes_hit.distribution"
    assert "0.05 to 0.4" in problem.what
    assert find_problems(change(case, "uncertainties", 1, basis="judgement")) == []


def test_a_range_from_two_entries_says_that_it_is_judgement():
    case = change(load("toy"), "uncertainties", 1, evidence=("flood-reach", "flood-count"))
    (problem,) = find_problems(case)
    assert "2 entries with numbers" in problem.what


def test_beliefs_of_another_shape_on_the_same_line_are_fine():
    case = load("toy")
    beliefs = {"homes_hit": Uniform(low=0, high=0.5)}
    assert find_problems(change(case, "views", 1, beliefs=beliefs)) == []


def test_a_record_that_could_not_be_read_is_not_missed():
    case = load("toy")
    without = case.model_copy(update={"outcomes": case.outcomes[1:]})
    assert len(find_problems(without)) == 7  # a concern, stakeholders, checks and claims
    assert find_problems(without, broken=Broken(frozenset({("outcomes", "harmed")}))) == []


@pytest.mark.parametrize("section", ["outcomes", "horizons", "views"])
def test_a_case_asks_something(section):
    problems = find_problems(load("toy").model_copy(update={section: ()}))
    assert any(problem.what == f"the case has no {section}" for problem in problems)


def test_the_history_comes_before_the_case():
    case = load("toy")
    late = case.model_copy(update={"history_start": case.start.replace(year=2027), "history": ()})
    (problem,) = find_problems(late)
    assert "the history starts after the case" in problem.what
