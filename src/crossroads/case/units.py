"""The closed vocabulary of units: unit to plain meaning.

Uncertainties, facts, levers, outcomes and series may only use these; evidence may use its own words. To add a
unit, add a line.
"""

from __future__ import annotations

UNITS: dict[str, str] = {
    # no dimension
    "1": "a plain number",
    "choice": "one of several named possibilities",
    "share": "a part of a whole, 0 to 1",
    "share a year": "a part of a whole, each year",
    "share a week": "a part of a whole, each week",
    "%": "hundredths",
    "% a year": "hundredths, each year",
    "% change": "hundredths by which something rises or falls",
    "% of a year's trade": "hundredths of the trade of one year",
    "probability": "chance that something happens, 0 to 1",
    "probability a year": "chance that something happens in a year, 0 to 1",
    "factor": "what something is multiplied by",
    "ratio": "one quantity over another",
    "elasticity": "% change of one quantity for each 1 % change of another",
    "points": "percentage points",
    "index 0 to 1": "judgement scale from none (0) to full (1)",
    "index (start = 100)": "relative to the start of the case, which is 100",
    # people
    "people": "persons",
    "people a week": "persons each week",
    "people a year": "persons each year",
    "people a home": "persons for each home",
    "members": "persons who belong to armed groups",
    "members a week": "persons joining or leaving armed groups, each week",
    "prisoners a year": "persons imprisoned each year",
    "deaths": "persons who died",
    "deaths a day": "persons who die each day",
    "deaths a week": "persons who die each week",
    "deaths a year": "persons who die each year",
    "deaths an event": "persons who die in one event",
    "deaths per 1,000 troop-years": "deaths for each thousand soldiers deployed for a year",
    "per 1,000 people": "for each thousand persons",
    "per 100,000 people": "for each hundred thousand persons",
    "per 100,000 people a year": "for each hundred thousand persons, each year",
    "million people": "millions of persons",
    "victims": "persons in case files",
    "% of deaths": "hundredths of all deaths",
    "homicides per 100,000": "homicides a year for each hundred thousand persons",
    "recruits per arrest": "persons who join for each arrest",
    # things and events
    "files": "case files of prosecutors",
    "reports": "reports of missing persons",
    "admissions": "admissions to prison",
    "apprehensions": "apprehensions at the border",
    "pounds": "pounds of weight",
    "groups": "armed groups",
    "homes": "dwellings",
    "kits": "naloxone kits",
    "kits per death averted": "naloxone kits for each death averted",
    "events": "times that something happens",
    "events a year": "times that something happens, each year",
    "removals a year": "top-tier leaders removed each year",
    "transfers a year": "prisoners handed over each year",
    "firearms a year": "firearms each year",
    "complaints a year": "formal complaints each year",
    "troop-years": "one soldier deployed for one year",
    "troop-years a year": "soldiers deployed, on average over a year",
    # time
    "hours": "hours",
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "years": "years",
    "year": "a calendar year",
    # money
    "US$": "US dollars",
    "US$ per participant a year": "US dollars for each participant and year",
    "US$ million": "millions of US dollars",
    "US$ million a home": "millions of US dollars for each home",
    "US$ million a year": "millions of US dollars each year",
    "US$ million a troop-year": "millions of US dollars for each soldier deployed for a year",
    "US$ billion": "thousands of millions of US dollars",
    "US$ billion a year": "thousands of millions of US dollars each year",
    "MX$ billion": "thousands of millions of Mexican pesos",
    "MX$ billion a year": "thousands of millions of Mexican pesos each year",
}


def is_money(unit: str) -> bool:
    """Whether amounts in this unit are money, and so are discounted."""
    return unit.startswith(("US$", "MX$"))
