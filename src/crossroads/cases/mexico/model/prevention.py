"""Prevention: fewer recruits and less group violence where programmes reach, after a delay, fading when funds end.

running   share of the full programme at work beyond today's, following the lever with a delay; what the United States
          adds arrives as far as cooperation lasts, and falls with it
cut       recruits avoided = reach * effect on arrests * transfer from arrests to recruits * (1 - captured)
sites     change of group violence in target sites through focused deterrence, by the share of violence there

The effect's range holds the nulls and adverse draws of large programmes (prevention-jobs-universal, cct-violence).
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import minimum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

WEEKS_A_MONTH = 52.0 / 12.0
STOCKS = (
    Quantity("programme_running", "share", "programme at work beyond today's, 1 = full"),
    Quantity("prevention_cut", "share", "recruits avoided"),
    Quantity("site_violence", "factor", "group violence against ordinary, through focused deterrence", off=1.0),
)
INPUTS = reads(
    prevention_effect="% change",
    prevention_reach="share",
    prevention_transfer="factor",
    programme_capture="share",
    prevention_delay="months",
    deterrence_sites="% change",
    site_coverage="share",
    prevention_us_share="share",
    prevention_baseline="share",
    prevention="share",
)

Stocks = returns("Stocks", STOCKS)


def start() -> Any:
    """Nothing beyond today's programmes."""
    return Stocks(programme_running=0.0, prevention_cut=0.0, site_violence=1.0)


def after(
    programme_running: Any,
    prevention: Any,
    cooperation_now: Any,
    prevention_us_share: Any,
    prevention_baseline: Any,
    prevention_effect: Any,
    prevention_reach: Any,
    prevention_transfer: Any,
    programme_capture: Any,
    prevention_delay: Any,
    deterrence_sites: Any,
    site_coverage: Any,
) -> Any:
    """Programmes grow and fade with the same delay."""
    arriving = prevention * (1.0 - prevention_us_share * (1.0 - minimum(cooperation_now, 1.0)))
    aim = (arriving - prevention_baseline) / (1.0 - prevention_baseline)
    running = programme_running + (aim - programme_running) / (prevention_delay * WEEKS_A_MONTH)
    avoided = -prevention_effect / 100.0 * prevention_reach * prevention_transfer * (1.0 - programme_capture)
    return Stocks(
        programme_running=running,
        prevention_cut=avoided * running,
        site_violence=1.0 + deterrence_sites / 100.0 * site_coverage * running,
    )


PREVENTION = Mechanism(
    name="prevention",
    meaning="Targeted programmes and local institutions: fewer recruits and less violence where they reach.",
    inputs=INPUTS,
    stocks=STOCKS,
    start=start,
    after=after,
    evidence=(
        "prevention-cbt",
        "prevention-jobs-targeted",
        "prevention-jobs-universal",
        "cct-violence",
        "prevention-transfer",
        "focused-deterrence",
        "prevention-cost",
    ),
)
