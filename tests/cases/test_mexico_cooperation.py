"""Cooperation week by week: the opening stance sets rates; trust, suspension and return have a memory."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import around, call, corners, derived, ends_of, last, live, null_of

from crossroads.cases.mexico.model.cooperation import COOPERATION

PROTEST = {"stance_protest": 1.0}
REDUCED = {"stance_protest": 1.0, "stance_reduced": 1.0}
SUSPENDED = {"stance_protest": 1.0, "stance_suspended": 1.0}
FORCE = {"uninvited_force": 0.9}
STANCES = {"quiet": {}, "protest": PROTEST, "reduced": REDUCED, "suspended": SUSPENDED}
DIRECTIONS = (
    ("coop_loss_minor", "rupture", PROTEST, 1),
    ("coop_loss_enforcement", "rupture", REDUCED, 1),
    ("coop_loss_force", "rupture", {**SUSPENDED, **FORCE, "suspension_luck": 0.0}, 1),
    ("exposure_prob", "exposed", {"undeclared": 1.0, "exposure_luck": 0.02}, 1),
    ("threat_erosion", "trust", {"pressure": 1.0}, -1),
    ("goodwill_guns", "trust", {"guns": 1.0}, 1),
    ("leverage_share", "transfers", {"pressure": 1.0}, 1),
    ("transfers_year", "transfers", {}, 1),
    ("leak_prob", "leaks", {"leak_luck": 0.005}, 1),
)


def yield_of(values):
    return call(COOPERATION.before, values | derived(COOPERATION, values))["capture_yield"]


def lived(weeks, rule=None, **played):
    """The week's rates follow from its stocks, as in the model."""
    values, seen = {**around(), **call(COOPERATION.start, around()), **played}, {}
    values |= derived(COOPERATION, values)
    for week in range(weeks):
        values |= {"week": week, "year": week / 52.0}
        values |= rule(week) if rule else {}
        values |= call(COOPERATION.before, values)
        found = call(COOPERATION.after, values)
        values |= {quantity.name: found[quantity.name] for quantity in COOPERATION.stocks}
        for name, value in found.items():
            seen.setdefault(name, []).append(float(value))
    return seen


