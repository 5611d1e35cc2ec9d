import re
from functools import cache
from pathlib import Path

import pytest
from mistakes import Mistake

from crossroads.case.files import find_folder, load
from crossroads.case.records import Case, Claim, Comparison, Orders, Part, Proposition, Term, by_id
from crossroads.case.rules import find_problems

CASE, CLAIMS = "case.yaml", "claims.yaml"
LATTICE = '{"": keep, levee: raise, warning: warn, levee+warning: raise_and_warn}'

# (file, what stands there, what is written instead, text ending on the offending line, field, what is said)
MISTAKES = [
    (CLAIMS, "- id: pays_back", "- id: spares_half", "meeting.\n    - id: spares_half", "T1.parts.1.id",
     'two parts "spares_half"'),
    (CLAIMS, "{ground: clay}", "{ground: rock}", "{ground: rock", "T2.parts.0.null.ground", 'cannot be "rock"'),
    (CLAIMS, "{ground: clay}", "{soil: clay}", "{soil: clay", "T2.parts.0.null.soil", 'unknown uncertainty "soil"'),
    (CLAIMS, "{ground: clay}", "{growth: none}", "{growth: none", "T2.parts.0.null.growth", "takes a number"),
    (CLAIMS, '      "null": {ground: clay}\n', "", "assumption", "T2.parts.0.assumption", "nothing takes it away"),
    (CLAIMS, "[keep, raise, warn, raise_and_warn]", "[keep, rise]", "[keep, rise", "Q1.compares.0.options.1",
     "unknown option or probe"),
    (CLAIMS, "[keep, raise, warn, raise_and_warn]", "[keep, keep]", "[keep, keep", "Q1.compares.0.options",
     "fewer than 2 options"),
    (CLAIMS, "[harmed, spending]", "[harm]", "[harm]", "Q1.compares.0.outcomes.0", "unknown outcome"),
    (CLAIMS, "[harmed, spending]", "[]", "outcomes: []", "Q1.compares.0.outcomes", "fewer than 1 outcomes"),
    (CLAIMS, "[year_1, year_5]\n", "[year_9]\n", "[year_9", "Q1.compares.0.horizons.0", "unknown horizon"),
    (CLAIMS, ", warning: Better warning}", "}", "Raised levee", "Q1.orders.measures", "there are 1 measures"),
    (CLAIMS, LATTICE, LATTICE.replace(", warning: warn", ""), "designs: {", "Q1.orders.designs",
     'no design for "warning"'),
    (CLAIMS, LATTICE, LATTICE.replace("}", ", warning+levee: warn}"), "designs: {", "Q1.orders.designs.warning+levee",
     "joins no measures"),
    (CLAIMS, LATTICE, LATTICE.replace("raise,", "rise,"), "designs: {", "Q1.orders.designs.levee",
     "unknown option or probe"),
    (CLAIMS, "    outcomes: [harmed]\n    horizon: year_1", "    outcomes: [harm]\n    horizon: year_1", "[harm]",
     "Q1.orders.outcomes.0", "unknown outcome"),
    (CLAIMS, "    horizon: year_1", "    horizon: year_9", "year_9", "Q1.orders.horizon", "unknown horizon"),
    (CLAIMS, "  evidence: [ground-survey]", "  evidence: [ground]", "[ground]", "T2.evidence.0", "unknown evidence"),
    (CASE, "    short: Raise and warn", "    short: Raise, and warn everybody", "warn everybody",
     "probes.raise_and_warn.short", "25 letters"),
    (CASE, "set: {levee: raised, warning: 0.8}", "set: {levee: razed}", "razed",
     "probes.raise_and_warn.steps.0.set.levee", 'no setting "razed"'),
    (CASE, "set: {levee: raised, warning: 0.8}", "set: {leave: raised}", "{leave",
     "probes.raise_and_warn.steps.0.set.leave", "unknown lever"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row[4]}: {row[5][:30]}")
def test_each_rule_of_claims_reports_its_mistake_once_and_in_its_place(check_mistakes, row):
    check_mistakes(Mistake(*row))


def test_a_threshold_without_its_reason_is_refused(copy):
    copy.change(
        CLAIMS,
        "      because: Less than a quarter nobody would notice in five years; of homes any more are more.\n",
        "",
    )
    (problem,) = copy.problems()
    assert problem.place.field == "T1.parts.2.because"
    assert "value judgement and has no default" in problem.what


def test_a_bare_null_is_told_to_be_quoted(copy):
    copy.change(CLAIMS, '      "null": {ground: clay}', "      null: {ground: clay}")
    told = [(problem.place.field, problem.what, problem.way_out) for problem in copy.problems()]
    assert told[0][:2] == ("T2.parts.0", "a key is not text")
    assert 'such as "null"' in told[0][2]


def test_an_unknown_word_of_a_proposition_is_met_with_the_words_there_are(copy):
    copy.change(CLAIMS, "percent: true, at_least: -50}", "percent: true, at_last: -50}")
    (problem,) = copy.problems()
    assert problem.place.field == "T2.parts.0.holds.at_last"
    assert 'Did you mean "at_least"?' in problem.way_out


@cache
def toy() -> Case:
    return load("toy")


def change_claim(name: str, **changes) -> Claim:
    return by_id(toy().claims)[name].model_copy(update=changes)


def find_in(claim: Claim) -> list[tuple[str, str]]:
    found = find_problems(toy().model_copy(update={"claims": (claim,)}))
    return [(one.place.field, one.what) for one in found if one.place.field.startswith("claims")]


@pytest.mark.parametrize(
    ("claim", "field", "what"),
    [
        (change_claim("T2", parts=()), "parts", "has no parts"),
        (change_claim("T1", facts=()), "facts", "one of value, and no facts"),
        (change_claim("T2", kind="law", facts=("It is the law.",)), "parts", "gets no verdict from runs"),
        (change_claim("T2", kind="value and law", parts=()), "facts", "one of value and law"),
        (change_claim("Q1", compares=(), orders=None, openings=False, dials=False), "", "nothing answers"),
    ],
    ids=lambda value: value.id if isinstance(value, Claim) else value,
)
def test_a_claim_has_what_its_kind_asks_for(claim, field, what):
    ((found, told),) = find_in(claim)
    assert found == f"claims.{claim.id}.{field}".rstrip(".")
    assert what in told


@pytest.mark.parametrize(
    "claim",
    [
        *toy().claims,
        change_claim("Q1", kind="definition"),
        change_claim("Q1", kind="law and empirical", facts=("It is the law.",)),
    ],
    ids=lambda claim: claim.kind,
)
def test_a_claim_may_answer_in_other_ways_where_its_kind_allows(claim):
    assert find_in(claim) == []


def test_a_probe_may_not_have_the_name_of_an_option_nor_of_a_word():
    for name, what in (("raise", "an option too"), ("start", "a word of claims")):
        probe = toy().probes[0].model_copy(update={"id": name})
        case = toy().model_copy(update={"probes": (*toy().probes, probe)})
        (problem,) = [one for one in find_problems(case) if one.place.field == f"probes.{name}"]
        assert what in problem.what


def test_a_probe_is_answered_by_a_mix_of_the_case(copy):
    copy.change(CASE, "    short: Warn\n", "    short: Warn\n    tags: [warning]\n")
    assert load(copy.folder).probes[0].tags == ("warning",)
    probe = toy().probes[0].model_copy(update={"mix": "nobody"})
    told = find_problems(toy().model_copy(update={"probes": (probe, toy().probes[1])}))
    assert [(one.place.field, one.what) for one in told] == [("probes.warn.mix", 'unknown mix "nobody"')]


def test_the_page_on_claims_shows_parts_of_the_toy_and_names_every_field():
    page = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", page, flags=re.S)
    written = (find_folder("toy") / CLAIMS).read_text(encoding="utf-8")
    assert len(shown) == 2
    assert all(example in written for example in shown)
    kinds = (Claim, Part, Proposition, Term, Orders, Comparison)
    fields = {info.alias or name for kind in kinds for name, info in kind.model_fields.items()}
    assert {name for name in fields - {"id"} if f"`{name}`" not in page and f'`"{name}"`' not in page} == set()
