import pytest
from mistakes import Mistake

from crossroads.case.files import load
from crossroads.case.records import Act, Payoff, Valued
from crossroads.case.rules import find_problems

CASE = "case.yaml"
FLOODED = "{outcome: flooded_homes, worst: 50, best: -50, weight: 100"
EARNS = "{outcome: spending, worst: 0, best: 10, weight: 20"
DUST = "{moves: [opposes], points: 1, times: works"
ANCHOR = "council: {moves: [supports], share: 0.6"
HORIZON = "      horizon: year_2\n      believes"
PAID = "      horizon: year_5\n      precision: 0.3\n"

# (what stands there, what is written instead, text ending on the offending line, field, what is said, way out)
MISTAKES = [
    (FLOODED, FLOODED.replace("flooded_homes", "flooded"), "flooded,", "actors.council.payoff.values.0.outcome",
     'unknown outcome "flooded"', "flooded_homes"),
    (HORIZON, HORIZON.replace("year_2", "year_3"), "year_3", "actors.council.payoff.horizon",
     'unknown horizon "year_3"', "year_"),
    ("believes: residents", "believes: voters", "believes: voters", "actors.council.payoff.believes",
     'unknown view "voters"', "residents"),
    (DUST, DUST.replace("works", "work"), "times: work,", "actors.council.payoff.acts.0.times",
     'unknown lever column "work"', "works"),
    (DUST, DUST.replace("[opposes]", "[opposes, late]"), "[opposes, late]", "actors.council.payoff.acts.0.moves.1",
     'unknown move "late" of council', "supports, opposes"),
    (DUST, DUST.replace("1,", "dust,"), "points: dust", "actors.council.payoff.acts.0.points",
     'unknown uncertainty "dust"', ""),
    (DUST, DUST.replace("1,", "ground,"), "points: ground", "actors.council.payoff.acts.0.points",
     "gives no number", "that is a number"),
    (FLOODED, FLOODED.replace("100", "growth"), "weight: growth", "actors.council.payoff.values.0.weight",
     '"growth" can be below 0', "from 0 on"),
    (FLOODED, FLOODED.replace("100", "-1"), "weight: -1", "actors.council.payoff.values.0.weight",
     "-1 is below 0", "0 or more"),
    (FLOODED, FLOODED.replace("-50", "50"), "best: 50", "actors.council.payoff.values.0.best",
     "both 50, so nothing is ever better", "differ"),
    (PAID, PAID.replace("0.3", "-0.3"), "precision: -0.3", "actors.builder.payoff.precision",
     "-0.3 is below 0", "0 or more"),
    (PAID, PAID.replace("0.3", "growth"), "precision: growth", "actors.builder.payoff.precision",
     '"growth" can be below 0', "from 0 on"),
    ("known: [overrun]", "known: [delay]", "[delay", "actors.builder.known.0", 'unknown uncertainty "delay"', ""),
    ("evidence: [flood-memory]}\n        - ", "evidence: [memory]}\n        - ", "[memory]}",
     "actors.council.payoff.values.0.evidence.0", 'unknown evidence "memory"', "flood-memory"),
    ("because: Nobody wants the dust of the works., evidence: [council-votes]",
     "because: Nobody wants the dust of the works., evidence: [gossip]", "[gossip]",
     "actors.council.payoff.acts.0.evidence.0", 'unknown evidence "gossip"', ""),
    ("being late.\n      evidence: [builder-record]", "being late.\n      evidence: [gossip]", "[gossip]",
     "actors.builder.payoff.evidence.0", 'unknown evidence "gossip"', ""),
    ("of this kind., evidence: [council-votes]", "of this kind., evidence: [gossip]", "[gossip]",
     "mixes.builder_works.anchors.council.evidence.0", 'unknown evidence "gossip"', ""),
    (ANCHOR, ANCHOR.replace("council", "mayor"), "mayor: {", "mixes.builder_works.anchors.mayor",
     'unknown actor "mayor"', "council"),
    (ANCHOR, ANCHOR.replace("council", "builder").replace("supports", "late"), "[late], share",
     "mixes.builder_works.anchors.builder", "does not move first and alone", "Remove"),
    (ANCHOR, ANCHOR.replace("supports", "abstains"), "[abstains]", "mixes.builder_works.anchors.council.moves.0",
     'unknown move "abstains" of council', "supports, opposes"),
    (ANCHOR, ANCHOR.replace("[supports]", "[supports, opposes]"), "[supports, opposes], share",
     "mixes.builder_works.anchors.council.moves", "all openings of the mix", "some of them"),
    (ANCHOR, ANCHOR.replace("[supports]", "[]"), "[], share", "mixes.builder_works.anchors.council.moves",
     "no opening is named", "one or more"),
    ("\nbaseline: keep\n", "\nbaseline: keep\nchooser: mayor\n", "chooser: mayor", "chooser",
     'unknown stakeholder "mayor"', ""),
    ("\nbaseline: keep\n", "\nbaseline: keep\nchooser: village\n", "chooser: village", "chooser",
     '"village" weighs nothing', "that has weights"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row[3]}: {row[4][:30]}")
def test_each_rule_of_payoffs_reports_its_mistake_once_and_in_its_place(check_mistakes, row):
    check_mistakes(Mistake(CASE, *row))


def change_actor(name, **more):
    case = load("toy")
    actors = tuple(one.model_copy(update=more) if one.id == name else one for one in case.actors)
    return case.model_copy(update={"actors": actors})


def tell(case):
    return [(problem.place.field, problem.what) for problem in find_problems(case)]


def test_an_anchor_under_which_a_move_makes_no_sense_is_told():
    case = load("toy")
    still, works = case.mixes
    silent = works.model_copy(update={"shares": {**works.shares, "council": {"opposes": 1.0}}})
    told = tell(case.model_copy(update={"mixes": (still, silent), "checks": ()}))
    assert told == [("mixes.builder_works.anchors.council.moves.0", '"supports" makes no sense under this mix')]


def test_who_knows_something_and_plays_for_nothing_is_told():
    assert tell(change_actor("builder", payoff=None)) == [
        ("actors.builder.known", "the actor knows something and has no payoff, so that nothing comes of it")
    ]


def test_an_anchor_needs_a_payoff_to_be_fitted():
    (problem,) = tell(change_actor("council", payoff=None))
    assert problem[0] == "mixes.builder_works.anchors.council"
    assert "has no payoff" in problem[1]


def test_a_payoff_in_which_nothing_is_worth_anything_is_told():
    empty = load("toy").actors[1].payoff.model_copy(update={"values": (), "acts": ()})
    assert tell(change_actor("builder", payoff=empty)) == [
        ("actors.builder.payoff", "nothing is worth anything to this actor")
    ]


def test_actors_that_share_a_turn_move_at_the_same_time_if_both_play_for_something():
    case = load("toy")
    free = tuple(mix.model_copy(update={"anchors": {}}) for mix in case.mixes)
    together = change_actor("builder", order=1).model_copy(update={"mixes": free})
    assert tell(together) == []
    blank = together.model_copy(
        update={"actors": (together.actors[0], together.actors[1].model_copy(update={"payoff": None, "known": ()}))}
    )
    (problem,) = tell(blank)
    assert problem[0] == "actors.builder.order"
    assert '"council" has the turn 1 too' in problem[1]


def test_who_shares_the_first_turn_cannot_be_fitted_to_a_base_rate():
    (problem,) = tell(change_actor("builder", order=1))
    assert problem[0] == "mixes.builder_works.anchors.council"
    assert "first and alone" in problem[1]


def test_a_payoff_lists_the_uncertainties_that_it_reads_once_and_in_order():
    payoff = Payoff(
        unit="points",
        horizon="far",
        precision="sharp",
        because="made up",
        values=(
            Valued(outcome="deaths", worst=1, best=0, weight="care", because="made up"),
            Valued(outcome="trust", worst=0, best=1, weight=3, because="made up"),
        ),
        acts=(Act(moves=("agree",), points="care", because="made up"), Act(moves=(), points="pride", because="-")),
    )
    assert payoff.doubts == ("sharp", "care", "pride")
