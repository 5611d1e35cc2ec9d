"""Standing: how lawful the presence is in three laws, oversight as a counted list, neighbours and opinion at home.

legality   mean over the weeks of presence: 1 settled lawful, 0 settled unlawful, between contested; 1 where nobody
           was present beyond the liaison. An end does not make lawful what was not.
           Mexican law: the Senate's consent; quiet acceptance hardly counts for force, and more for declared advisers
           (mx-art-76, mx-art-19-40, mx-nsl-2020). International law: consent of the government, or a contested reading
           of self-defence; a posture of armed conflict is contested even with consent (un-oas). U.S. law: hostilities
           before and after the clock of 60 days, covert authority, and a limit that Congress may set by chance (wpr,
           title-50, fto, us-congress)
oversight  items of eight in force, each at its own level of the dial (oversight-items)
precedent  objection of each bloc of neighbours, 0 to 100: quick to rise, slow to fade (neighbour-blocs, venezuela-2026)
support    Americans who back the role: between the polls with and without permission, less as years of force go by
           (us-support-unilateral, us-support-consent)
spillover  routes and violence pushed to neighbours by pressure in Mexico (crackdown-diversion)

Presence without consent is one fact: what is weighed of it stands in one family, and its weeks are counted elsewhere.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

CLOCK_WEEKS = 60.0 / 7.0
FULL_FORCE = 0.2
RISE_WEEKS = 13.0
SPILL_WEEKS = 26.0
FATIGUE_WEEKS = 104.0
UNDECLARED_SEEN = 0.3
LEAST_SUPPORT = 5.0
NO_END = 119.5
CHANNEL, REPORTS, INSPECTORS, TRACKING, ACCESS = 0.247, 0.447, 0.547, 0.647, 0.747
# a little below the quarters and tenths that dials and their ramps stop at, so that rounding decides nothing
CONSTANTS = (Quantity("limit_chance", "probability a week", "Congress limits force that nobody asked for"),)
STOCKS = (
    Quantity("weeks_present", "weeks", "weeks with U.S. personnel beyond the liaison so far"),
    Quantity("doubt_mexico", "weeks", "weeks of presence times how unlawful they are in Mexican law"),
    Quantity("doubt_international", "weeks", "the same in international law"),
    Quantity("doubt_us", "weeks", "the same in U.S. law"),
    Quantity("weeks_of_force", "weeks", "weeks with U.S. forces in hostilities so far"),
    Quantity("congress_limit", "share", "1 once Congress has limited force in spite of a veto"),
    Quantity("objection_nonintervention", "share", "objection of the neighbours that put non-intervention first"),
    Quantity("objection_security", "share", "objection of the neighbours that seek help with security"),
    Quantity("fatigue", "years", "years of force that Americans still feel"),
    Quantity("pushed_out", "share", "routes and violence pushed to neighbours"),
)
OUTCOMES = (
    Quantity("legal_mexico", "index 0 to 1", "how lawful the presence has been in Mexican law"),
    Quantity("legal_international", "index 0 to 1", "how lawful the presence has been in international law"),
    Quantity("legal_us", "index 0 to 1", "how lawful the presence has been in U.S. law"),
    Quantity("oversight_items", "1", "items of oversight in force, of eight"),
    Quantity("precedent_nonintervention", "index 0 to 100", "objection of neighbours that put non-intervention first"),
    Quantity("precedent_security", "index 0 to 100", "objection of neighbours that seek help with security"),
    Quantity("us_support", "%", "Americans who back the U.S. role"),
    Quantity("spillover_index", "index (start = 100)", "routes and violence pushed to neighbours"),
)
CHANCES = (Chance("congress_luck", "whether Congress limits force in spite of a veto"),)
INPUTS = reads(
    tacit_legality="share",
    adviser_legality="share",
    quiet_international="share",
    self_defence_reading="share",
    conflict_doubt="share",
    hostilities_early="share",
    hostilities_late="share",
    covert_doubt="share",
    congress_limit_prob="probability a year",
    objection_without_consent="share",
    objection_with_consent="share",
    objection_security_bloc="share",
    precedent_memory="years",
    us_support_unilateral="%",
    us_support_consent="%",
    support_fatigue="points",
    spillover_pressure="share",
    planned_months="months",
    oversight="share",
)

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def derive(congress_limit_prob: Any) -> Any:
    """What a year holds, by week."""
    return Constants(limit_chance=weekly_chance(hazard_of(congress_limit_prob)))


def start() -> Any:
    """No force yet, nobody objects."""
    return Stocks(
        weeks_present=0.0,
        doubt_mexico=0.0,
        doubt_international=0.0,
        doubt_us=0.0,
        weeks_of_force=0.0,
        congress_limit=0.0,
        objection_nonintervention=0.0,
        objection_security=0.0,
        fatigue=0.0,
        pushed_out=0.0,
    )


def lawful_in_mexico(formal: Any, accepts: Any, secrecy: Any, armed: Any, tacit: Any, adviser: Any) -> Any:
    """The Senate's consent settles it; what is only accepted is contested, and more so if armed or secret."""
    quiet = where(armed > 0.5, tacit, adviser)
    return maximum(formal, accepts * quiet * (1.0 - secrecy))


