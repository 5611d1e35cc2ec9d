import re

import numpy as np
import pytest

from crossroads.case.distributions import Categorical, Point, Triangular, Uniform
from crossroads.case.records import Lever, Setting, Step
from crossroads.presentation.design import describe_design, draw_belief
from crossroads.presentation.methods import list_mechanisms
from crossroads.simulation.contract import Chance, Mechanism, Quantity
from crossroads.simulation.models import load_model


def make_lever(**more) -> Lever:
    given = {
        "id": "pumps",
        "name": "Pumps",
        "meaning": "How many.",
        "kind": "instrument",
        "unit": "pumps",
        "baseline": 2,
        "low": 0,
        "high": 1500,
    }
    return Lever(**{**given, **more})


def describe(names, *, levers=None, steps=None, mechanisms=()):
    """The design of the case with other levers, and other steps of its second option."""
    parts = {}
    if levers is not None:
        parts["levers"] = tuple(levers)
    if steps is not None:
        changed = names.case.options[1].model_copy(update={"steps": tuple(steps)})
        parts["options"] = (names.case.options[0], changed, *names.case.options[2:])
    return describe_design(names.case.model_copy(update=parts), mechanisms, names.colours)


def heights(drawing) -> list[float]:
    """How high a curve stands above its ground, from left to right."""
    path = re.search(r'd="M2,30 L(.*?) L98,30', drawing)[1]
    return [30 - float(pair.split(",")[1]) for pair in path.split(" L")]


def test_every_option_tells_what_it_sets_and_when(names):
    rows = {row.id: row for row in describe(names).options}
    assert rows["keep"].steps == ()
    assert rows["raise"].steps == ("At once: Levee Raised levee.",)
    assert rows["move_out"].steps == (
        "At once: Homes bought 0.2.",
        "From month 6, over 12 months, until month 48: Flood warning 0.8.",
    )


def test_every_row_wears_the_colour_of_its_option(names):
    assert {row.id: row.colour for row in describe(names).options} == dict(names.colours)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"ramp_months": 1}, "At once, over 1 month: Pumps 7 pumps."),
        ({"ramp_months": 0, "end_month": 12}, "At once, until month 12: Pumps 7 pumps."),
        ({"start_month": 1.5, "ramp_months": 0}, "From month 1.5: Pumps 7 pumps."),
    ],
)
def test_a_step_says_when_it_begins_how_long_it_grows_and_when_it_ends(names, when, told):
    design = describe(names, levers=[make_lever()], steps=[Step(set={"pumps": 7}, **when)])
    assert design.options[1].steps == (told,)


def test_a_step_with_a_gate_says_what_opens_it(names):
    gate = Quantity("high_water", "share", "the river stood above the mark for a month")
    step = Step(ramp_months=2, end_month=9, when="high_water", set={"pumps": 7})
    watch = Mechanism("watch", "looks", gates=(gate,))
    told = describe(names, mechanisms=[watch], levers=[make_lever()], steps=[step]).options[1].steps
    assert told == (
        'At once, over 2 months, until month 9, as far as "high water" is open (the river stood above the mark for a '
        "month): Pumps 7 pumps.",
    )


def test_settings_of_one_step_stand_in_one_sentence(names):
    levers = [make_lever(), make_lever(id="boats", name="Boats", unit="share of homes")]
    step = Step(ramp_months=0, set={"pumps": 1200, "boats": 0.35})
    assert describe(names, levers=levers, steps=[step]).options[1].steps == ("At once: Pumps 1,200 pumps; Boats 0.35.",)


def test_a_lever_tells_its_range_or_its_settings(names):
    dial = make_lever(
        unit="choice",
        low=None,
        high=None,
        baseline="few",
        settings={
            "few": Setting(name="Few", meaning="Two.", gives={"pumps": 2}),
            "many": Setting(name="Many", meaning="Nine.", gives={"pumps": 9}),
        },
    )
    number, open_end, named = describe(names, levers=[make_lever(), make_lever(high=None), dial]).levers
    assert (number.settings, number.baseline) == (("0 to 1,500, pumps",), "2 pumps")
    assert open_end.settings == ("pumps",)
    assert (named.settings, named.baseline) == (("Few: Two.", "Many: Nine."), "Few")


