"""Mission: what U.S. personnel do in Mexico this week, and whether the United States holds, extends, grows or ends it.

strike      force by U.S. personnel on their own: act_alone * size / (size + half-effect size), while it lasts;
            where the option needs consent, only with it (levers-table, dials)
joint       operations by consent: accompany * size / (size + half-effect size), only where consent is given
undeclared  presence under secret authority without legal consent (title-50, chihuahua-2026)
surge       extra use of Mexico's own forces; no foreign personnel (mass-incapacitation-case)

Where consent is sought, it takes time (consent_delay; mx-senate-consent). Obstruction hinders what has no consent
(precedent-1916). Nobody decides again inside a run; by chance, a planned end is overrun by a year (extension-prob),
less often where hold has fallen, and a grave incident is answered with growth or with an early end (judgement
from precedent-1916, raid-tail, clash-prob). Groups adapt to sustained force (adaptation-time) and are harder to reach
where they disperse.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

WEEKS_A_MONTH = 52.0 / 12.0
EXTENSION_WEEKS = 52.0
GROWTH_STEP = 0.5
LARGEST = 3.0
STOCKS = (
    Quantity("extra_weeks", "weeks", "weeks by which the planned end has been moved"),
    Quantity("called_off", "share", "1 once the mission was ended early"),
    Quantity("grown", "factor", "size against design, after escalation", off=1.0),
    Quantity("adaptation", "share", "how far groups have adapted to force"),
    Quantity("fresh_deployment", "share", "foreign deployment that is new, fading over a year"),
    Quantity("fresh_surge", "share", "surge of own forces that is new, fading over a year"),
    Quantity("last_force", "share", "strike and joint operations last week"),
    Quantity("last_surge", "share", "surge last week"),
    Quantity("ever_unlawful", "share", "1 once personnel were present without legal consent"),
    Quantity("ever_grown", "share", "1 once the mission grew beyond its design"),
)
RATES = (
    Quantity("strike", "share", "force by U.S. personnel alone, 1 = full intensity"),
    Quantity("joint", "share", "joint operations by consent, 1 = full intensity"),
    Quantity("uninvited_force", "share", "force without any acceptance"),
    Quantity("undeclared", "share", "secret presence without legal consent"),
    Quantity("effective_force", "share", "strike and joint operations after adaptation and obstruction"),
    Quantity("troops", "troop-years a year", "U.S. personnel deployed beyond the present liaison"),
    Quantity("surge", "share", "extra use of Mexico's own forces, 1 = full"),
    Quantity("past_end", "share", "1 in a week after the first planned end in which the mission goes on"),
)
OUTCOMES = (
    Quantity("unlawful_weeks", "weeks", "weeks with U.S. personnel at work without legal consent"),
    Quantity("any_unlawful", "probability", "any such week so far"),
    Quantity("weeks_past_end", "weeks", "weeks past the planned end"),
    Quantity("escalated", "probability", "whether the mission grew beyond its design"),
)
CHANCES = (
    Chance("extension_luck", "whether a planned end is overrun"),
    Chance("answer_luck", "how the United States answers a grave incident"),
)
INPUTS = reads(
    extension_prob="probability",
    gains_end="share",
    escalation_prob="probability",
    early_end_prob="probability",
    consent_delay="months",
    obstruction_share="share",
    adaptation_months="months",
    adaptation_share="share",
    cartel_unity="share",
    half_effect_strike="troop-years a year",
    half_effect_joint="troop-years a year",
    liaison_size="troop-years a year",
    troop_years="troop-years a year",
    planned_months="months",
    mexican_surge="share",
)

Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """No deployment yet."""
    return Stocks(
        extra_weeks=0.0,
        called_off=0.0,
        grown=1.0,
        adaptation=0.0,
        fresh_deployment=0.0,
        fresh_surge=0.0,
        last_force=0.0,
        last_surge=0.0,
        ever_unlawful=0.0,
        ever_grown=0.0,
    )


def staying_at(week: Any, planned_months: Any, extra_weeks: Any, called_off: Any) -> Any:
    """1 while the mission lasts, else 0."""
    return where(week < planned_months * WEEKS_A_MONTH + extra_weeks, 1.0, 0.0) * (1.0 - called_off)


def before(
    week: Any,
    extra_weeks: Any,
    called_off: Any,
    grown: Any,
    adaptation: Any,
    act_alone: Any,
    accompany: Any,
    advise: Any,
    secrecy: Any,
    formal_terms: Any,
    needs_consent: Any,
    troop_years: Any,
    planned_months: Any,
    mexican_surge: Any,
    stance_consent: Any,
    stance_accepts: Any,
    stance_obstruction: Any,
    cartels_disperse: Any,
    cartel_unity: Any,
    consent_delay: Any,
    obstruction_share: Any,
    adaptation_share: Any,
    half_effect_strike: Any,
    half_effect_joint: Any,
    liaison_size: Any,
) -> Any:
    """Intensities this week."""
    consent = maximum(stance_consent, stance_accepts)
    agreed = where(week < consent_delay * WEEKS_A_MONTH * needs_consent, 0.0, consent)
    allowed = 1.0 - needs_consent * (1.0 - agreed)
    staying = staying_at(week, planned_months, extra_weeks, called_off)
    size = maximum(troop_years * grown - liaison_size, 0.0)
    hindered = 1.0 - obstruction_share * stance_obstruction * (1.0 - consent)
    strike = act_alone * allowed * staying * size / (size + half_effect_strike)
    joint = accompany * agreed * staying * size / (size + half_effect_joint)
    lawful = stance_consent * formal_terms
    tolerated = maximum(agreed, secrecy)
    evaded = adaptation_share * adaptation * (1.0 + cartels_disperse * cartel_unity) / 2.0
    return Rates(
        strike=strike,
        joint=joint,
        uninvited_force=strike * (1.0 - consent),
        undeclared=where(secrecy > 0.5, 1.0, 0.0) * advise * staying * (1.0 - lawful),
        effective_force=(strike + joint) * hindered * (1.0 - evaded),
        troops=size * staying * maximum(act_alone * allowed, maximum(accompany * agreed, advise * tolerated)),
        surge=mexican_surge,
        past_end=where(week < planned_months * WEEKS_A_MONTH, 0.0, 1.0) * staying,
    )


def after(
    week: Any,
    extra_weeks: Any,
    called_off: Any,
    grown: Any,
    adaptation: Any,
    fresh_deployment: Any,
    fresh_surge: Any,
    last_force: Any,
    last_surge: Any,
    ever_unlawful: Any,
    ever_grown: Any,
    strike: Any,
    joint: Any,
    undeclared: Any,
    surge: Any,
    past_end: Any,
    planned_months: Any,
    formal_terms: Any,
    stance_consent: Any,
    hold: Any,
    incident: Any,
    extension_luck: Any,
    answer_luck: Any,
    extension_prob: Any,
    gains_end: Any,
    escalation_prob: Any,
    early_end_prob: Any,
    adaptation_months: Any,
) -> Any:
    """What the United States makes of the week, and how far groups have adapted."""
    force = strike + joint
    at_work = where(force + undeclared > 0.005, 1.0, 0.0)
    unlawful = at_work * (1.0 - stance_consent * formal_terms)
    end = planned_months * WEEKS_A_MONTH + extra_weeks
    ending = where((week < end) & (week + 1.0 >= end), 1.0, 0.0) * where(force > 0.005, 1.0, 0.0)
    gained = minimum(maximum((1.0 - hold) / 0.2, 0.0), 1.0)
    extended = ending * where(extension_luck < extension_prob * (1.0 - gains_end * gained), 1.0, 0.0)
    asked = where(incident > 0.5, 1.0, 0.0) * at_work
    grows = asked * where(answer_luck < escalation_prob, 1.0, 0.0)
    stops = asked * where(answer_luck > 1.0 - early_end_prob, 1.0, 0.0)
    forced = minimum(force / 0.2, 1.0)
    pace = 1.0 / (adaptation_months * WEEKS_A_MONTH)
    return After(
        extra_weeks=extra_weeks + EXTENSION_WEEKS * extended,
        called_off=maximum(called_off, stops),
        grown=minimum(grown + GROWTH_STEP * grows, LARGEST),
        adaptation=adaptation + pace * (forced - adaptation) * where(forced > adaptation, 1.0, 0.5),
        fresh_deployment=fresh_deployment * (1.0 - 1.0 / 52.0) + maximum(force - last_force, 0.0),
        fresh_surge=fresh_surge * (1.0 - 1.0 / 52.0) + maximum(surge - last_surge, 0.0),
        last_force=force,
        last_surge=surge,
        ever_unlawful=maximum(ever_unlawful, unlawful),
        ever_grown=maximum(ever_grown, grows),
        unlawful_weeks=unlawful,
        any_unlawful=maximum(ever_unlawful, unlawful),
        weeks_past_end=past_end * at_work,
        escalated=maximum(ever_grown, grows),
    )


MISSION = Mechanism(
    name="mission",
    meaning="What U.S. personnel do in Mexico this week; held, extended, grown or ended by chance.",
    inputs=INPUTS,
    stocks=STOCKS,
    rates=RATES,
    outcomes=OUTCOMES,
    chances=CHANCES,
    start=start,
    before=before,
    after=after,
    evidence=(
        "levers-table",
        "dials",
        "mx-senate-consent",
        "extension-prob",
        "adaptation-time",
        "precedent-1916",
        "chihuahua-2026",
        "title-50",
        "mass-incapacitation-case",
    ),
)