def lawful_between_states(consent: Any, accepts: Any, quiet: Any, self_defence: Any, doubt: Any) -> Any:
    """Consent of the government, however given; without it, self-defence as a minority reads it."""
    return maximum(consent, maximum(accepts * quiet, self_defence)) * (1.0 - doubt)


def lawful_in_us(weeks: Any, early: Any, late: Any, covert: Any, limited: Any) -> Any:
    """Hostilities without an authorisation, before and after the clock; none once Congress has limited them."""
    reading = where(weeks < CLOCK_WEEKS, early, late)
    return reading * (1.0 - covert) * (1.0 - limited)


def count_items(oversight: Any, secrecy: Any, published: Any, partners: Any, ends: Any) -> Any:
    """Items in force: terms, complaints, reports, inspectors, tracking, joint board, access, sunset."""
    open_books = where(secrecy < 0.5, 1.0, 0.0)
    return (
        published * open_books
        + where(oversight > CHANNEL, 1.0, 0.0)
        + where(oversight > REPORTS, open_books, 0.0)
        + where(oversight > INSPECTORS, 1.0, 0.0)
        + where(oversight > TRACKING, 1.0, 0.0)
        + where(oversight > TRACKING, partners, 0.0)
        + where(oversight > ACCESS, 1.0, 0.0)
        + ends
    )


def move_objection(objection: Any, aim: Any, memory_years: Any) -> Any:
    """Quick to rise, slow to fade."""
    return objection + (aim - objection) * where(aim > objection, 1.0 / RISE_WEEKS, 1.0 / (52.0 * memory_years))


