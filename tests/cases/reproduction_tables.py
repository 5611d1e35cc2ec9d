"""Tables and verdicts of docs/reproduction.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from published_beyond import POOLS, Beyond, World
from published_findings import Effect, Findings, Refitted
from published_values import (
    AGAINST,
    DOSES,
    EQUAL_DOSE,
    HORIZONS,
    MATRICES,
    POLICIES,
    PROFILE,
    ROWS,
    STRUCTURES,
    TIPPING,
    YEARS,
    Fitted,
    Pair,
    Row,
)

Pairs = list[tuple[float, float]]
"""What was told, and ours."""


def judge(row: Row, ours: float) -> str:
    """The verdict on one row against what was published, in words."""
    if row.published is None:
        return "no published number"
    if row.unit == "more than":
        return "matched" if ours > row.published else "**not matched**"
    off = abs(ours - row.published)
    if row.unit == "%":
        off = 100 * off / row.published
    if off > row.within:
        return f"**not matched**: {off:.1f} {row.unit} off"
    return "matched" if off == 0 else f"matched within {max(off, 0.1):.1f} {row.unit}"


def sum_up(pairs: Pairs, within: float, relative: bool = False) -> str:
    """The verdict on a table: how many of the pairs match, and the largest difference."""
    told, ours = np.array(pairs, dtype=float).T
    off = np.abs(ours - told)
    if relative:
        off = 100 * off / np.abs(told)
    missed, unit = int((off > within).sum()), "%" if relative else "points"
    verdict = "all matched" if not missed else f"**{missed} not matched**"
    return f"{verdict}, largest difference {off.max():.2f} {unit} of {within:g} allowed ({len(off)} numbers)"


def make_table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A table in Markdown; the first `words` columns hold words, and so does a verdict."""
    wordy = [place < words or title.startswith("Verdict") for place, title in enumerate(head)]
    rule = "|" + "|".join(" --- " if each else " ---: " for each in wordy) + "|"
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def write_list(words: Iterable[str]) -> str:
    """Words with commas, and an "and" before the last."""
    *first, last = words
    return f"{', '.join(first)} and {last}"


def write_pair(pair: Pair | None, digits: int = 1) -> str:
    """Members / weekly deaths, or that nobody is left."""
    if pair is None or pair[0] < -99.9:
        return "gone"
    return f"{pair[0]:+.{digits}f} / {pair[1]:+.{digits}f}"


def round_to(value: float, step: float) -> str:
    """A number to the nearest step."""
    return f"{step * round(value / step):,.0f}"


def row_pairs(findings: Findings, kind: str) -> Pairs:
    """Reference and ours of the headline rows of a kind."""
    return [(row.reference, findings.headline[row.key]) for row in ROWS if row.kind == kind]


def tabulate_headline(findings: Findings) -> str:
    """Every row, with its verdict."""
    rows = []
    for row in ROWS:
        ours = findings.headline[row.key]
        verdict = "; ".join(filter(None, (judge(row, ours), row.reading)))
        numbers = (_write_value(row.reference, row), _write_value(ours, row))
        rows.append((str(row.number), row.quantity, row.text, row.source, *numbers, _write_tolerance(row), verdict))
    head = ("No.", "Quantity", "Published", "Source", "Reference", "Ours", "Tolerance", "Verdict on the published")
    return make_table(head, rows, 4)


def _write_value(value: float, row: Row) -> str:
    if row.kind == "%":
        return f"{value:.2f} %" if row.key.startswith("share") else f"{value:.1f} %"
    return f"{value:,.0f}" if abs(value) >= 1000 or row.kind == "weeks" else f"{value:.1f}"


def _write_tolerance(row: Row) -> str:
    if row.published is None:
        return ""
    if row.within:
        return f"{row.within:g} {row.unit}".replace("1 points", "1 point")
    return row.unit if row.unit == "more than" else "exact"


