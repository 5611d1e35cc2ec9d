"""Supply and money week by week: shortages, recovery, overdoses, disruptions of trade and what things cost."""

from __future__ import annotations

import pytest
from mexico_week import around, ends_of, last, live, null_of

from crossroads.cases.mexico.model.drugs import DRUGS
from crossroads.cases.mexico.model.economy import DISRUPTED_WEEKS, ECONOMY
from crossroads.cases.mexico.model.guns import GUNS
from crossroads.cases.mexico.model.luck import hazard_of, weekly_chance

PRECURSORS = {"precursors": 1.0}
FLAT = {"overdose_trend": 0.0, "shortage_prob": 0.0}
DRUG_DIRECTIONS = (
    ("precursor_cut", "supply", PRECURSORS, -1),
    ("force_supply_cut", "supply", {"effective_force": 0.9}, -1),
    ("capture_supply_cut", "supply", {"capture_yield": 2.0}, -1),
    ("interdiction_share", "supply", {"cooperation_now": 0.4}, 1),
    ("shortage_size", "supply", {"shortage_luck": 0.0}, -1),
    ("overdose_response", "overdose_supply", {**PRECURSORS, "precursor_cut": 0.2}, 1),
    ("health_effect", "overdose_deaths", {"us_health": 1.0}, -1),
    ("overdose_level_2025", "overdose_deaths", {}, 1),
    ("overdose_trend", "overdose_deaths", {}, 1),
)
MONEY_DIRECTIONS = (
    ("trade_shock_size", "value_added_lost", {"trade_luck": 0.0}, 1),
    ("trade_year", "value_added_lost", {"trade_luck": 0.0}, 1),
    ("trade_value_added", "value_added_lost", {"trade_luck": 0.0}, 1),
    ("cost_troop_year", "us_cost", {"troops": 9000.0}, 1),
    ("programme_cost", "us_cost", {"guns": 0.9}, 1),
    ("health_cost_per_death", "us_cost", {"overdose_averted": 5000.0}, 1),
    ("prevention_cost", "mexico_cost", {"prevention": 0.9}, 1),
    ("prevention_us_share", "mexico_cost", {"prevention": 0.9}, -1),
    ("surge_cost", "mexico_cost", {"surge": 1.0}, 1),
)


@pytest.mark.parametrize("row", DRUG_DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DRUG_DIRECTIONS])
def test_a_cause_moves_supply_and_overdoses_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(DRUGS, outcome, 26, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-9


@pytest.mark.parametrize("row", MONEY_DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in MONEY_DIRECTIONS])
def test_a_cause_moves_money_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(ECONOMY, outcome, 26, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-9


def test_the_response_of_overdoses_to_supply_may_have_either_sign():
    cut = {**PRECURSORS, **FLAT, "precursor_cut": 0.2}
    low, none, high = (last(DRUGS, "overdose_supply", 26, **cut, overdose_response=value) for value in (-5.0, 0.0, 2.0))
    assert low < 0 < high
    assert none == 0


def test_a_lasting_cut_recovers_at_its_half_life():
    months = 12.0
    supply = live(DRUGS, 260, **PRECURSORS, **FLAT, precursor_cut=0.3, supply_halflife=months)["supply"]
    assert supply[0] == pytest.approx(0.7)
    assert 1 - supply[52] == pytest.approx(0.15, rel=0.02)
    assert 1 - supply[259] < 0.02


def test_a_shortage_comes_to_all_options_alike_and_fades():
    supply = live(DRUGS, 105, **FLAT | {"shortage_prob": 0.1}, shortage_size=0.4, supply_halflife=12.0,
                  shortage_luck=lambda week: 0.0 if week == 1 else 1.0)["supply"]  # fmt: skip
    assert supply[0] == pytest.approx(1.0)
    assert supply[1] == pytest.approx(0.6)
    assert supply[53] == pytest.approx(0.8, abs=0.01)


def test_supply_and_domestic_measures_are_told_apart():
    both = live(DRUGS, 104, **PRECURSORS, **FLAT, us_health=1.0, precursor_cut=0.2)
    level = live(DRUGS, 104, **FLAT)["overdose_deaths"][-1]
    parts = level + both["overdose_supply"][-1] - both["overdose_domestic"][-1]
    assert both["overdose_deaths"][-1] == pytest.approx(parts)


@pytest.mark.parametrize(
    ("cause", "played"),
    [
        ("precursor_cut", PRECURSORS),
        ("force_supply_cut", {"effective_force": 0.9}),
        ("health_effect", {"us_health": 1.0}),
        ("capture_supply_cut", {"capture_yield": 2.0}),
        ("interdiction_share", {"cooperation_now": 0.4}),
    ],
)
def test_at_its_null_a_cause_leaves_overdoses_alone(cause, played):
    still = live(DRUGS, 60, **FLAT)["overdose_deaths"]
    assert live(DRUGS, 60, **FLAT, **played, **{cause: null_of(cause)})["overdose_deaths"] == pytest.approx(still)


def test_a_disruption_lasts_a_year_and_costs_value_added_not_trade():
    seen = live(ECONOMY, 120, trade_luck=lambda week: 0.0 if week == 10 else 1.0)["value_added_lost"]
    assert [value > 0 for value in seen].count(True) == DISRUPTED_WEEKS
    rest = around()
    a_year = rest["trade_year"] * rest["trade_shock_size"] / 100 * rest["trade_value_added"]
    assert sum(seen) == pytest.approx(a_year, rel=0.03)
    assert sum(seen) < rest["trade_year"] * rest["trade_shock_size"] / 100


def test_disruptions_come_under_status_quo_too_and_more_often_under_force_and_pressure():
    def disruptions(**played):
        seen = live(ECONOMY, 4_000, **played, trade_luck=lambda week: (week + 0.5) / 4_000, disrupted=0.0)
        return sum(value > 51.5 for value in seen["disrupted"])

    plain = disruptions()
    assert plain > 0
    assert disruptions(pressure=1.0) > plain
    assert disruptions(uninvited_force=0.9) > disruptions(uninvited_force=0.4) > plain


def test_later_money_is_worth_less():
    seen = live(ECONOMY, 520, troops=1000.0, discount_rate=0.03)["us_cost"]
    assert seen[519] / seen[0] == pytest.approx(1.03 ** -(519 / 52))


def test_guns_stopped_at_the_source_lower_the_inflow_and_slowly_the_deaths():
    seen = live(GUNS, 520, guns=1.0)
    assert seen["arms_inflow"][0] < 100
    assert seen["gun_deaths_averted"][0] < 0.01 * seen["gun_deaths_averted"][-1]
    assert live(GUNS, 4, guns=1.0, inflow_cut=null_of("inflow_cut"))["arms_inflow"] == [100.0] * 4
    for cause in ("us_gun_share", "inflow_cut"):
        low, high = (last(GUNS, "arms_inflow", 4, guns=1.0, **{cause: value}) for value in ends_of(cause))
        assert high < low


@pytest.mark.parametrize("chance", [0.01, 0.3, 0.9])
def test_weekly_chances_add_up_to_the_yearly_one(chance):
    assert 1 - (1 - weekly_chance(hazard_of(chance))) ** 52 == pytest.approx(chance, rel=1e-5)
