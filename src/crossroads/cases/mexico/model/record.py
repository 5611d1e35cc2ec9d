"""Record: what the registers of 2012-25 would have counted, had the past gone as a future says.

With t years since January 2012, `toll` the members killed a week and `jailed` the members imprisoned a week,

    homicides  = certified_2012 * [(1 - s) * (1 + other growth)^t + s * toll / toll_2012]    deaths a year
    missing    = missing_2012 * [(1 - s) + s * toll / toll_2012]                             reports a year
    admissions = admissions_2012 + jailed - jailed_2012                                      people a year

s is the share of homicides that organised crime caused in 2012 (oc-share), not the share of members among the dead.
Missing reports follow the same deaths (size-missing-definition). Members jailed are a small part of all admissions,
as large as the starting size and the risk of prison say (size-admissions-share). Levels are those counted in 2012.
How far the smooth level lies from them, and how reporting and other admissions grew, is uncertain, moves nothing else,
and is integrated out where the past is weighed: see `calibration` in case.yaml.

This is death certificates, not the prosecutors' count from which the projection starts (trend.py): the two are never
spliced. The fall of 2024-26 is no part of it: its cause is an uncertainty of the projection (trend-cause).
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

WEEKS = 52.0
OUTCOMES = (
    Quantity("homicides_certified", "deaths", "homicides by death certificate"),
    Quantity("missing_reported", "reports", "people reported missing, those found later included"),
    Quantity("admissions", "admissions", "admissions to prison, all crimes"),
)
INPUTS = reads(
    certified_2012="deaths a year",
    missing_2012="reports",
    admissions_2012="admissions",
    oc_share_2012="share",
    other_homicide_growth="% a year",
)

After = returns("After", OUTCOMES)


def after(
    year: Any,
    toll: Any,
    jailed: Any,
    anchor_members: Any,
    anchor_kill_hazard: Any,
    jail_constant: Any,
    certified_2012: Any,
    missing_2012: Any,
    admissions_2012: Any,
    oc_share_2012: Any,
    other_homicide_growth: Any,
) -> Any:
    """Counts of the week."""
    organised = oc_share_2012 * toll / maximum(anchor_kill_hazard * anchor_members, 1e-9)
    others = 1.0 - oc_share_2012
    grown = exp(log(1.0 + other_homicide_growth / 100.0) * year)
    more_jailed = jailed - jail_constant * anchor_members
    return After(
        homicides_certified=certified_2012 * (others * grown + organised) / WEEKS,
        missing_reported=missing_2012 * (others + organised) / WEEKS,
        admissions=admissions_2012 / WEEKS + more_jailed,
    )


RECORD = Mechanism(
    name="record",
    meaning="What the registers of the past would have counted: homicides, missing people, admissions to prison.",
    inputs=INPUTS,
    outcomes=OUTCOMES,
    history=True,
    after=after,
    evidence=(
        "record-levels",
        "record-drift",
        "oc-share",
        "size-calibration-input",
        "size-missing-definition",
        "size-admissions-share",
    ),
)