def after(
    weeks_present: Any,
    doubt_mexico: Any,
    doubt_international: Any,
    doubt_us: Any,
    weeks_of_force: Any,
    congress_limit: Any,
    objection_nonintervention: Any,
    objection_security: Any,
    fatigue: Any,
    pushed_out: Any,
    strike: Any,
    joint: Any,
    uninvited_force: Any,
    undeclared: Any,
    effective_force: Any,
    troops: Any,
    capture_effort: Any,
    secrecy: Any,
    formal_terms: Any,
    mexican_lead: Any,
    posture_force: Any,
    planned_months: Any,
    oversight: Any,
    stance_consent: Any,
    stance_accepts: Any,
    congress_luck: Any,
    tacit_legality: Any,
    adviser_legality: Any,
    quiet_international: Any,
    self_defence_reading: Any,
    conflict_doubt: Any,
    hostilities_early: Any,
    hostilities_late: Any,
    covert_doubt: Any,
    limit_chance: Any,
    objection_without_consent: Any,
    objection_with_consent: Any,
    objection_security_bloc: Any,
    precedent_memory: Any,
    us_support_unilateral: Any,
    us_support_consent: Any,
    support_fatigue: Any,
    spillover_pressure: Any,
) -> Any:
    """What law, neighbours and Americans make of the week."""
    force = strike + joint
    armed = where(force > 0.005, 1.0, 0.0)
    present = maximum(where(troops > 1.0, 1.0, 0.0), maximum(armed, undeclared))
    formal = stance_consent * formal_terms
    in_mexico = lawful_in_mexico(formal, stance_accepts, secrecy, armed, tacit_legality, adviser_legality)
    doubt = conflict_doubt * posture_force * armed
    between = lawful_between_states(stance_consent, stance_accepts, quiet_international, self_defence_reading, doubt)
    hostile = maximum(minimum(strike / FULL_FORCE, 1.0), posture_force * minimum(joint / FULL_FORCE, 1.0))
    unasked = minimum(uninvited_force / FULL_FORCE, 1.0)
    limits = where(congress_luck < limit_chance, 1.0, 0.0)
    limited = maximum(congress_limit, limits * where(unasked > 0.0, 1.0, 0.0))
    covert = covert_doubt * secrecy
    in_us = lawful_in_us(weeks_of_force, hostilities_early, hostilities_late, covert, limited * unasked)
    agreed = minimum(maximum(force - uninvited_force, 0.0) / FULL_FORCE, 1.0)
    seen = maximum(unasked, UNDECLARED_SEEN * undeclared)
    objected = minimum(objection_without_consent * seen + objection_with_consent * agreed, 1.0)
    against = move_objection(objection_nonintervention, objected, precedent_memory)
    wary = move_objection(objection_security, objection_security_bloc * seen, precedent_memory)
    tired = fatigue + armed / 52.0 - (1.0 - armed) * fatigue / FATIGUE_WEEKS
    backing = us_support_consent + (us_support_unilateral - us_support_consent) * unasked
    pressed = spillover_pressure * minimum(effective_force + maximum(capture_effort - 1.0, 0.0), 1.5)
    spilled = pushed_out + (pressed - pushed_out) / SPILL_WEEKS
    partners = where(mexican_lead * stance_accepts > 0.25, 1.0, 0.0)
    ends = where(planned_months < NO_END, 1.0, 0.0)
    weeks = weeks_present + present
    mexican = doubt_mexico + present * (1.0 - in_mexico)
    states = doubt_international + present * (1.0 - between)
    american = doubt_us + maximum(hostile * (1.0 - in_us), undeclared * covert)
    return After(
        weeks_present=weeks,
        doubt_mexico=mexican,
        doubt_international=states,
        doubt_us=american,
        weeks_of_force=weeks_of_force + where(hostile > 0.025, 1.0, 0.0),
        congress_limit=limited,
        objection_nonintervention=against,
        objection_security=wary,
        fatigue=tired,
        pushed_out=spilled,
        legal_mexico=1.0 - mexican / maximum(weeks, 1.0),
        legal_international=1.0 - states / maximum(weeks, 1.0),
        legal_us=1.0 - american / maximum(weeks, 1.0),
        oversight_items=count_items(oversight, secrecy, formal, partners, ends),
        precedent_nonintervention=100.0 * against,
        precedent_security=100.0 * wary,
        us_support=maximum(backing - support_fatigue * tired, LEAST_SUPPORT),
        spillover_index=100.0 * (1.0 + spilled),
    )


STANDING = Mechanism(
    name="standing",
    meaning="Legality in three laws, oversight, precedent among neighbours, support at home, spillover.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
    start=start,
    after=after,
    evidence=(
        "mx-art-76",
        "mx-art-19-40",
        "mx-nsl-2020",
        "un-oas",
        "wpr",
        "title-50",
        "fto",
        "us-congress",
        "legal-readings",
        "oversight-items",
        "neighbour-blocs",
        "venezuela-2026",
        "us-support-unilateral",
        "us-support-consent",
        "crackdown-diversion",
    ),
)
