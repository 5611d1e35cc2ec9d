"""Rule of law: homicides that stay unpunished, corruption, and abuse by the forces of either side.

impunity    unpunished share; homicides solved grow with institutions, law and training, and fall with corruption:
            solved = solved at start * (1 + gains of the three) * (1 - drag * (corruption - 1)), over years
            (impunity-level, reform-speed, focused-deterrence)
corruption  index; aim = 1 - cleaning * (law, training, institutions) + what groups buy with their money and where
            they choose to corrupt (intel-leak, cartel-revenue)
complaints  = 100 * procedure * (1 + care * (own + foreign + leaked)). own: where Mexico's forces are used more, fading
            over a year afterwards (mil-complaints); foreign: by posture (rights-judgement); leaked: aid that reaches
            forces that collude (aid-leakage). procedure: prosecutors and courts protect everybody; care: oversight
            lowers what operations and aid add, and nothing else (abuse-torture)
detention   = 100 * procedure * (1 + care * (own + surge)): arrest by soldiers, mass detention
            (mass-incapacitation-case)

Training that Mexico takes is what is offered times cooperation, so that lost cooperation counts once; training by
itself moves abuse in no direction. Complaints are counted, not abuses: a channel that people trust brings more.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

LEAST_SOLVED = 0.2
MOST_SOLVED = 40.0
JOINT_SHARE = 0.3
STOCKS = (
    Quantity("impunity_now", "ratio", "homicides unpunished against the start", off=1.0),
    Quantity("corruption_now", "ratio", "officials bought by groups against the start", off=1.0),
    Quantity("own_use", "share", "extra use of Mexico's own forces, fading over a year once it ends"),
)
OUTCOMES = (
    Quantity("impunity", "%", "homicides that stay unpunished"),
    Quantity("corruption_index", "index (start = 100)", "officials bought by groups"),
    Quantity("complaints_index", "index (start = 100)", "complaints of abuse against the forces of either side"),
    Quantity("detention_index", "index (start = 100)", "complaints of wrongful detention and torture"),
)
INPUTS = reads(
    impunity_start="%",
    solved_institutions="share",
    solved_law="share",
    solved_training="share",
    reform_years="years",
    corruption_drag="elasticity",
    corruption_relief="share",
    corruption_bought="share",
    corruption_money="elasticity",
    own_complaints="% change",
    foreign_complaints="% change",
    surge_detention="% change",
    aid_leakage="elasticity",
    collusion_share="share",
    protection_effect="% change",
    population_covered="share",
    cartel_unity="share",
    finance="share",
    finance_baseline="share",
    training="share",
    training_baseline="share",
    oversight="share",
    oversight_baseline="share",
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """Everything is measured from here."""
    return Stocks(impunity_now=1.0, corruption_now=1.0, own_use=0.0)


def step_of(lever: Any, baseline: Any) -> Any:
    """A lever beyond today's, 1 = full; below zero where it is cut."""
    return (lever - baseline) / (1.0 - baseline)


def solved_share(impunity_start: Any, corruption: Any, drag: Any, institutions: Any, law: Any, trained: Any) -> Any:
    """Homicides solved in the long run, in %; the last three are relative gains."""
    gain = maximum(1.0 + institutions + law + trained, 0.0)
    dragged = maximum(1.0 - drag * (corruption - 1.0), 0.0)
    return minimum(maximum((100.0 - impunity_start) * gain * dragged, LEAST_SOLVED), MOST_SOLVED)


def leaked_abuse(aid: Any, aid_leakage: Any, collusion_share: Any, corruption: Any) -> Any:
    """Rise of complaints through forces that collude; `aid` is training and company against the start."""
    grown = exp(aid_leakage * log(maximum(aid, 1.0))) - 1.0
    return minimum(collusion_share * corruption, 1.0) * grown


def after(
    impunity_now: Any,
    corruption_now: Any,
    own_use: Any,
    strike: Any,
    joint: Any,
    surge: Any,
    capture_effort: Any,
    cooperation_now: Any,
    programme_running: Any,
    supply: Any,
    hold: Any,
    posture_force: Any,
    finance: Any,
    finance_baseline: Any,
    training: Any,
    training_baseline: Any,
    oversight: Any,
    oversight_baseline: Any,
    cartels_corrupt: Any,
    cartel_unity: Any,
    impunity_start: Any,
    solved_institutions: Any,
    solved_law: Any,
    solved_training: Any,
    reform_years: Any,
    corruption_drag: Any,
    corruption_relief: Any,
    corruption_bought: Any,
    corruption_money: Any,
    own_complaints: Any,
    foreign_complaints: Any,
    surge_detention: Any,
    aid_leakage: Any,
    collusion_share: Any,
    protection_effect: Any,
    population_covered: Any,
) -> Any:
    """Institutions move over years; complaints follow the use of force at once."""
    law = step_of(finance, finance_baseline)
    trained = step_of(training * minimum(cooperation_now, 1.0), training_baseline)
    watched = step_of(oversight, oversight_baseline)
    clean = corruption_relief * (law + trained + programme_running) / 3.0
    money = corruption_money * (0.5 * (supply + hold) - 1.0)
    aim = maximum(1.0 - clean + money + corruption_bought * cartels_corrupt * cartel_unity, 0.0)
    solved = solved_share(
        impunity_start,
        corruption_now,
        corruption_drag,
        solved_institutions * programme_running,
        solved_law * law,
        solved_training * trained,
    )
    pace = 1.0 / (reform_years * 52.0)
    used = minimum(maximum(capture_effort - 1.0, 0.0) + joint, 1.0)
    using = maximum(used, own_use * (1.0 - 1.0 / 52.0))
    own = own_complaints / 100.0 * population_covered * using
    mass = own_complaints / 100.0 * surge
    foreign = foreign_complaints / 100.0 * (strike + JOINT_SHARE * joint) * (0.2 + 0.8 * posture_force)
    aid = 1.0 + maximum(trained * (1.0 - training_baseline) / training_baseline, 0.0) + joint
    leaked = leaked_abuse(aid, aid_leakage, collusion_share, corruption_now)
    procedure = 1.0 + protection_effect / 100.0 * maximum(programme_running, 0.0)
    care = 1.0 + protection_effect / 100.0 * watched
    added = care * (own + mass + foreign + leaked)
    detained = care * (own + surge_detention / 100.0 * surge)
    impunity_next = impunity_now + pace * ((100.0 - solved) / impunity_start - impunity_now)
    return After(
        impunity_now=impunity_next,
        corruption_now=corruption_now + pace * (aim - corruption_now),
        own_use=using,
        impunity=minimum(impunity_start * impunity_next, 100.0),
        corruption_index=100.0 * corruption_now,
        complaints_index=100.0 * procedure * (1.0 + added),
        detention_index=100.0 * procedure * (1.0 + detained),
    )


RULE_OF_LAW = Mechanism(
    name="rule_of_law",
    meaning="Impunity, corruption, and complaints of abuse and wrongful detention by the forces of either side.",
    inputs=INPUTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
    evidence=(
        "impunity-level",
        "reform-speed",
        "focused-deterrence",
        "coordination-reform",
        "intel-leak",
        "mil-complaints",
        "abuse-torture",
        "aid-leakage",
        "prison-surge",
        "mass-incapacitation-case",
        "rights-judgement",
    ),
)