def horizon_pairs(findings: Findings) -> Pairs:
    """Reference and ours of the horizons."""
    return [
        each
        for name, marks in HORIZONS.items()
        for weeks, told in marks.items()
        for each in zip(told, findings.horizons[name][weeks], strict=True)
    ]


def tabulate_horizons(findings: Findings) -> str:
    """Policies by horizon."""
    rows = []
    for name, marks in HORIZONS.items():
        told = [write_pair(marks[weeks]) if weeks in marks else "-" for weeks in (260, 286, 312)]
        ours = [write_pair(findings.horizons[name][weeks]) for weeks in (260, 286, 312)]
        rows.append((name, *(f"{a} ; {b}" for a, b in zip(told, ours, strict=True))))
    return make_table(("Policy from January 2022", "260 weeks", "286 weeks", "312 weeks"), rows)


def year_pairs(findings: Findings) -> Pairs:
    """Reference and ours of the years."""
    return [each for year, told in YEARS.items() for each in zip(told, findings.years[year], strict=True)]


def tabulate_years(findings: Findings) -> str:
    """Flows and members by year."""
    rows = [
        (str(year), *(f"{a:,.0f} ; {b:,.0f}" for a, b in zip(told, findings.years[year], strict=True)))
        for year, told in YEARS.items()
    ]
    return make_table(("Year", "killed", "recruited", "departed", "members at the end"), rows)


def judge_refits(pairs: Sequence[tuple[Fitted, Refitted]], members: float, effects: float) -> str:
    """Effects in points, and members of 2022 in percent."""
    sizes = [(told.members, ours.members) for told, ours in pairs]
    changes = [
        each
        for told, ours in pairs
        for name, effect in told.effects.items()
        for each in zip(effect or (-100.0, -100.0), ours.effects[name].pair, strict=True)
    ]
    return f"effects {sum_up(changes, effects)}; members {sum_up(sizes, members, relative=True)}"


def tabulate_profile(findings: Findings) -> str:
    """Refits by starting size."""
    rows = [_write_refit(f"{size:,}", told, findings.profile[size]) for size, told in PROFILE.items()]
    return make_table(("Members 2012", "error, deaths a week", "members 2022", *POLICIES), rows)


def tabulate_rates(findings: Findings) -> str:
    """Fitted rates by starting size."""
    rows = []
    for size, told in PROFILE.items():
        rates = findings.profile[size].fit.rates
        pairs = ((told.rho, 1e3 * rates.rho), (told.theta, 1e8 * rates.theta), (told.omega, 1e8 * rates.omega))
        rows.append((f"{size:,}", *(f"{a:.2f} ; {b:.2f}" for a, b in pairs)))
    return make_table(("Members 2012", "recruitment, 1e-3 a week", "conflict, 1e-8", "departure, 1e-8"), rows)


def tabulate_matrices(findings: Findings) -> str:
    """Refits by conflict matrix."""
    policies = tuple(MATRICES["published"].effects)
    rows = []
    for name, told in MATRICES.items():
        ours = findings.matrices[name]
        rows.append(_write_refit(f"{name} *" if ours.fit.on_bound else name, told, ours))
    ours = findings.matrices["stand-in from strengths"]
    effects = (write_pair(ours.effects[each].pair) for each in policies)
    cells = (f"{ours.fit.error:.2f}", f"{ours.members:,.0f}", *effects)
    rows.append(("stand-in from strengths, refitted", *(f"- ; {cell}" for cell in cells)))
    return make_table(("Conflict matrix", "error, deaths a week", "members 2022", *policies), rows)


def _write_refit(name: str, told: Fitted, ours: Refitted) -> tuple[str, ...]:
    effects = (f"{write_pair(pair, 0)} ; {write_pair(ours.effects[each].pair)}" for each, pair in told.effects.items())
    errors = f"{told.error:.2f} ; {ours.fit.error:.2f}"
    return name, errors, f"{told.members:,.0f} ; {ours.members:,.0f}", *effects