def test_a_lever_names_exactly_the_mechanisms_that_read_it(names):
    def pump(pumps, week):
        return pumps * week

    def rain(week):
        return week

    mechanisms = [
        Mechanism("cellar", "Made up.", before=pump),
        Mechanism("sky", "Made up.", before=rain),
        Mechanism("street", "Made up.", after=pump),
    ]
    design = describe(names, levers=[make_lever(), make_lever(id="boats", name="Boats")], mechanisms=mechanisms)
    assert [lever.readers for lever in design.levers] == ["cellar, street", ""]
    assert design.unweighed == ("Boats",)


def test_readers_of_the_toy_levers_are_mechanisms_that_name_them(names):
    mechanisms = list_mechanisms(load_model(names.case, "toy"))
    design = describe(names, mechanisms=mechanisms)
    known = {one.name for one in mechanisms}
    for row in design.levers:
        assert row.readers
        assert set(row.readers.split(", ")) <= known


def test_every_uncertainty_stands_with_its_belief_in_words_and_what_views_hold(names):
    rows = {row.id: row for row in describe(names).uncertainties}
    for one in names.case.uncertainties:
        row = rows[one.id]
        assert row.words == one.distribution.describe(one.unit)
        assert (row.evidence, row.contested) == (one.evidence, one.contested)
        assert [name for name, _ in row.views] == [view.name for view in names.case.views if one.id in view.beliefs]
    residents = names.case.views[1]
    assert rows["flood_rate"].views == (("Residents", residents.beliefs["flood_rate"].describe("events a year")),)
    assert rows["flood_rate"].views[0][1] != rows["flood_rate"].words
    assert rows["growth"].views == ()


def test_a_curve_is_highest_where_the_belief_is_densest():
    belief = Triangular(kind="triangular", low=0.0, mode=0.75, high=1.0)
    drawn = heights(draw_belief(belief))
    low, high = belief.quantile(np.array([0.002, 0.998]))
    expected = (0.75 - low) / (high - low)
    assert drawn.index(max(drawn)) / (len(drawn) - 1) == pytest.approx(expected, abs=0.03)
    assert max(drawn) == pytest.approx(26, abs=0.1)


def test_a_level_belief_is_drawn_level():
    drawn = heights(draw_belief(Uniform(kind="uniform", low=-5.0, high=5.0)))
    assert max(drawn) - min(drawn) < 0.11


def test_bars_of_a_choice_are_as_high_as_their_shares():
    drawing = draw_belief(Categorical(kind="categorical", shares={"a": 0.6, "b": 0.3, "c": 0.1}))
    bars = [-float(height) for height in re.findall(r" v(-[\d.]+) ", drawing)]
    assert bars == pytest.approx([26.0, 13.0, 26 / 6], abs=0.06)


def test_a_drawing_stays_in_its_frame_and_is_hidden_from_screen_readers(names):
    drawn = [draw_belief(one.distribution) for one in names.case.uncertainties]
    assert drawn
    for drawing in drawn:
        assert 'aria-hidden="true"' in drawing
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawing):
            assert 0 <= float(x) <= 100
            assert 0 <= float(y) <= 32


def test_what_is_known_exactly_has_no_drawing():
    assert draw_belief(Point(kind="point", value=3.0)) == ""


def test_what_chance_decides_is_told_in_words(names):
    chances = (Chance("storm", "whether a storm comes"), Chance("late", "its week"))
    storms = Mechanism("river", "The river.", chances=chances)
    assert describe(names).chances == ()
    assert describe(names, mechanisms=[storms]).chances == ("whether a storm comes", "its week")