def test_without_cause_everything_stays_as_it_is():
    calm = lived(520)
    assert calm["cooperation"] == pytest.approx([100.0] * 520)
    assert calm["transfers"] == pytest.approx([calm["transfers"][0]] * 520)
    assert sum(calm["weeks_suspended"]) == sum(calm["weeks_reduced"]) == 0


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(COOPERATION, outcome, 12, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-9


def test_the_harder_the_stance_the_deeper_the_rupture():
    depth = [lived(26, **stance, suspension_luck=0.0, **FORCE)["rupture"][-1] for stance in STANCES.values()]
    assert depth == sorted(depth)
    assert depth[0] == 0
    assert len(set(depth)) == 4


def test_a_suspension_begins_by_chance_and_lasts_while_there_is_cause():
    seen = lived(200, **SUSPENDED, **FORCE, rule=lambda week: {"suspension_luck": 0.0 if week == 3 else 0.5})
    assert seen["suspended"] == [0.0] * 3 + [1.0] * 197
    spared = lived(200, **SUSPENDED, **FORCE, suspension_luck=0.9999)
    assert sum(spared["suspended"]) == 0


def test_no_other_stance_suspends_without_a_clash():
    for stance in (PROTEST, REDUCED, {}):
        assert sum(lived(100, **stance, **FORCE, suspension_luck=0.0)["suspended"]) == 0
    clash = lived(100, **PROTEST, rule=lambda week: {"clashed": float(week == 30), "suspension_luck": 0.5})
    assert clash["suspended"][29:32] == [0.0, 1.0, 1.0]


def test_cooperation_returns_once_the_cause_is_gone_after_the_length_of_past_suspensions():
    def mean_length(months):
        ends = [index for index in range(1, 400) if (index + 0.5) / 400 > 1 - 1 / (months * 52 / 12)]
        return 400 / len(ends)

    assert mean_length(6.0) == pytest.approx(26, rel=0.1)
    gone = lived(
        80, **SUSPENDED, suspension_months=6.0, rule=lambda week: {"suspension_luck": 0.0 if week < 26 else 0.97}
    )
    assert gone["suspended"][25] == 1
    assert gone["suspended"][26] == 0
    assert gone["rupture"][79] < 0.1 * gone["rupture"][25]


def test_trust_is_slow_to_fall_and_slow_to_return():
    seen = lived(520, **SUSPENDED, rule=lambda week: {"suspension_luck": 0.0 if week < 26 else 0.9999})
    lowest = min(seen["trust"])
    assert lowest < 0.9
    assert seen["trust"].index(lowest) > 26
    assert lowest < seen["trust"][-1] < 1.0 + 1e-9


def test_weeks_in_each_state_never_overlap():
    seen = lived(520, **SUSPENDED, rule=lambda week: {"suspension_luck": (week * 0.37) % 1.0})
    both = [a * b for a, b in zip(seen["weeks_suspended"], seen["weeks_reduced"], strict=True)]
    assert sum(both) == 0
    assert sum(seen["weeks_suspended"]) > 0
    assert sum(seen["weeks_reduced"]) > 0


def test_a_secret_presence_costs_once_it_is_known():
    hidden = lived(60, undeclared=1.0, exposure_luck=1.0)
    known = lived(
        60, undeclared=1.0, rule=lambda week: {"exposure_luck": 0.0 if week == 10 else 1.0, "week": week + 26}
    )
    assert sum(hidden["rupture"]) == 0
    assert known["rupture"][9] == 0
    assert known["rupture"][15] > 0
    assert known["exposed"][59] < 0.3


@pytest.mark.parametrize(("cause", "played"), [("threat_erosion", {"pressure": 1.0}), ("goodwill_guns", {"guns": 1.0})])
def test_at_its_null_a_cause_leaves_trust_alone(cause, played):
    assert lived(104, **played, **{cause: null_of(cause)})["trust"] == pytest.approx([1.0] * 104)


def test_information_is_lost_with_cooperation_tips_and_bought_officials():
    offered = {"info_offer": 0.9}
    full = yield_of({**around(), **offered})
    for less in ({"rupture": 0.5}, {"occupation": 1.0}, {"cartels_corrupt": 1.0, "cartel_unity": 1.0}):
        assert yield_of({**around(), **offered, **less}) < full
    assert yield_of({**around(), **offered, "intel_yield": 1.0}) == pytest.approx(1)


def test_the_yield_of_nearly_full_sharing_is_the_one_stated():
    found = yield_of({**around(), "info_offer": 0.9, "intel_yield": 2.5})
    assert found == pytest.approx(2.5)


def test_leaks_come_as_often_as_stated_and_more_where_more_is_shared():
    def yearly(**played):
        return (
            sum(live(COOPERATION, 4_000, **played, leak_luck=lambda week: (week + 0.5) / 4_000)["leaks"]) * 52 / 4_000
        )

    plain = yearly(leak_prob=0.3, oversight=0.0)
    assert plain == pytest.approx(0.357, rel=0.05)
    assert yearly(leak_prob=0.3, oversight=0.0, info_offer=1.0) > 1.8 * plain
    assert yearly(leak_prob=0.3, oversight=1.0) < 0.6 * plain


@settings(max_examples=25, deadline=None)
@given(
    stance=st.sampled_from(list(STANCES.values())),
    force=st.floats(0, 1),
    luck=st.floats(0, 1),
    clash=st.sampled_from([0.0, 1.0]),
    corner=st.sampled_from(range(2)),
)
def test_cooperation_stays_within_its_bounds(stance, force, luck, clash, corner):
    ends = corners(COOPERATION)[corner]
    seen = lived(40, **{**ends, **stance, "uninvited_force": force, "suspension_luck": luck, "clashed": clash})
    assert all(0 <= value <= 1 for value in seen["rupture"])
    assert all(value > 0 for value in seen["trust"])
    assert set(seen["suspended"]) <= {0.0, 1.0}
    assert all(value >= 0 for name in ("cooperation", "transfers", "leaks") for value in seen[name])
