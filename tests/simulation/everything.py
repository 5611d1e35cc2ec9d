"""A small invented model that uses every part of the contract, and the tables it reads."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np

from crossroads.simulation import scalar
from crossroads.simulation.arithmetic import absolute, exp, log, maximum, minimum, power, where
from crossroads.simulation.contract import Chance, Choice, Mechanism, Model, Quantity, Units, reads, returns
from crossroads.simulation.layout import Inputs

LINEAR, CURVED = range(2)
COUNT = 7
PULL = 0.02
WEEKS_A_YEAR = 52


def q(*names, off=0.0):
    return tuple(Quantity(name, "1", name, off) for name in names)


# bands: units, sums, gauges, constants, flows; runs in the history

BAND_UNITS, BAND_STOCKS, BAND_SUMS = q("size"), q("memory"), q("total", "reach", off=1.0)
BAND_GAUGES, BAND_CONSTANTS = q("squared"), q("crowding")
BAND_RATES, BAND_FLOWS, BAND_OUTCOMES = q("growth", "loss"), q("lost"), q("losses", "bands")

BandUnits = returns("BandUnits", BAND_UNITS)
BandSums = returns("BandSums", BAND_SUMS)
BandGauges = returns("BandGauges", BAND_GAUGES)
BandConstants = returns("BandConstants", BAND_CONSTANTS)
BandStocks = returns("BandStocks", BAND_STOCKS)
BandRates = returns("BandRates", BAND_RATES)
BandUnit = returns("BandUnit", BAND_UNITS, BAND_FLOWS)
BandAfter = returns("BandAfter", BAND_STOCKS, BAND_OUTCOMES)


def saturate(x, half):
    return x / (x + half)


def band_unit_start(first_size, share):
    return BandUnits(size=first_size * share)


def band_sum_up(size, strength):
    return BandSums(total=size, reach=strength * size)


def band_gauge(size, near_size, total):
    return BandGauges(squared=size * (size + near_size) / total)


def band_derive(squared, toll):
    return BandConstants(crowding=toll / WEEKS_A_YEAR / squared)


def band_start(crowding, total):
    return BandStocks(memory=crowding * total)


def band_before(total, memory, growth_rate, effort, form, mood, week):
    push = saturate(total, 100.0) * 2.0 if form == CURVED else 1.0
    cooled = exp(-absolute(memory)) * where(week < 10, 1.0, 0.9)
    return BandRates(growth=growth_rate / WEEKS_A_YEAR * push * cooled, loss=PULL * effort * (1.0 + mood))


def band_unit(
    size, strength, near_size, total, reach, growth, loss, crowding, form, raid, flood, feast, luck, storm, news
):
    fights = crowding * size * near_size / (1.0 + strength) * (1.0 + where(raid < 0.05, storm, 0.0))
    growth = growth * (0.5 + luck) + 0.001 * where(flood < feast, news, -news)
    lost = loss * size + fights
    if form != LINEAR:
        lost = loss * power(size, 0.9) + fights + 1e-6 * reach * size
    return BandUnit(size=maximum(size * (1.0 + growth) - lost, 0.01 * total / COUNT), lost=lost)


def band_after(memory, lost, total):
    return BandAfter(memory=memory + (lost / total - memory) / 26.0, losses=lost, bands=total)


BANDS = Mechanism(
    "bands",
    "units that grow and fight",
    inputs=reads(first_size="1", growth_rate="1", toll="1", effort="1"),
    choices=(Choice("form", ("linear", "curved")),),
    unit_stocks=BAND_UNITS,
    constants=BAND_CONSTANTS,
    stocks=BAND_STOCKS,
    sums=BAND_SUMS,
    gauges=BAND_GAUGES,
    rates=BAND_RATES,
    flows=BAND_FLOWS,
    outcomes=BAND_OUTCOMES,
    chances=tuple(Chance(name, name, each_unit=True) for name in ("raid", "flood", "feast", "luck", "storm")),
    history=True,
    unit_start=band_unit_start,
    gauge=band_gauge,
    derive=band_derive,
    start=band_start,
    sum_up=band_sum_up,
    before=band_before,
    unit=band_unit,
    after=band_after,
)

# mood: starts with the projection, reads what the history left; bands read it, and it reads bands

MOOD_STOCKS, MOOD_RATES, MOOD_OUTCOMES = q("mood", "patience"), q("anger"), q("unrest", "calm")
MOOD_CONSTANTS = q("usual")

MoodConstants = returns("MoodConstants", MOOD_CONSTANTS)
MoodStocks = returns("MoodStocks", MOOD_STOCKS)
MoodRates = returns("MoodRates", MOOD_RATES)
MoodAfter = returns("MoodAfter", MOOD_STOCKS, MOOD_OUTCOMES)


def mood_derive(total, memory, first_size):
    return MoodConstants(usual=total / first_size + memory)


def mood_start(usual, memory, stance, news):
    return MoodStocks(mood=minimum(memory + 0.1 * stance + 0.01 * news, 1.0), patience=0)


def mood_before(mood, patience, total, usual, year, weeks_total):
    return MoodRates(
        anger=saturate(total, usual) * 0.1 * (1.0 + year / weeks_total) + log(1.0 + patience) - mood * 0.1
    )


def mood_after(mood, patience, anger, growth, lost, stance, effort, price, unlikely, news):
    calm = (anger < 0.05) & ~(lost > 50.0) | (stance == 1)
    new = minimum(maximum(mood + anger * 0.1 - unlikely * 0.01, 0), 1.0)
    return MoodAfter(
        mood=new, patience=patience + effort / 520, unrest=anger * price + growth + 0.01 * news, calm=where(calm, 1, 0)
    )


def tell_news(mood, patience, news):
    return MoodAfter(mood=mood, patience=patience, unrest=news, calm=0)


MOOD = Mechanism(
    "mood",
    "what people think",
    inputs=reads(stance="1", effort="1", price="1", unlikely="1"),
    constants=MOOD_CONSTANTS,
    stocks=MOOD_STOCKS,
    rates=MOOD_RATES,
    outcomes=MOOD_OUTCOMES,
    chances=(Chance("news", "what the week brings"),),
    derive=mood_derive,
    start=mood_start,
    before=mood_before,
    after=mood_after,
)

# walls: a second unit stock, of a mechanism that starts with the projection

WALL_UNITS, WALL_SUMS, WALL_FLOWS, WALL_OUTCOMES = (
    q("wall", off=0.5),
    q("walls", off=2.0),
    q("built"),
    q("bricks"),
)

WallUnits = returns("WallUnits", WALL_UNITS)
WallSums = returns("WallSums", WALL_SUMS)
WallUnit = returns("WallUnit", WALL_UNITS, WALL_FLOWS)
WallAfter = returns("WallAfter", WALL_OUTCOMES)


def wall_unit_start(size, share):
    return WallUnits(wall=share + 0.001 * size)


def wall_sum_up(wall):
    return WallSums(walls=wall)


def wall_unit(wall, size, far_wall, masonry, mood):
    built = masonry * (1.0 + mood) * 0.01 * size / (1.0 + wall + far_wall)
    return WallUnit(wall=wall * 0.99 + built, built=built)


def wall_after(built):
    return WallAfter(bricks=built)


WALLS = Mechanism(
    "walls",
    "what is built",
    inputs=reads(masonry="1"),
    unit_stocks=WALL_UNITS,
    sums=WALL_SUMS,
    flows=WALL_FLOWS,
    outcomes=WALL_OUTCOMES,
    unit_start=wall_unit_start,
    sum_up=wall_sum_up,
    unit=wall_unit,
    after=wall_after,
)

TRADE_STOCKS, TRADE_OUTCOMES = q("stock"), q("trade")
TradeStocks = returns("TradeStocks", TRADE_STOCKS)
TradeAfter = returns("TradeAfter", TRADE_STOCKS, TRADE_OUTCOMES)


def trade_start(walls):
    return TradeStocks(stock=walls)


def trade_after(stock, walls, mood, anger):
    return TradeAfter(stock=stock * 0.9 + walls * 0.1 * (1.0 - mood), trade=stock + anger)


TRADE = Mechanism(
    "trade",
    "reads walls and mood",
    stocks=TRADE_STOCKS,
    outcomes=TRADE_OUTCOMES,
    start=trade_start,
    after=trade_after,
)


def ring(count):
    """Each unit beside the two next to it, with unequal weights."""
    starts = np.arange(0, 2 * count + 1, 2)
    columns = np.array([[(unit - 1) % count, (unit + 1) % count] for unit in range(count)]).ravel()
    return starts, columns, np.tile([0.25, 1.5], count)


def spokes(count):
    """All but the first look at the first."""
    return np.array([0, *range(count)]), np.zeros(count - 1, dtype=int), np.linspace(0.1, 0.4, count - 1)


UNITS = Units(
    COUNT,
    {"share": np.arange(1, COUNT + 1) / 28, "strength": np.linspace(0.5, 2, COUNT)},
    {"near": ring(COUNT), "far": spokes(COUNT)},
)
MODEL = Model("everything", (BANDS, MOOD, WALLS, TRADE), UNITS)
OUTCOMES = (
    ("losses", "rate"),
    ("bands", "level"),
    ("unrest", "total"),
    ("calm", "level"),
    ("bricks", "rate"),
    ("trade", "level"),
)
NAMES = ("first_size", "form", "growth_rate", "toll", "unlikely")


def make_inputs(**changes):
    schedules = np.array(
        [
            [[0.5, 0.5, 0, 0, inf], [1, 1, 0, 0, inf]],
            [[0.5, 1.5, 4.3, 12.5, 40.2], [1, 1, 0, 0, inf]],
            [[0.5, 0.1, 0, 0, inf], [1, 3, 20, 1, inf]],
        ]
    )
    tables = {
        "uncertainties": NAMES,
        "choices": {"form": ("linear", "curved")},
        "facts": {"price": 3.0},
        "columns": ("effort", "masonry"),
        "signals": ("stance", "unread"),
        "options": ("keep", "push", "build"),
        "reactions": ("calm", "angry"),
        "schedules": schedules,
        "signals_of": np.array([[0.0, 5.0], [1.0, 5.0]]),
        "applicable": np.ones((3, 2), bool),
        "mix": np.full((3, 2), 0.5),
        "discount_rate": 0.03,
    }
    return Inputs(**{**tables, **changes})


def make_values(count, seed=1):
    """Rows of (first size, form, growth, toll, unlikely)."""
    random = np.random.default_rng(seed)
    return np.column_stack(
        [
            random.uniform(50, 200, count),
            random.integers(0, 2, count),
            random.uniform(0, 0.5, count),
            random.uniform(5, 30, count),
            random.uniform(0, 1, count),
        ]
    )


def all_runs(futures):
    return np.array(list(product(range(futures), range(3), range(2))))


def run_plainly(model, values, runs, marks, outcomes, inputs=None, weeks=104, history_weeks=104):
    """(runs, marks, outcomes) and (runs, years, history outcomes) from the plain driver."""
    readings = dict(OUTCOMES)
    seen, years = [], []
    for future, option, reaction in runs:
        told = scalar.run(
            model, inputs or make_inputs(), values[future], option, reaction, weeks, history_weeks, future=future
        )
        seen.append(
            [[told.read(name, readings.get(name, "total"), mark) for name in outcomes] for mark in marks]
        )
        past = [told.yearly(name, readings.get(name, "total")) for name in told.history.outcomes]
        years.append(np.array(past).reshape(len(past), history_weeks // WEEKS_A_YEAR).T)
    return np.array(seen), np.array(years)
