"""The loops behind quantiles: plain functions on arrays, to be compiled.

All quantiles of a row are narrowed down together. A *target* is one quantile of one view, a *group* some values among
which targets lie. Each round cuts every group into bins that keep the order of values, sums the weight of each bin,
finds the bin of each target, and keeps only what lies in those bins: they are the groups of the next round.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crossroads.analysis.estimates import Floats, Ints

Places = NDArray[np.uint32]


def find_rows(values: Floats, run: Floats, futures: Floats, reference: Floats, shares: Floats, result: Floats) -> None:
    """Fill `result` (rows, views, shares) with quantiles of `values` (rows, pairs, futures), less `reference` (rows,
    futures) if it has rows. A value weighs its `run` (pairs, futures) times `futures` (futures, views)."""
    parts, found, places = np.empty(run.size), np.empty(run.size), np.empty(run.size, np.uint32)
    nothing = np.zeros(len(futures), reference.dtype)
    for row in range(len(values)):
        shift = reference[row] if len(reference) else nothing
        count = gather(values[row], run, shift, found, parts, places)
        narrow(found[:count], parts[:count], places[:count], futures, shares, result[row])


def gather(values: Floats, run: Floats, shift: Floats, found: Floats, parts: Floats, places: Places) -> int:
    """Take what is known and counts: the values, their `parts` of a future, and which future; how many they are."""
    count = 0
    for pair in range(len(run)):
        end = count + run.shape[1]
        count += take(values[pair], run[pair], shift, found[count:end], parts[count:end], places[count:end])
    return count


def take(values: Floats, run: Floats, shift: Floats, found: Floats, parts: Floats, places: Places) -> int:
    """The same of one pair: all are taken, and where some do not count, the others close ranks."""
    idle = 0
    for future in range(len(run)):
        value = values[future] - shift[future]
        found[future], parts[future], places[future] = value, run[future], future
        idle += 1 if np.isnan(value) | (run[future] <= 0) else 0
    if idle == 0:
        return len(run)
    count = 0
    for future in range(len(run)):
        if parts[future] > 0 and not np.isnan(found[future]):
            found[count], parts[count], places[count] = found[future], parts[future], future
            count += 1
    return count


def narrow(values: Floats, parts: Floats, places: Places, futures: Floats, shares: Floats, result: Floats) -> None:
    """Fill `result` (views, shares) with the quantiles of one row, NaN for a view without weight."""
    rounds = 5
    result[:] = np.nan
    rest, group = np.zeros(result.shape), np.zeros(result.shape, np.int64)
    spans = np.zeros((1, 2), np.int64)
    spans[0, 1] = len(values)
    for turn in range(rounds if len(values) else 0):
        bins, firsts = np.empty(len(values), np.uint32), np.zeros(len(spans) + 1, np.int64)
        piles, heights = np.empty(len(spans), np.int64), np.empty(len(spans))
        for one in range(len(spans)):
            begin, end = spans[one]
            some = bins[begin:end]
            count, piles[one], heights[one] = cut(values[begin:end], some, firsts[one], turn + 1 == rounds)
            firsts[one + 1] = firsts[one] + count
        table = weigh_bins(bins, parts, places, futures, spans, firsts)
        if turn == 0:
            ask(table[-1], shares, rest, group)
        locate(table, firsts, rest, group)
        settle_piles(piles, heights, group, result)
        names, near = np.empty(len(table), np.int64), np.empty(len(values), np.int64)
        groups = np.empty((name_groups(group, names), 2), np.int64)
        if len(groups) == 0:
            return
        order = np.empty(find_near(bins, spans, names, near), np.int64)
        sort_near(bins, names, near[: len(order)], order, groups)
        spans, values, parts, places = groups, *choose(values, parts, places, order)
        settle_equal(values, spans, group, result)


def cut(values: Floats, bins: Places, first: int, last_round: bool) -> tuple[int, int, float]:
    """Give each value of a group a bin, `first` or later, those of lesser values being earlier; how many there are.
    One value that many may share has a bin of its own: which, and the value. Few values, and all in the last round,
    have each its own bin instead."""
    crowd, most, least, enough = 16, 2048, 1e-290, 1024
    if len(values) <= 2 * crowd or last_round:
        rank(values, bins, first)
        return len(values), -1, 0.0
    low, high = find_ends(values[:: 1 + len(values) // enough])  # what lies beyond has its place in the end bins
    pile = values[len(values) // 2]
    if np.isinf(low) or np.isinf(high):
        pile = low if np.isinf(low) else high
    elif low <= 0 and high >= 0:
        pile = 0.0
    fits = least < high - low < 1 / least
    count = min(len(values) // crowd, most) if fits else 0
    scale = count / (high - low) if fits else 0.0
    for one in range(len(values)):
        value = values[one]
        bins[one] = first + find_cell(value, low, scale, count) + np.int32(value >= pile) + np.int32(value > pile)
    return count + 3, first + find_cell(pile, low, scale, count) + 1, pile


def find_ends(values: Floats) -> tuple[float, float]:
    """The least and the greatest."""
    low, high = np.inf, -np.inf
    for value in values:
        low = value if value < low else low
        high = value if value > high else high
    return low, high


def find_cell(value: float, low: float, scale: float, last: int) -> int:
    """Which of the cells of equal width from `low` on, 0 to `last`, holds a value; `last` where it cannot be told."""
    place = (value - low) * scale
    place = place if place < last else float(last)
    return int(np.int32(place if place > 0 else 0.0))


def rank(values: Floats, bins: Places, first: int) -> None:
    """Give each value a bin of its own, from the `first` on in their order."""
    if len(values) > 32:
        rank_many(values, bins, first)
        return
    for one in range(len(values)):
        place = first
        for other in range(len(values)):
            place += (values[other] < values[one]) | ((values[other] == values[one]) & (other < one))
        bins[one] = place


def rank_many(values: Floats, bins: Places, first: int) -> None:
    """The same by Shell's sort, with gaps after Gonnet and Baeza-Yates (1991)."""
    order, gap = np.empty(len(values), np.int64), len(values)
    for one in range(len(order)):
        order[one] = one
    while gap > 1:
        gap = max(1, 5 * gap // 11)
        for one in range(gap, len(order)):
            held, place = order[one], one
            while place >= gap and values[order[place - gap]] > values[held]:
                order[place] = order[place - gap]
                place -= gap
            order[place] = held
    for place in range(len(order)):
        bins[order[place]] = first + place


def weigh_bins(bins: Places, parts: Floats, places: Places, futures: Floats, spans: Ints, firsts: Ints) -> Floats:
    """The weight of each bin and those before it in its group, (bins, views)."""
    table = np.zeros((firsts[-1], futures.shape[1]))
    for group in range(len(spans)):
        begin, end = spans[group]
        pour(bins[begin:end], parts[begin:end], places[begin:end], futures, table)
        for row in range(firsts[group] + 1, firsts[group + 1]):
            for view in range(futures.shape[1]):
                table[row, view] += table[row - 1, view]
    return table


def pour(bins: Places, parts: Floats, places: Places, futures: Floats, table: Floats) -> None:
    """Add the weights of values to their bins."""
    if futures.shape[1] == 1:  # twice as fast as below
        for one in range(len(bins)):
            table[bins[one], 0] += parts[one] * futures[places[one], 0]
        return
    for one in range(len(bins)):
        row, part, future = bins[one], parts[one], places[one]
        for view in range(futures.shape[1]):
            table[row, view] += part * futures[future, view]


def ask(whole: Floats, shares: Floats, rest: Floats, group: Ints) -> None:
    """How much weight each target wants, of the `whole` of its view; a view without weight wants nothing."""
    for view, share in np.ndindex(group.shape):
        if whole[view] > 0:
            wanted = float(shares[share] * whole[view]) * (1 - 1e-12)  # forgives rounding in the sums
            rest[view, share] = max(wanted, 5e-324)  # what weighs nothing is no quantile
        else:
            group[view, share] = -1


def locate(table: Floats, firsts: Ints, rest: Floats, group: Ints) -> None:
    """In the place of the group of each target, its bin; `rest` is then what it wants of that bin."""
    for view, share in np.ndindex(group.shape):
        one = group[view, share]
        if one >= 0:
            first, low, high = firsts[one], firsts[one], firsts[one + 1] - 1
            wanted = min(rest[view, share], table[high, view])
            while low < high:
                middle = (low + high) // 2
                if table[middle, view] >= wanted:
                    high = middle
                else:
                    low = middle + 1
            rest[view, share] = wanted - (table[low - 1, view] if low > first else 0.0)
            group[view, share] = low


def settle_piles(piles: Ints, heights: Floats, group: Ints, result: Floats) -> None:
    """Targets in a bin that holds one value alone have found it and want nothing more; `group` is their bin."""
    for view, share in np.ndindex(group.shape):
        for one in range(len(piles)):
            if group[view, share] == piles[one] and piles[one] >= 0:
                group[view, share], result[view, share] = -1, heights[one]


def settle_equal(values: Floats, spans: Ints, group: Ints, result: Floats) -> None:
    """The same of targets in groups of equal values, whose spans then hold nothing."""
    heights = np.empty(len(spans))
    for one in range(len(spans)):
        low, high = find_ends(values[spans[one, 0] : spans[one, 1]])
        heights[one] = np.nan
        if low == high:
            heights[one], spans[one, 1] = low, spans[one, 0]
    for view, share in np.ndindex(group.shape):
        asked = group[view, share]
        if asked >= 0 and not np.isnan(heights[asked]):
            group[view, share], result[view, share] = -1, heights[asked]


def name_groups(group: Ints, names: Ints) -> int:
    """Number the bins that targets lie in, in `names` (bins,), -1 where no target lies; how many they are."""
    count = 0
    names[:] = -1
    for view, share in np.ndindex(group.shape):
        found = group[view, share]
        if found >= 0:
            if names[found] < 0:
                names[found] = count
                count += 1
            group[view, share] = names[found]
    return count


def find_near(bins: Places, spans: Ints, names: Ints, near: Ints) -> int:
    """The places of values whose bins have names, into `near`; how many they are."""
    count = 0
    for group in range(len(spans)):
        begin = spans[group, 0]
        some = bins[begin : spans[group, 1]]
        for one in range(len(some)):
            near[count] = begin + one  # the next has its place if nobody wants it
            count += names[some[one]] >= 0
    return count


def sort_near(bins: Places, names: Ints, near: Ints, order: Ints, spans: Ints) -> None:
    """The places in `near` name after name, into `order`; where each name begins and ends, into `spans`."""
    spans[:] = 0
    for place in near:
        spans[names[bins[place]], 1] += 1
    for name in range(1, len(spans)):
        spans[name, 0] = spans[name - 1, 1]
        spans[name, 1] += spans[name, 0]
    for name in range(len(spans)):
        spans[name, 1] = spans[name, 0]
    for place in near:
        name = names[bins[place]]
        order[spans[name, 1]] = place
        spans[name, 1] += 1


def choose(values: Floats, parts: Floats, places: Places, order: Ints) -> tuple[Floats, Floats, Places]:
    """Some of the values, in this order."""
    some, shares, futures = np.empty(len(order)), np.empty(len(order)), np.empty(len(order), np.uint32)
    for one in range(len(order)):
        place = order[one]
        some[one], shares[one], futures[one] = values[place], parts[place], places[place]
    return some, shares, futures
