from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from crossroads.case.distributions import Categorical
from crossroads.case.files import load
from crossroads.simulation.contract import Chance, Choice, Mechanism, Quantity, Units, reads, returns
from crossroads.simulation.fit import find_misfits, find_unread
from crossroads.simulation.models import load_model

CASE = load("toy")
MODEL = load_model(CASE)
STREETS, RIVER, PURSE = MODEL.mechanisms


def tell(case=CASE, model=MODEL):
    return "\n".join(map(str, find_misfits(case, model)))


def with_river(**changes):
    return replace(MODEL, mechanisms=(STREETS, replace(RIVER, **changes), PURSE))


def q(*names):
    return tuple(Quantity(name, "1", name) for name in names)


def test_the_toy_case_fits_its_model():
    assert find_misfits(CASE, MODEL) == []
    assert find_unread(CASE, MODEL) == []


def test_an_argument_that_nobody_provides_is_told_with_the_nearest():
    def fall(floding, people_a_home, warning):
        return RIVER.after(floding, people_a_home, warning)

    assert "nobody provides floding. Did you mean flooding?" in tell(model=with_river(after=fall))


def test_an_argument_that_a_stage_cannot_read_is_told():
    def fall(street, people_a_home, warning):
        return RIVER.after(street, people_a_home, warning)

    assert "street is a unit stock, which after cannot read" in tell(model=with_river(after=fall))


def test_an_input_that_the_case_lacks_is_told():
    told = tell(model=with_river(inputs=(*RIVER.inputs, *reads(flood_rates="events a year"))))
    assert "river.inputs.flood_rates: the case has no flood_rates. Did you mean flood_rate?" in told


def test_an_input_in_another_unit_is_told():
    inputs = tuple(
        replace(each, unit="floods a week") if each.name == "flood_rate" else each for each in RIVER.inputs
    )
    assert "expects floods a week, and the case gives events a year" in tell(model=with_river(inputs=inputs))


def test_inputs_are_declared_and_read():
    fewer = tuple(each for each in RIVER.inputs if each.name != "flood_rate")
    assert "reads flood_rate, whose unit no mechanism declares" in tell(model=with_river(inputs=fewer))
    more = (*RIVER.inputs, *reads(home_price="US$ million a home"))
    assert "declares home_price and does not read it" in tell(model=with_river(inputs=more))


def test_a_choice_has_the_same_names_in_the_same_order():
    told = tell(model=with_river(choices=(Choice("ground", ("sand", "clay")),)))
    assert "the case names clay, sand; the model sand, clay" in told


def test_a_choice_is_a_structural_uncertainty():
    told = tell(model=with_river(choices=(*RIVER.choices, Choice("flood_rate", ("low", "high")))))
    assert "uncertainty flood_rate is no structural choice" in told
    told = tell(model=with_river(choices=(Choice("grounds", ("clay", "sand")),)))
    assert "the case has no uncertainty grounds. Did you mean ground?" in told


def test_an_uncertainty_that_is_not_structural_cannot_be_branched_on():
    loose = tuple(
        record.model_copy(update={"structural": False}) if record.id == "ground" else record
        for record in CASE.uncertainties
    )
    assert isinstance(next(r for r in loose if r.id == "ground").distribution, Categorical)
    told = tell(case=CASE.model_copy(update={"uncertainties": loose}))
    assert "`if` on ground == SAND, which differs from run to run" in told
    assert "toy/model/__init__.py:" in told


def test_an_outcome_that_no_mechanism_gives_is_told():
    outcome = CASE.outcomes[0].model_copy(update={"id": "spendings"})
    told = tell(case=CASE.model_copy(update={"outcomes": (*CASE.outcomes, outcome)}))
    assert "case.yaml outcomes.spendings: no mechanism gives this outcome. Did you mean spending?" in told


def test_a_name_has_one_owner():
    double = Mechanism(
        "double", "again", rates=RIVER.rates, before=lambda: returns("R", RIVER.rates)(flooding=0)
    )
    told = tell(model=replace(MODEL, mechanisms=(*MODEL.mechanisms, double)))
    assert "double.rates.flooding: river already gives flooding" in told
    taken = Mechanism(
        "taken", "a fact", rates=q("home_price"), before=lambda: returns("R", q("home_price"))(0)
    )
    assert "the case already gives home_price" in tell(
        model=replace(MODEL, mechanisms=(*MODEL.mechanisms, taken))
    )
    twice = replace(MODEL, mechanisms=(*MODEL.mechanisms, Mechanism("river", "again")))
    assert "2 mechanisms are called river" in tell(model=twice)


