"""A pond with fish and reeds on the inputs of the toy case: small, with every sign and loop known by hand.

    rain        = 2 * flood_rate * (1 + levee_height)                     homes_hit is read and does nothing
    seepage     = 0.2 on clay, 0.3 on sand
    water'      = water + rain - seepage * water - 0.1 * reeds
    reeds'      = reeds + 0.02 * overrun * water + 0.05 * frogs * (1 + support) - 0.2 * reeds
    frogs'      = frogs + 0.05 * reeds - 0.1 * frogs
    fish'       = fish + 0.1 * (water - 1.2)^2 - 0.1 * fish - catch       more water gives more or less, by where it is
    catch       = people_a_home by chance, with a probability of 0.001 * fish
    heron       comes where there is more water than 1.3

So water and reeds make one balancing loop (more water, more reeds, less water), and reeds and frogs a reinforcing one.
"""

from __future__ import annotations

from crossroads.simulation.arithmetic import maximum, minimum, where
from crossroads.simulation.contract import Chance, Choice, Mechanism, Model, Quantity, reads, returns

CLAY, SAND = range(2)


def q(*names: str) -> tuple[Quantity, ...]:
    return tuple(Quantity(name, "m3", f"how much {name}") for name in names)


WATER_STOCKS, WATER_RATES, WATER_OUTCOMES = q("water"), q("rain", "seepage"), q("level")
REED_STOCKS, FISH_STOCKS, FISH_OUTCOMES = q("reeds", "frogs"), q("fish"), q("catch", "heron")
WaterStocks, WaterRates = returns("WaterStocks", WATER_STOCKS), returns("WaterRates", WATER_RATES)
WaterAfter = returns("WaterAfter", WATER_STOCKS, WATER_OUTCOMES)
ReedStocks, ReedAfter = returns("ReedStocks", REED_STOCKS), returns("ReedAfter", REED_STOCKS)
FishStocks, FishAfter = returns("FishStocks", FISH_STOCKS), returns("FishAfter", FISH_STOCKS, FISH_OUTCOMES)


def start_water(homes_then):
    return WaterStocks(water=homes_then / 160.0)


def rain(flood_rate, levee_height, homes_hit, ground):
    return WaterRates(
        rain=2.0 * flood_rate * (1.0 + levee_height) + 0.0 * homes_hit, seepage=0.3 if ground == SAND else 0.2
    )


def fill(water, rain, seepage, reeds):
    left = water + rain - seepage * water - 0.1 * reeds
    return WaterAfter(water=left, level=left)


def start_reeds():
    return ReedStocks(reeds=1.0, frogs=1.0)


def grow(reeds, frogs, water, overrun, support):
    more = overrun * 0.02 * water + 0.05 * frogs * (1.0 + support)
    return ReedAfter(reeds=reeds + more - 0.2 * reeds, frogs=frogs + 0.05 * reeds - 0.1 * frogs)


def start_fish():
    return FishStocks(fish=1.0)


def swim(fish, water, people_a_home, poachers):
    caught = where(poachers < 0.001 * fish, people_a_home, 0.0)
    drift = 0.1 * (water - 1.2) * (water - 1.2) - 0.1 * fish
    heron = where(water > 1.3, 1.0, 0.0)
    return FishAfter(fish=maximum(minimum(fish + drift - caught, 50.0), 0.0), catch=caught, heron=heron)


POND = Mechanism(
    "pond",
    "Water of the pond.",
    inputs=reads(homes_then="homes", flood_rate="events a year", levee_height="share", homes_hit="share"),
    choices=(Choice("ground", ("clay", "sand")),),
    stocks=WATER_STOCKS,
    rates=WATER_RATES,
    outcomes=WATER_OUTCOMES,
    start=start_water,
    before=rain,
    after=fill,
    evidence=("flood-count",),
)
REEDS = Mechanism(
    "reeds",
    "Reeds and frogs at its edge.",
    inputs=reads(overrun="factor", support="1"),
    stocks=REED_STOCKS,
    start=start_reeds,
    after=grow,
    evidence=("builder-record",),
)
FISH = Mechanism(
    "fishing",
    "Fish, and those who take them.",
    inputs=reads(people_a_home="people a home"),
    stocks=FISH_STOCKS,
    outcomes=FISH_OUTCOMES,
    chances=(Chance("poachers", "who comes in the night"),),
    start=start_fish,
    after=swim,
)
MODEL = Model("pond", (POND, REEDS, FISH))
