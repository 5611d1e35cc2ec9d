import math

import pytest

from crossroads.case.files import load
from crossroads.simulation.layout import Inputs, build_inputs, count_history_weeks
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.scalar import run

WEEKS = 260
GIVEN = {"flood_rate": 0.3, "homes_hit": 0.2, "growth": 0.01, "ground": "sand", "overrun": 1.5}


@pytest.fixture(scope="module")
def town() -> tuple[AnyModel, Inputs]:
    case = load("toy")
    return load_model(case), build_inputs(case)


def expect(option: str, reaction: str, growth: float, ground: str) -> dict[str, list[float]]:
    """Outcomes after each week, from the formulas in the model's docstring."""
    council, builder = reaction.split("+")
    moving = 0.2 / 52 * (1 if council == "supports" else 0.5) if option == "move_out" else 0.0
    kept = {"clay": 0.8, "sand": 0.4}[ground] if option == "raise" else 0.0
    price = 12 * (GIVEN["overrun"] if builder == "late" else 1) if option == "raise" else 0.0
    g = growth / 52
    start, a = 800 * (1 + g) ** 104, 1 + g - moving
    sums = [n if math.isclose(a, 1) else (a**n - 1) / (a - 1) for n in range(1, WEEKS + 1)]
    a_home = GIVEN["flood_rate"] * GIVEN["homes_hit"] * (1 - kept) / 52
    return {
        "homes_at_risk": [start * a**n for n in range(1, WEEKS + 1)],
        "flooded_homes": [start * s * a_home for s in sums],
        "spending": [price * min(n, 52) / 52 + 0.2 * moving * start * s for n, s in enumerate(sums, 1)],
    }


@pytest.mark.parametrize("option", ["keep", "raise", "move_out"])
@pytest.mark.parametrize("reaction", ["supports+on_time", "opposes+late"])
@pytest.mark.parametrize(("growth", "ground"), [(0.0, "clay"), (0.02, "sand"), (-0.01, "clay")])
def test_every_outcome_is_the_one_known_by_hand(town, option, reaction, growth, ground):
    model, inputs = town
    seen = run(model, inputs, GIVEN | {"growth": growth, "ground": ground}, option, reaction, WEEKS, 104)
    known = expect(option, reaction, growth, ground)
    for week in (1, 26, 52, 104, 260):
        for outcome, reading in (
            ("homes_at_risk", "level"),
            ("flooded_homes", "total"),
            ("spending", "total"),
        ):
            assert seen.read(outcome, reading, week) == pytest.approx(
                known[outcome][week - 1], rel=1e-9, abs=1e-12
            )


def test_harm_follows_the_warning_up_and_down(town):
    model, inputs = town
    outcomes = run(model, inputs, GIVEN, "move_out", "supports+on_time", WEEKS, 104).projection.outcomes
    warned = [1 - h / (f * 2.5) for h, f in zip(outcomes["harmed"], outcomes["flooded_homes"], strict=True)]
    assert warned[:26] == pytest.approx([0.2] * 26)
    assert warned[26] == pytest.approx(0.2 + 0.6 / 52)
    assert warned[77:208] == pytest.approx([0.8] * 131)
    assert warned[208:] == pytest.approx([0.2] * 52)


def test_the_numbers_told_in_the_model_are_right(town):
    model, inputs = town
    known = GIVEN | {"flood_rate": 0.25, "homes_hit": 0.15, "growth": 0.0, "ground": "clay"}
    keep = run(model, inputs, known, "keep", "supports+on_time", WEEKS, 104)
    high = run(model, inputs, known, "raise", "supports+late", WEEKS, 104)
    assert keep.read("flooded_homes", "total", WEEKS) == pytest.approx(150)
    assert keep.read("harmed", "total", 52) == pytest.approx(60)
    assert keep.read("spending", "total", WEEKS) == 0
    assert high.read("flooded_homes", "total", WEEKS) == pytest.approx(30)
    assert high.read("harmed", "total", 52) == pytest.approx(12)
    assert high.read("spending", "total", WEEKS) == pytest.approx(12 * GIVEN["overrun"])


def test_the_homes_of_all_streets_are_the_homes_of_the_town(town):
    model, inputs = town
    seen = run(model, inputs, GIVEN, "move_out", "opposes+on_time", 104, 104).projection
    a_street = seen.constants["homes_a_street"]
    for streets, homes in zip(seen.sums["all_streets"], seen.stocks["homes_kept"], strict=True):
        assert streets * a_street == pytest.approx(homes, rel=1e-9)
    first, last = seen.units["street"][0], seen.units["street"][-1]
    assert last.std() / last.mean() < first.std() / first.mean()


def test_money_is_discounted_when_the_case_says_so(town):
    model, _ = town
    case = load("toy").model_copy(update={"discount_rate": 0.05})
    seen = run(model, build_inputs(case), GIVEN, "raise", "supports+on_time", WEEKS, 104)
    known = sum(12 / 52 / 1.05 ** (week / 52) for week in range(52))
    assert seen.read("spending", "total", WEEKS) == pytest.approx(known)


def test_a_town_whose_streets_stand_still_keeps_its_homes(town):
    model, inputs = town
    seen = run(model.without("streets"), inputs, GIVEN, "move_out", "supports+on_time", 26, 104)
    assert seen.read("spending", "total", 26) == 0


def test_the_history_lasts_two_years_and_ends_where_the_projection_begins(town):
    model, inputs = town
    assert count_history_weeks(load("toy")) == 104
    seen = run(model, inputs, GIVEN, "keep", "supports+on_time", 2, 104)
    assert len(seen.yearly("homes_at_risk", "level")) == 2
    assert seen.projection.stocks["homes_kept"][0] == pytest.approx(seen.yearly("homes_at_risk", "level")[1])
