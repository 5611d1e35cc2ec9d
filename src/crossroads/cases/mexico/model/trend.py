"""Trend: official homicides on one scale, their policy-free trend and its cause.

homicides a year = level * trend * [(1 - oc_share) + oc_share * conflict * sites * (1 - spared)]
                   + deployment + removals - guns averted

conflict    member deaths of the groups model against January 2026, less the model's own momentum: for three years the
            policy-free trend already holds it (trend-pace), afterwards a share of it resumes (size-out-of-sample)
deployment  more homicides per 100,000 where forces, foreign or own, are newly deployed, by population covered
            (mil-deploy-homicide)
spared      civilians no longer killed where force pushes back hold on territory (plan-colombia-security; null in range)
removals    deaths that removals of leaders beyond status quo bring (leaders.py): the fitted conflict holds the rest
cause       where shared information caused the decline, it stops as cooperation is lost; where settlements did, force
            ends it (trend-pace; the cause is unknown)

Members killed are a diagnostic and are never added.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

TREND_YEARS = 3.0
ENFORCEMENT, SETTLEMENTS = 0.0, 1.0
STOCKS = (
    Quantity("trend_level", "ratio", "homicides against January 2026 without policy", off=1.0),
    Quantity("toll_at_start", "people a week", "member deaths at the start of the projection", off=1.0),
    Quantity("momentum", "a year", "growth of member deaths before the start, by itself"),
    Quantity("violence", "ratio", "organised homicides against January 2026", off=1.0),
)
OUTCOMES = (
    Quantity("homicides", "people", "intentional homicides, official count"),
    Quantity("organised_homicides", "people", "of which caused by organised crime"),
    Quantity("civilians_spared", "people", "homicides avoided where force pushes back hold: part of the count"),
)
INPUTS = reads(
    homicide_day="deaths a day",
    oc_share="share",
    trend_pace="% a year",
    trend_cause="choice",
    momentum_kept="share",
    deployment_homicide="homicides per 100,000",
    population_covered="share",
    spare_share="share",
    mexico_population="million people",
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start(toll: Any, toll_lagged: Any) -> Any:
    """The growth of deaths before the start, read off the lag of their exponential mean over one year."""
    growth = maximum(toll, 1e-6) / maximum(toll_lagged, 1e-6) - 1.0
    return Stocks(
        trend_level=1.0,
        toll_at_start=maximum(toll, 1e-6),
        momentum=log(1.0 + maximum(growth, -0.5)),
        violence=1.0,
    )


def after(
    year: Any,
    trend_level: Any,
    toll_at_start: Any,
    momentum: Any,
    toll: Any,
    cooperation_now: Any,
    strike: Any,
    joint: Any,
    fresh_deployment: Any,
    fresh_surge: Any,
    surge: Any,
    hold_pushed: Any,
    removal_deaths: Any,
    spare_share: Any,
    site_violence: Any,
    gun_deaths_averted: Any,
    homicide_day: Any,
    oc_share: Any,
    trend_pace: Any,
    trend_cause: Any,
    momentum_kept: Any,
    deployment_homicide: Any,
    population_covered: Any,
    mexico_population: Any,
) -> Any:
    """Deaths of the week."""
    by_enforcement = where(trend_cause == ENFORCEMENT, minimum(maximum(cooperation_now, 0.0), 1.0), 1.0)
    by_settlement = where(trend_cause == SETTLEMENTS, maximum(1.0 - strike - joint - surge, 0.0), 1.0)
    decline = minimum(trend_pace, 0.0) * by_enforcement * by_settlement + maximum(trend_pace, 0.0)
    pace = where(year < TREND_YEARS, log(1.0 + decline / 100.0), 0.0)
    elapsed = minimum(year, TREND_YEARS) + (1.0 - momentum_kept) * maximum(year - TREND_YEARS, 0.0)
    conflict = toll / toll_at_start * exp(-momentum * elapsed)
    level = homicide_day * 365.25 * trend_level
    fresh = fresh_deployment + fresh_surge
    deployed = deployment_homicide * 10.0 * mexico_population * population_covered * fresh
    ordinary = level * oc_share * conflict * site_violence
    spared = ordinary * spare_share * hold_pushed
    organised = maximum(ordinary - spared + deployed + removal_deaths - gun_deaths_averted, 0.0)
    return After(
        trend_level=trend_level * exp(pace / 52.0),
        toll_at_start=toll_at_start,
        momentum=momentum,
        violence=organised / (homicide_day * 365.25 * oc_share),
        homicides=(level * (1.0 - oc_share) + organised) / 52.0,
        organised_homicides=organised / 52.0,
        civilians_spared=spared / 52.0,
    )


TREND = Mechanism(
    name="trend",
    meaning="Official homicides on one scale: level, policy-free trend and its cause, and what policy adds.",
    inputs=INPUTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
    evidence=("mx-homicide-day", "oc-share", "trend-pace", "mil-deploy-homicide", "size-out-of-sample"),
)