def test_what_is_declared_is_given_and_what_is_given_declared():
    assert "flooding is declared, and there is no before to give it" in tell(model=with_river(before=None))
    told = tell(model=with_river(outcomes=(*RIVER.outcomes, *q("wet_cellars"))))
    assert "leaves out wet_cellars" in told
    assert "returns flooded_homes, which the mechanism does not declare" in tell(
        model=with_river(outcomes=RIVER.outcomes[:1])
    )


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ({"values": {"first_size": np.ones(3)}}, "has shape (3,), and there are 8 units"),
        ({"networks": {"near": ([0, 1], [0])}}, "it has 2 parts, not 3"),
        ({"networks": {"near": ([0, 1], [0], [1.0])}}, "it has 2 row starts; 8 units need 9"),
        ({"networks": {"near": (range(9), [1] * 8, [1.0] * 7)}}, "it has 8 columns and 7 weights"),
        ({"networks": {"near": (range(9)[::-1], [1] * 8, [1.0] * 8)}}, "row starts must rise from 0 to 8"),
        ({"networks": {"near": (range(9), [9] * 8, [1.0] * 8)}}, "whole numbers from 0 to 7"),
        ({"networks": {"near": (range(9), [0.5] * 8, [1.0] * 8)}}, "whole numbers from 0 to 7"),
        ({"networks": {"near": (range(9), [1] * 8, [np.nan] * 8)}}, "a weight is not finite"),
    ],
)
def test_tables_of_units_have_a_row_for_each(units, told):
    usual = MODEL.units
    tables = {"values": usual.values, "networks": usual.networks, **units}
    assert told in tell(model=replace(MODEL, units=Units(usual.count, **tables)))


@pytest.mark.parametrize(
    ("chances", "told"),
    [
        (Chance("storm", "a storm"), "river.chances: is no tuple of Chance. Write (Chance(...),), with its comma."),
        (("storm",), "river.chances: is no tuple of Chance"),
        ((Chance("a storm", "a storm"),), "'a storm' is no name of an argument"),
        ((Chance("flooding", "a rate, too"),), "river already gives flooding"),
    ],
)
def test_chances_that_are_none_are_told(chances, told):
    assert told in tell(model=with_river(chances=chances))


def with_gate(name):
    option = CASE.options[2]
    steps = (option.steps[0].model_copy(update={"when": name}), *option.steps[1:])
    return CASE.model_copy(update={"options": (*CASE.options[:2], option.model_copy(update={"steps": steps}))})


Wet = returns("Wet", q("wet"))


def look(flood_rate):
    return Wet(wet=flood_rate * 0.5)


def test_a_step_names_a_gate_of_the_model():
    gated = with_river(gates=q("wet"), switch=look)
    assert find_misfits(with_gate("wet"), gated) == []
    assert find_misfits(CASE, gated) == []
    told = tell(with_gate("wett"), gated)
    assert told.startswith("case.yaml options.move_out.steps: a step has the gate wett, and the model has no gate")
    assert told.endswith("Did you mean wet?")
    assert "has the gate wet, and the model has no gate" in tell(with_gate("wet"))


def test_gates_and_a_switch_come_together_and_have_names_of_their_own():
    assert "river.switch: wet is declared, and there is no switch to give it" in tell(model=with_river(gates=q("wet")))
    assert "there is a switch, and no gate that it gives" in tell(model=with_river(switch=look))
    told = tell(model=with_river(gates=q("flooding"), switch=look))
    assert "river already gives flooding" in told
    assert "leaves out flooding" in told
    assert "returns wet, which the mechanism does not declare" in told


def test_a_broken_case_is_told_before_its_model():
    option = CASE.options[2]
    doubled = option.model_copy(update={"steps": (*option.steps, option.steps[0])})
    told = find_misfits(
        CASE.model_copy(update={"options": (*CASE.options[:2], doubled)}), with_river(before=None)
    )
    assert [problem.what for problem in told] == ["lever moving is set by two steps of one option"]


def test_what_nothing_reads_is_listed_and_no_error():
    fact = CASE.facts[0].model_copy(update={"id": "boats"})
    lever = CASE.levers[1].model_copy(update={"id": "pumps"})
    more = CASE.model_copy(update={"facts": (*CASE.facts, fact), "levers": (*CASE.levers, lever)})
    assert find_misfits(more, MODEL) == []
    assert find_unread(more, MODEL) == ["boats", "pumps"]
    assert set(find_unread(CASE, MODEL.without("purse"))) >= {"overrun", "home_price", "levee_price"}


def test_what_only_payoffs_read_is_read():
    doubt = CASE.uncertainties[0].model_copy(update={"id": "temper"})
    lever = CASE.levers[1].model_copy(update={"id": "pumps"})
    council, builder = CASE.actors
    more = {"uncertainties": (*CASE.uncertainties, doubt), "levers": (*CASE.levers, lever)}
    assert find_unread(CASE.model_copy(update=more), MODEL) == ["temper", "pumps"]
    act = council.payoff.acts[0].model_copy(update={"points": "temper", "times": "pumps"})
    moody = council.model_copy(update={"payoff": council.payoff.model_copy(update={"acts": (act,)})})
    assert find_unread(CASE.model_copy(update={**more, "actors": (moody, builder)}), MODEL) == []
