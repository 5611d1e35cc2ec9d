"""The numbers to reproduce: what was published, and what an independent run of the author's equations and values gives.

`published` is what the paper, its press release or the press says; `reference` is the deterministic run of the author's
public equations, network and rates by somebody else's code. The tables of fits and structures are of that second kind.
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "the paper's abstract"
RELEASE = "the press release"
NEWS = "Science news, as relayed by the press"
PRESS = "the press, quoting the paper"
BLOG = "one blog, quoting the paper"


@dataclass(frozen=True)
class Row:
    """One number. `kind` is `level`, `%` or `weeks`; `within` is the tolerance to what was published, in `unit`."""

    number: int
    quantity: str
    key: str
    kind: str
    reference: float
    published: float | None = None
    within: float = 0.0
    unit: str = ""
    text: str = ""
    source: str = ""
    reading: str = ""
    """The choice of reading that the match rests on; empty where there was none to make."""


SHARES_READ = "the shares of 2012, which are assumed; 2022 is below"
HORIZON_READ = "the horizon of 286 weeks was chosen after the fact"

ROWS = (
    Row(1, "members, January 2012", "members_2012", "level", 115_000, 115_000, 0.0, "%", "115,000", NEWS),
    Row(2, "members, January 2022", "members_2022", "level", 173_837, 175_000, 2, "%",
        "175,000 (160,000 to 185,000)", PAPER),
    Row(3, "growth 2012 to 2022", "growth", "level", 58_837, 60_000, 5, "%", "60,000", RELEASE),
    Row(4, "largest group, 2022", "largest", "level", 28_673, 28_764, 1, "%", "28,764", BLOG),
    Row(5, "second group, 2022", "second", "level", 17_741, 17_825, 1, "%", "17,825", BLOG),
    Row(6, "the two largest together", "two", "level", 46_413, 46_600, 1, "%", "about 46,600", PRESS),
    Row(7, "share of rank 1", "share_1_2012", "%", 17.89, 17.9, 0.3, "points", "17.9 %", PRESS, SHARES_READ),
    Row(7, "share of rank 2", "share_2_2012", "%", 8.94, 8.9, 0.3, "points", "8.9 %", PRESS, SHARES_READ),
    Row(7, "share of rank 3", "share_3_2012", "%", 5.96, 6.2, 0.3, "points", "6.2 %", PRESS, SHARES_READ),
    Row(7, "share of rank 4", "share_4_2012", "%", 4.47, 4.5, 0.3, "points", "4.5 %", PRESS, SHARES_READ),
    Row(7, "share of rank 5", "share_5_2012", "%", 3.58, 3.5, 0.3, "points", "3.5 %", PRESS, SHARES_READ),
    Row(7, "the same, rank 1 in 2022", "share_1_2022", "%", 16.5),
    Row(7, "the same, rank 2 in 2022", "share_2_2022", "%", 10.2),
    Row(7, "the same, rank 3 in 2022", "share_3_2022", "%", 6.1),
    Row(7, "the same, rank 4 in 2022", "share_4_2022", "%", 5.1),
    Row(7, "the same, rank 5 in 2022", "share_5_2022", "%", 4.3),
    Row(8, "members in the ten largest, 2012", "top_2012", "%", 52.4, 50, 0, "more than", "over 50 %", PRESS),
    Row(8, "members in the ten largest, 2022", "top_2022", "%", 56.3, 50, 0, "more than", "over 50 %", PRESS),
    Row(9, "deaths among the ten largest, 2012", "top_top_2012", "%", 15.0, 15, 1, "points", "15 %", PRESS,
        "2012; 2022 is below"),
    Row(9, "the same, 2022", "top_top_2022", "%", 20.1),
    Row(10, "deaths between the ten largest and the rest, 2012", "top_rest_2012", "%", 51.4, 50, 0, "more than",
        "over 50 %", PRESS),
    Row(10, "the same, 2022", "top_rest_2022", "%", 51.8, 50, 0, "more than", "over 50 %", PRESS),
    Row(11, "deaths suffered by the 140 small groups, 2012", "small_2012", "%", 79.0, 75, 0, "more than", "over 75 %",
        PRESS, "2012; 2022 is below"),
    Row(11, "the same, 2022", "small_2022", "%", 72.4),
    Row(12, "deaths a week, January 2022", "deaths_week_2022", "level", 124.3, 120, 5, "%", "120", PRESS),
    Row(12, "the same, January 2012", "deaths_week_2012", "level", 67.2),
    Row(13, "deaths a year at the rate of January 2022", "deaths_year", "level", 6_464, 6_500, 3, "%", "6,500", PRESS),
    Row(13, "deaths of 2021", "deaths_2021", "level", 6_264),
    Row(14, "members jailed a year", "jailed_year", "level", 5_720, 5_700, 1, "%", "5,700", PRESS),
    Row(15, "recruits a year less departures, January 2022", "recruits_net_year", "level", 19_514, 19_300, 3, "%",
        "19,300 in 2021", PRESS, "departures taken off"),
    Row(15, "all recruits of 2021", "recruits_2021", "level", 22_372),
    Row(15, "all recruits a year, January 2022", "recruits_year", "level", 22_850),
    Row(15, "all recruits a year, mean of the decade", "recruits_mean_year", "level", 18_663),
    Row(16, "recruits a week, mean of the decade", "recruits_mean_week", "level", 358.9, 360, 3, "%", "350 to 370",
        PAPER),
    Row(16, "recruits a week less departures, January 2022", "recruits_net_week", "level", 375.3),
    Row(17, "killed and jailed a week, mean of the decade", "lost_week", "level", 202.4, 200, 2, "%", "about 200",
        NEWS),
    Row(18, "ever members 2012 to 2022, departures left out", "ever", "level", 279_106, 285_000, 3, "%", "285,000",
        RELEASE, "departures left out; counting them is below"),
    Row(18, "the same, departures counted", "ever_all", "level", 301_629),
    Row(19, "of whom active in 2022", "active", "%", 62.3, 60, 3, "points", "60 %", RELEASE),
    Row(19, "of whom dead", "dead", "%", 17.2, 17, 3, "points", "17 %", RELEASE),
    Row(19, "of whom jailed", "jailed", "%", 20.5, 20, 3, "points", "20 %", RELEASE),
    Row(20, "killed or jailed over the decade", "lost", "%", 37.7, 37, 1, "points", "37 %", NEWS),
    Row(21, "status quo, 2027: members", "quo_members", "%", 25.4, 26, 2, "points", "+26 %", PRESS, HORIZON_READ),
    Row(21, "status quo, 2027: weekly deaths", "quo_deaths", "%", 40.4, 40, 2, "points", "+40 %", PRESS, HORIZON_READ),
    Row(22, "twice the arrests, 2027: weekly deaths", "twice_deaths", "%", 2.2, 8, 3, "points", "+8 %", PRESS),
    Row(22, "the same, deaths of the last year", "twice_year", "%", 4.9, 8, 3, "points", "+8 %", PRESS),
    Row(23, "twice the arrests, 2027: members", "twice_members", "%", 6.6, 6, 2, "points", "+6 %",
        "not verified", HORIZON_READ),
    Row(24, "half the recruits, 2027: weekly deaths", "half_deaths", "%", -27.7, -25, 3, "points", "-25 %", PRESS,
        HORIZON_READ),
    Row(24, "the same, deaths of the last year", "half_year", "%", -23.5, -25, 3, "points", "-25 %", PRESS,
        HORIZON_READ),
    Row(24, "half the recruits, 2027: members", "half_members", "%", -10.7, -11, 3, "points", "-11 %", PRESS,
        HORIZON_READ),
    Row(25, "no recruits: weeks to the deaths observed in 2012 (70.6)", "weeks_observed", "weeks", 155, 156, 15.6,
        "weeks",
        "3 years", PRESS),
    Row(25, "no recruits: weeks to the model's own 2012 (67.2)", "weeks_own", "weeks", 169, 156, 15.6, "weeks",
        "3 years",
        PRESS),
    Row(26, "members 2027, status quo", "members_2027", "level", 218_058, 220_000, 2, "%", "about 220,000", PRESS,
        HORIZON_READ),
    Row(27, "half the recruits and twice the arrests, five years: members", "both_members", "%", -25.2),
    Row(27, "the same, weekly deaths", "both_deaths", "%", -48.5),
)  # fmt: skip

Pair = tuple[float, float]
POLICIES = {
    "status quo": (1.0, 1.0),
    "2 x arrests": (2.0, 1.0),
    "half the recruits": (1.0, 0.5),
    "no recruits": (1.0, 0.0),
    "both": (2.0, 0.5),
}
"""Policy to factors on arrests and recruits."""

HORIZONS: dict[str, dict[int, Pair]] = {
    "status quo": {260: (23.0, 36.3), 286: (25.4, 40.4), 312: (27.9, 44.7)},
    "2 x arrests": {260: (5.9, 1.7), 286: (6.6, 2.2), 312: (7.3, 2.8)},
    "half the recruits": {260: (-9.9, -25.8), 286: (-10.7, -27.7), 312: (-11.5, -29.5)},
    "no recruits": {260: (-34.8, -60.8), 312: (-40.2, -67.3)},
    "both": {260: (-25.2, -48.5)},
}
"""Members and weekly deaths against January 2022, in percent."""

YEARS = {
    2012: (3_599, 15_413, 1_502, 119_592),
    2013: (3_816, 16_035, 1_630, 124_461),
    2014: (4_051, 16_693, 1_771, 129_612),
    2015: (4_304, 17_389, 1_926, 135_052),
    2016: (4_577, 18_123, 2_095, 140_783),
    2017: (4_870, 18_896, 2_280, 146_808),
    2018: (5_185, 19_707, 2_482, 153_128),
    2019: (5_522, 20_557, 2_701, 159_742),
    2020: (5_881, 21_445, 2_940, 166_647),
    2021: (6_264, 22_372, 3_197, 173_837),
}
"""Killed, recruited, departed in the year, and members at its end."""
TOTALS = {"killed": 48_069, "recruited": 186_629, "jailed": 57_200, "departed": 22_524}


@dataclass(frozen=True)
class Fitted:
    """A refit of rho (thousandths), theta and omega (hundred-millionths), and what follows after five years."""

    error: float
    members: float
    effects: dict[str, Pair | None]
    rho: float = 0.0
    theta: float = 0.0
    omega: float = 0.0


def _effects(names: tuple[str, ...], *pairs: Pair | None) -> dict[str, Pair | None]:
    return dict(zip(names, pairs, strict=True))


_ALL = tuple(POLICIES)
_FOUR = ("status quo", "2 x arrests", "half the recruits", "both")
_PROFILE = {
    20_000: (11.88, 36_522, 10.69, 70.6, 74.2, (33, 51), (-36, -64), (-60, -86), None, None),
    40_000: (9.30, 67_875, 5.86, 14.06, 29.9, (32, 52), (-9, -26), (-32, -59), (-72, -93), (-70, -92)),
    60_000: (8.77, 96_592, 4.25, 5.89, 16.7, (28, 45), (-1, -13), (-22, -45), (-56, -82), (-49, -76)),
    80_000: (8.62, 124_541, 3.40, 3.24, 10.1, (25, 40), (2, -6), (-16, -37), (-46, -73), (-37, -64)),
    115_000: (8.54, 172_737, 2.587, 1.548, 5.17, (23, 36), (6, 2), (-11, -27), (-36, -62), (-26, -49)),
    150_000: (8.52, 220_492, 2.15, 0.906, 3.22, (21, 35), (7, 7), (-7, -20), (-29, -53), (-19, -39)),
    200_000: (8.51, 288_388, 1.78, 0.508, 1.97, (20, 34), (9, 12), (-4, -14), (-24, -45), (-14, -30)),
    300_000: (8.51, 423_770, 1.41, 0.226, 1.03, (18, 34), (11, 18), (-1, -6), (-17, -34), (-8, -18)),
}
PROFILE = {
    size: Fitted(error, members, _effects(_ALL, *effects), *rates)
    for size, (error, members, *rates, quo, twice, half, none, both) in _PROFILE.items()
    for effects in [(quo, twice, half, none, both)]
}
"""Starting size to its refit; None where the groups vanish within five years."""

MATRICES = {
    "published": Fitted(8.54, 172_740, _effects(_FOUR, (23, 36), (6, 2), (-11, -27), (-26, -49))),
    "all ones (no data)": Fitted(8.52, 155_704, _effects(_FOUR, (16, 34), (-3, -6), (-13, -23), (-30, -51))),
    "rivals only, no floor": Fitted(8.63, 237_057, _effects(_FOUR, (59, 41), (43, 19), (12, -23), (-1, -38))),
    "rivals and floor, no alliances": Fitted(8.62, 167_484, _effects(_FOUR, (23, 41), (4, 2), (-7, -19), (-24, -45))),
    "alliances only": Fitted(8.34, 127_486, _effects(_FOUR, (17, 35), (-3, -7), (-25, -45), (-44, -68))),
    "symmetric": Fitted(8.35, 123_076, _effects(_FOUR, (15, 36), (-7, -10), (-24, -41), (-44, -68))),
    "labels shuffled": Fitted(8.55, 163_035, _effects(_FOUR, (20, 36), (2, -2), (-10, -22), (-26, -48))),
    "Zipf exponent 0.7": Fitted(8.25, 149_283, _effects(_FOUR, (14, 29), (-3, -6), (-23, -41), (-38, -62))),
    "Zipf exponent 1.3": Fitted(8.54, 174_733, _effects(_FOUR, (22, 36), (6, 2), (-11, -27), (-26, -49))),
}
"""Conflict matrix to its refit, rho, theta and omega free, size and eta given."""
STAND_IN = Fitted(0.0, 175_579, _effects(_FOUR, (23, 36), (6, 2), (-10, -26), (-25, -49)))
"""The stand-in under the published rates: members, and the published effects that it must meet within one point."""
STAND_IN_DEATHS = 120.5

DOSES = {
    "status quo": (1.0, 1.0),
    "2 x arrests": (2.0, 1.0),
    "3 x arrests": (3.0, 1.0),
    "half the recruits": (1.0, 0.5),
    "3/4 of the recruits": (1.0, 0.75),
    "both": (2.0, 0.5),
}
Line = tuple[Pair, Pair, Pair, Pair, Pair, Pair]
STRUCTURES: dict[str, Line] = {
    "published": ((23, 36), (6, 2), (-12, -29), (-10, -26), (5, 1), (-25, -49)),
    "incapacitation per member": ((21, 32), (5, 0), (-9, -25), (-9, -25), (5, 0), (-22, -43)),
    "constant inflow of recruits": ((17, 23), (4, -1), (-8, -23), (-8, -23), (4, -1), (-22, -43)),
    "logistic, ceiling twice today": ((16, 22), (4, -1), (-9, -24), (-9, -24), (4, -1), (-22, -44)),
    "full replacement of losses": ((19, 28), (19, 28), (19, 28), (-10, -25), (4, -1), (-17, -36)),
    "half replacement": ((18, 26), (11, 12), (4, -1), (-9, -24), (4, -1), (-19, -40)),
    "staff target": ((7, 4), (2, -6), (-3, -15), (-5, -18), (2, -5), (-13, -30)),
    "deterrence -0.25": ((25, 41), (-5, -18), (-28, -53), (-10, -26), (6, 2), (-30, -55)),
    "deterrence -0.5": ((28, 47), (-15, -34), (-40, -67), (-11, -27), (6, 2), (-34, -60)),
    "half a grievance recruit per extra arrest": ((23, 36), (14, 18), (6, 2), (-10, -26), (5, 1), (-17, -38)),
    "one grievance recruit per extra arrest": ((23, 36), (23, 36), (23, 36), (-10, -26), (5, 1), (-10, -26)),
    "release after 3 years, all rejoin": ((31, 55), (23, 37), (15, 19), (-2, -12), (14, 17), (-9, -24)),
    "release after 8 years, half rejoin": ((25, 41), (10, 10), (-5, -18), (-8, -23), (8, 5), (-21, -43)),
}
"""Structure to members and weekly deaths after 260 weeks, percent against January 2022, one pair a dose."""
AGAINST: dict[str, tuple[float, ...]] = {
    "published": (-25, -48, -46, -26, -62),
    "incapacitation per member": (-24, -43, -43, -24, -57),
    "constant inflow of recruits": (-20, -38, -38, -20, -54),
    "logistic, ceiling twice today": (-19, -38, -37, -19, -54),
    "full replacement of losses": (0, 0, -42, -23, -50),
    "half replacement": (-11, -21, -40, -21, -52),
    "staff target": (-9, -18, -21, -8, -33),
    "deterrence -0.25": (-42, -67, -48, -28, -68),
    "deterrence -0.5": (-55, -77, -50, -30, -73),
    "half a grievance recruit per extra arrest": (-13, -25, -46, -26, -54),
    "one grievance recruit per extra arrest": (0, 0, -46, -26, -46),
    "release after 3 years, all rejoin": (-12, -23, -44, -25, -51),
    "release after 8 years, half rejoin": (-22, -42, -45, -26, -59),
}
"""Weekly deaths after 260 weeks against the same structure's status quo, percent, one a dose but the first."""

