"""A small invented model with gates: a basin that fills and drains, and a watch that says when to pump."""

from __future__ import annotations

from math import inf

import numpy as np

from crossroads.simulation.arithmetic import exp, maximum, where
from crossroads.simulation.contract import Chance, Mechanism, Model, Quantity, Units, reads, returns
from crossroads.simulation.layout import Inputs

COUNT = 5
NAMES = ("first_level", "limit", "inflow")


def q(*names, off=0.0):
    return tuple(Quantity(name, "1", name, off) for name in names)


# basin: runs in the history, and reads the watch's gate by name

POOL_UNITS, POOL_SUMS, POOL_STOCKS, POOL_RATES = q("pool"), q("level"), q("tired"), q("rain")
POOL_GATES, POOL_OUTCOMES, POOL_FLOWS = q("rested", off=0.5), q("flow", "height"), q("pumped")

PoolUnits, PoolSums = returns("PoolUnits", POOL_UNITS), returns("PoolSums", POOL_SUMS)
PoolStocks, PoolRates = returns("PoolStocks", POOL_STOCKS), returns("PoolRates", POOL_RATES)
PoolGates, PoolUnit = returns("PoolGates", POOL_GATES), returns("PoolUnit", POOL_UNITS, POOL_FLOWS)
PoolAfter = returns("PoolAfter", POOL_STOCKS, POOL_OUTCOMES)


def pool_unit_start(first_level, share):
    return PoolUnits(pool=first_level * share)


def pool_sum_up(pool):
    return PoolSums(level=pool)


def pool_start(level):
    return PoolStocks(tired=level * 0.0)


def pool_switch(tired):
    return PoolGates(rested=exp(-tired))


def pool_before(inflow, weather, alarm, rested):
    return PoolRates(rain=inflow * weather * (1.0 - 0.1 * alarm) * (1.0 + 0.1 * rested))


def pool_unit(pool, share, rain, pumps, alarm):
    pumped = pumps * pool * (1.0 + 0.01 * alarm)
    return PoolUnit(pool=pool + rain * share - pumped, pumped=pumped)


def pool_after(tired, pumped, level, alarm, rain):
    return PoolAfter(tired=0.9 * tired + 0.01 * pumped + 0.001 * alarm, flow=pumped + 0.0 * rain, height=level)


POOL = Mechanism(
    "pool",
    "water",
    inputs=reads(first_level="1", inflow="1", pumps="1"),
    unit_stocks=POOL_UNITS,
    sums=POOL_SUMS,
    stocks=POOL_STOCKS,
    rates=POOL_RATES,
    flows=POOL_FLOWS,
    gates=POOL_GATES,
    outcomes=POOL_OUTCOMES,
    chances=(Chance("weather", "how wet the week is"),),
    history=True,
    unit_start=pool_unit_start,
    sum_up=pool_sum_up,
    start=pool_start,
    switch=pool_switch,
    before=pool_before,
    unit=pool_unit,
    after=pool_after,
)

# watch: starts with the projection; its gate opens above the limit

WATCH_GATES, WATCH_STOCKS, WATCH_OUTCOMES = q("alarm", "calm", off=0.25), q("seen"), q("alarms", "spent")
WatchGates, WatchStocks = returns("WatchGates", WATCH_GATES), returns("WatchStocks", WATCH_STOCKS)
WatchAfter = returns("WatchAfter", WATCH_STOCKS, WATCH_OUTCOMES)


def watch_start(level):
    return WatchStocks(seen=level)


def watch_switch(level, limit, margin, week, stance):
    high = limit * margin + stance
    return WatchGates(alarm=where(level > high, maximum(level / high, 1.0), 0), calm=where(week >= 10, 1.5, -1.0))


def watch_after(seen, level, alarm, crew):
    return WatchAfter(seen=0.5 * seen + 0.5 * level, alarms=alarm, spent=crew)


WATCH = Mechanism(
    "watch",
    "says when",
    inputs=reads(limit="1", margin="1", crew="1", stance="1"),
    stocks=WATCH_STOCKS,
    gates=WATCH_GATES,
    outcomes=WATCH_OUTCOMES,
    start=watch_start,
    switch=watch_switch,
    after=watch_after,
)

MODEL = Model("tides", (POOL, WATCH), Units(COUNT, {"share": np.arange(1, COUNT + 1) / 15}))
OUTCOMES = (("flow", "total"), ("height", "level"), ("alarms", "total"), ("spent", "total"))
ALWAYS = [[0.0, 0.3, 2, 3, inf], [1, 4, 0, 0, inf], [1, 1, 0, 0, inf]]
OPTIONS = ("keep", "pump", "pump_when_high", "crew_when_calm", "strict")
WHEN = {
    ("pump_when_high", "pumps"): "alarm",
    ("pump_when_high", "crew"): "alarm",
    ("crew_when_calm", "crew"): "calm",
    ("strict", "pumps"): "rested",
    ("strict", "margin"): "calm",
}


def make_inputs(**changes):
    """Levers are pumps, crew and margin."""
    keep = [[0.0, 0.0, 0, 0, inf], [1, 1, 0, 0, inf], [1, 1, 0, 0, inf]]
    strict = [[0.0, 0.2, 0, 0, 40], [1, 1, 0, 0, inf], [1, 0.5, 0, 20, inf]]
    tables = {
        "uncertainties": NAMES,
        "choices": {},
        "facts": {},
        "columns": ("pumps", "crew", "margin"),
        "signals": ("stance",),
        "options": OPTIONS,
        "reactions": ("low", "high"),
        "schedules": np.array([keep, ALWAYS, ALWAYS, ALWAYS, strict], dtype=float),
        "signals_of": np.array([[0.0], [2.0]]),
        "applicable": np.ones((5, 2), bool),
        "mix": np.full((5, 2), 0.5),
        "discount_rate": 0.0,
        "gates": WHEN,
    }
    return Inputs(**{**tables, **changes})


def make_values(count, seed=3):
    """Rows of (first level, limit, inflow)."""
    random = np.random.default_rng(seed)
    return np.column_stack([random.uniform(1, 12, count), random.uniform(9, 14, count), random.uniform(1, 3, count)])