def structure_pairs(findings: Findings) -> tuple[Pairs, Pairs]:
    """Reference and ours of the structures: against the start, and against status quo."""
    pairs: Pairs = []
    against: Pairs = []
    for name, told in STRUCTURES.items():
        found = [findings.structures[name][dose] for dose in DOSES]
        pairs += [each for pair, ours in zip(told, found, strict=True) for each in zip(pair, ours.pair, strict=True)]
        against += [(value, ours.against) for value, ours in zip(AGAINST[name], found[1:], strict=True)]
    return pairs, against


def tabulate_structures(findings: Findings) -> str:
    """Structures by dose."""
    rows = []
    for name, told in STRUCTURES.items():
        found = [findings.structures[name][dose] for dose in DOSES]
        cells = [f"{write_pair(told[0], 0)} ; {write_pair(found[0].pair)}"]
        for pair, against, ours in zip(told[1:], AGAINST[name], found[1:], strict=True):
            cells.append(f"{write_pair(pair, 0)} ({against:.0f}) ; {write_pair(ours.pair)} ({_whole(ours.against)})")
        rows.append((name, *cells))
    return make_table(("Structure", *DOSES), rows)


def tabulate_tipping(findings: Findings) -> str:
    """Sizes of no growth."""
    rows = []
    for factor, told in TIPPING.items():
        ours = " and ".join(round_to(size, 100) for size in findings.tipping[factor])
        rows.append((f"{factor:g} x", " and ".join(f"{size:,}" for size in told) or "none", ours or "none"))
    return make_table(("Arrests against today", "Reference", "Ours"), rows)


def tabulate_pools(beyond: Beyond, findings: Findings) -> str:
    """Effects by size of the pool."""
    rows = []
    for pool in POOLS:
        members, effects = beyond.pools[pool]
        rows.append((f"{pool:g} times", f"{members:,.0f}", *(write_pair(each.pair) for each in effects.values())))
    endless = [write_pair(findings.horizons[name][260]) for name in POLICIES]
    rows.append(("endless (published)", f"{findings.headline['members_2022']:,.0f}", *endless))
    return make_table(("Pool", "members 2022", *POLICIES), rows)


def tabulate_baselines(findings: Findings) -> str:
    """The same doses against both baselines."""
    rows = [
        (name, f"{each.deaths:+.1f} %", f"{each.against:+.1f} %", f"{each.members:+.1f} %", f"{each.total:,.0f}")
        for name, each in findings.structures["published"].items()
    ]
    head = ("Five years on", "weekly deaths against 2022", "against status quo", "members against 2022", "all deaths")
    return make_table(head, rows)


def tabulate_doses(findings: Findings) -> str:
    """Equal numbers of arrests and of recruits avoided."""
    words = ("110 more arrests", "110 fewer recruits", "220 more arrests", "220 fewer recruits")
    rows = []
    for what, (name, (members, deaths, total)) in zip(words, EQUAL_DOSE.items(), strict=True):
        ours = findings.structures["published"][name]
        told = f"{write_pair((members, deaths))} ; {write_pair(ours.pair)}"
        rows.append((what, told, f"{total:,} ; {ours.total:,.0f}"))
    return make_table(("A week", "members / weekly deaths", "deaths in five years"), rows)


def tabulate_worlds(worlds: Sequence[World]) -> str:
    """What equal doses do over the worlds, against both baselines."""
    rows = []
    for what, name in (("110 more arrests", "more arrests"), ("110 fewer recruits", "fewer recruits")):
        for baseline, words in (("deaths", "2022"), ("against", "status quo")):
            values = [getattr(world.effects[name], baseline) for world in worlds]
            cells = (f"{_whole(value)} %" for value in np.quantile(values, [0.05, 0.5, 0.95]))
            rows.append((f"{what}, against {words}", *cells))
    return make_table(("Dose and baseline", "lowest twentieth", "middle", "highest twentieth"), rows)


def write_effect(effect: Effect) -> str:
    """Members / weekly deaths of an effect."""
    return write_pair(effect.pair)


def _whole(value: float) -> str:
    """A signed whole number; nought has no sign."""
    return f"{round(value):+d}" if round(value) else "0"