EQUAL_DOSE = {
    "2 x arrests": (5.9, 1.7, 32_417),
    "3/4 of the recruits": (5.4, 0.9, 32_331),
    "3 x arrests": (-11.7, -28.8, 27_417),
    "half the recruits": (-9.9, -25.9, 27_751),
}
"""Members and weekly deaths against January 2022, and deaths over the five years."""
LETHALITY = {0.55: (34, -6), 0.61: (32, 1), 0.8: (28, 20), 1.8: (8, 75)}
TIPPING = {1.0: (49_600, 355_800), 2.0: (126_500, 278_900), 3.0: ()}
"""Arrests against today's to the sizes of no growth: unstable below, stable above."""
FALLS_AT_ONCE = 2.28
EMPTY_AT_FIVE_TIMES = 459
"""Weeks until nobody is left with five times the arrests."""
RAISES_DEATHS_ABOVE = 107_000
"""Starting size above which doubling arrests raises weekly deaths after five years."""
RANDOM_START = {"members_2022": (173_764, 513), "largest": (28_648, 118), "second": (17_734, 112)}
"""Mean and standard deviation over random starts, of 2022."""
DIRECTIONS = (5_347, 1_394, 25, 0.17, 0.01)
"""How far weekly deaths tell along five directions of the parameters (singular values)."""
VINTAGE_NUMBERS = {"status quo": 40, "2 x arrests": 7, "half the recruits": -25}
"""Deaths of the last year at week 286 against 2021, percent, under rates fitted to the published numbers."""
