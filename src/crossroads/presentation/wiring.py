"""Boxes in columns and wires between them: places for both, so that nothing lies on anything else.

Wires leave boxes on the right and enter them on the left. Between columns lie gutters, in which a wire runs up and down
on a track of its own; past a column it runs through a gap between two boxes, in a lane of its own. Heights of
everything are kept apart by their remainder, so that two wires never share a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from random import Random

ROW = 12
"""Height of a row; boxes begin on multiples of it."""
ENTERS, LEAVES = 4, 8
"""Heights within a row at which wires enter and leave."""
LANES = ((2, 6), (0, 10))
"""Heights within a row of a gap at which wires pass columns of even and of odd number."""
TRACK = 4.5
"""Distance of two tracks."""
EDGE = 14
"""Room beside a box in which no track runs, for arrowheads."""

STARTS = 4
"""Shuffled orders from which boxes are arranged too, for the best of all."""

Port = tuple[str, int]
"""Box and row."""


@dataclass(frozen=True)
class Wire:
    """From one port to others."""

    id: str
    source: Port
    targets: tuple[Port, ...]


@dataclass(frozen=True)
class Placed:
    """A box with its column, left and top."""

    id: str
    column: int
    x: float
    y: float
    rows: int


@dataclass(frozen=True)
class Routed:
    """A wire as straight pieces: the trunk, and for each target the last piece into its box."""

    id: str
    trunk: tuple[tuple[float, float, float, float], ...]
    joints: tuple[tuple[float, float], ...]
    """Where pieces meet and the wire branches."""
    ends: tuple[tuple[float, float, float], ...]
    """For each target: where the piece begins, where it ends, and its height."""


@dataclass(frozen=True)
class Wiring:
    """A whole drawing."""

    boxes: tuple[Placed, ...]
    wires: tuple[Routed, ...]
    width: float
    height: float


def arrange(rows: Mapping[str, int], wires: Sequence[Wire], columns: int, width: float) -> Wiring:
    """Places for boxes of so many rows, in so many columns of this width, and ways for the wires."""
    piles = order_boxes(rows, wires, columns)
    return _Router(rows, wires, piles, width).route()


def order_boxes(rows: Mapping[str, int], wires: Sequence[Wire], columns: int) -> tuple[tuple[str, ...], ...]:
    """Boxes by column, from the top: causes left of effects as far as that goes, short ways, even columns."""
    links = [(wire.source[0], target) for wire in wires for target in dict.fromkeys(box for box, _ in wire.targets)]
    weights = Counter(links)
    orders = [_sort_forward(list(rows), links)]
    shuffler = Random(1)
    orders += [shuffler.sample(list(rows), len(rows)) for _ in range(STARTS)]
    tried = []
    for order in orders:
        piles = _fill(order, rows, columns)
        _improve(piles, rows, weights)
        tried.append(piles)
    best = min(tried, key=lambda piles: _measure(piles, rows, weights))
    return tuple(tuple(pile) for pile in best)


def _fill(order: Sequence[str], rows: Mapping[str, int], columns: int) -> list[list[str]]:
    """Boxes in this order, column after column, in even heights."""
    most = sum(rows.values()) / columns
    piles: list[list[str]] = [[]]
    for name in order:
        filled = sum(rows[other] for other in piles[-1])
        if len(piles) < columns and filled and filled + rows[name] / 2 > most:
            piles.append([])
        piles[-1].append(name)
    return piles + [[] for _ in range(columns - len(piles))]


def _sort_forward(names: list[str], links: Sequence[tuple[str, str]]) -> list[str]:
    """Names such that few links go back (Eades, Lin and Smyth, 1993): what gives most and takes least comes first."""
    first: list[str] = []
    last: list[str] = []
    left = list(names)
    while left:
        inside = [(one, other) for one, other in links if one in left and other in left]
        gives = {name: sum(one == name for one, _ in inside) for name in left}
        takes = {name: sum(other == name for _, other in inside) for name in left}
        sinks = [name for name in left if not gives[name]]
        if sinks and any(takes[name] for name in left):
            last.insert(0, sinks[-1])
            left.remove(sinks[-1])
            continue
        best = max(left, key=lambda name: gives[name] - takes[name])
        first.append(best)
        left.remove(best)
    return first + last


def _improve(piles: list[list[str]], rows: Mapping[str, int], links: Mapping[tuple[str, str], int]) -> None:
    """Swap and move boxes while that makes the wires shorter."""
    cost = _measure(piles, rows, links)
    better = True
    while better:
        better = False
        for changed in _list_changes(piles):
            now = _measure(changed, rows, links)
            if now < cost - 1e-9:
                piles[:], cost, better = changed, now, True
                break


def _list_changes(piles: Sequence[Sequence[str]]) -> Iterator[list[list[str]]]:
    """The same with one box at another place, or two boxes swapped."""
    names = [name for pile in piles for name in pile]
    for name in names:
        without = [[other for other in pile if other != name] for pile in piles]
        for column, pile in enumerate(without):
            for place in range(len(pile) + 1):
                yield [*without[:column], [*pile[:place], name, *pile[place:]], *without[column + 1 :]]
    for one, other in combinations(names, 2):
        turned = {one: other, other: one}
        yield [[turned.get(name, name) for name in pile] for pile in piles]


def _measure(piles: Sequence[Sequence[str]], rows: Mapping[str, int], links: Mapping[tuple[str, str], int]) -> float:
    """Length of all links, with ways back and over columns dear, and of uneven columns."""
    place: dict[str, tuple[int, float]] = {}
    heights = []
    for column, pile in enumerate(piles):
        top = 0.0
        for name in pile:
            place[name] = (column, top + rows[name] / 2)
            top += rows[name] + 2
        heights.append(top)
    total = 8.0 * max(heights) - min(heights)
    for (one, other), count in links.items():
        (left, high), (right, low) = place[one], place[other]
        across = right - left
        total += count * (abs(high - low) / 4 + (10 * (across - 1) if across > 0 else 18 - 12 * across))
    return total


@dataclass
class _Way:
    """One wire on its way: the lanes it takes past columns, and the heights at which it is in each gutter."""

    wire: Wire
    gaps: dict[int, int] = field(default_factory=dict)
    lanes: dict[int, float] = field(default_factory=dict)
    tracks: dict[int, float] = field(default_factory=dict)


class _Router:
    """Ways of the wires between boxes whose columns and order are known."""

    def __init__(
        self, rows: Mapping[str, int], wires: Sequence[Wire], piles: Sequence[Sequence[str]], width: float
    ) -> None:
        self._rows, self._piles, self._width = rows, piles, width
        self._column = {name: column for column, pile in enumerate(piles) for name in pile}
        self._ways = [_Way(wire) for wire in wires]
        self._tops: dict[str, float] = {}

    def route(self) -> Wiring:
        """Gaps first, then the places of boxes that leave room for them, then tracks."""
        self._stack([[1] * (len(pile) + 1) for pile in self._piles])
        for way in self._ways:
            self._choose_gaps(way)
        self._stack(self._count_lanes())
        self._set_lanes()
        tracks = [self._set_tracks(gutter) for gutter in range(len(self._piles) + 1)]
        lefts = self._spread(tracks)
        for way in self._ways:
            for gutter, place in way.tracks.items():
                way.tracks[gutter] = self._locate(lefts, gutter) + EDGE + TRACK * place
        boxes = tuple(
            Placed(name, column, lefts[column], self._tops[name], self._rows[name])
            for name, column in self._column.items()
        )
        wires = tuple(self._trace(way, lefts) for way in self._ways)
        bottom = max(self._bottoms)
        right = lefts[-1] + self._width + (2 * EDGE + TRACK * tracks[-1] if tracks[-1] else 0)
        return Wiring(boxes, wires, right, bottom)

    def _stack(self, lanes: Sequence[Sequence[int]]) -> None:
        """Tops of boxes and of the gaps over them, with room for so many lanes in each gap."""
        self._gap_tops: list[list[float]] = []
        self._bottoms: list[float] = []
        heights = [
            sum(self._rows[name] for name in pile) + sum(_gap_rows(count) for count in counts)
            for pile, counts in zip(self._piles, lanes, strict=True)
        ]
        for pile, counts, own in zip(self._piles, lanes, heights, strict=True):
            top = float(ROW * ((max(heights) - own) // 2))
            tops = []
            for name, count in zip([*pile, ""], counts, strict=True):
                tops.append(top)
                top += ROW * _gap_rows(count)
                if name:
                    self._tops[name] = top
                    top += ROW * self._rows[name]
            self._gap_tops.append(tops)
            self._bottoms.append(top)

    def _height(self, port: Port, offset: int) -> float:
        return self._tops[port[0]] + ROW * port[1] + offset

    def _choose_gaps(self, way: _Way) -> None:
        """The gaps through which a wire passes columns: those near the straight way to what lies beyond."""
        source = self._column[way.wire.source[0]]
        start = self._height(way.wire.source, LEAVES)
        for step, first in ((1, source + 1), (-1, source)):
            height, column = start, first
            near = 1 if step > 0 else 0
            while beyond := [port for port in way.wire.targets if (self._column[port[0]] - column) * step >= near]:
                aim = sum(self._height(port, ENTERS) for port in beyond) / len(beyond)
                wanted = (height + aim) / 2
                tops = self._gap_tops[column]
                way.gaps[column] = min(range(len(tops)), key=lambda gap: abs(tops[gap] + ROW / 2 - wanted))
                height = tops[way.gaps[column]]
                column += step

    def _count_lanes(self) -> list[list[int]]:
        counts = [[0] * (len(pile) + 1) for pile in self._piles]
        for way in self._ways:
            for column, gap in way.gaps.items():
                counts[column][gap] += 1
        return counts

    def _set_lanes(self) -> None:
        taken: dict[tuple[int, int], int] = {}
        for way in sorted(self._ways, key=lambda way: self._height(way.wire.source, LEAVES)):
            for column, gap in way.gaps.items():
                place = taken.get((column, gap), 0)
                taken[(column, gap)] = place + 1
                row, lane = divmod(place, 2)
                way.lanes[column] = self._gap_tops[column][gap] + ROW * row + LANES[column % 2][lane]

    def _heights_in(self, way: _Way, gutter: int) -> list[float]:
        """Heights at which a wire comes into a gutter or leaves it."""
        heights = [way.lanes[column] for column in (gutter - 1, gutter) if column in way.lanes]
        if self._column[way.wire.source[0]] + 1 == gutter:
            heights.append(self._height(way.wire.source, LEAVES))
        return heights + [self._height(port, ENTERS) for port in way.wire.targets if self._column[port[0]] == gutter]

    def _set_tracks(self, gutter: int) -> int:
        """Tracks of a gutter: wires that run past the same height lie side by side. Returns how many it takes."""
        spans = [(min(heights), max(heights), way) for way in self._ways if (heights := self._heights_in(way, gutter))]
        ends: list[float] = []
        for low, high, way in sorted(spans, key=lambda span: (span[0], -span[1], span[2].wire.id)):
            place = next((track for track, end in enumerate(ends) if end + TRACK < low), len(ends))
            ends[place : place + 1] = [high]
            way.tracks[gutter] = float(place)
        return len(ends)

    def _spread(self, tracks: Sequence[int]) -> list[float]:
        """Left edges of the columns."""
        lefts: list[float] = []
        x = 0.0
        for count in tracks[:-1]:
            x += 2 * EDGE + TRACK * count if count or lefts else 0.0
            lefts.append(x)
            x += self._width
        return lefts

    def _locate(self, lefts: Sequence[float], gutter: int) -> float:
        """Left edge of a gutter."""
        return lefts[gutter - 1] + self._width if gutter else 0.0

    def _trace(self, way: _Way, lefts: Sequence[float]) -> Routed:
        pieces: list[tuple[float, float, float, float]] = []
        source = self._column[way.wire.source[0]]
        start = self._height(way.wire.source, LEAVES)
        pieces.append((lefts[source] + self._width, start, way.tracks[source + 1], start))
        joints = []
        for gutter, x in way.tracks.items():
            heights = sorted(self._heights_in(way, gutter))
            if heights[-1] > heights[0]:
                pieces.append((x, heights[0], x, heights[-1]))
                joints += [(x, height) for height in heights[1:-1]]
        for column, y in way.lanes.items():
            pieces.append((way.tracks[column], y, way.tracks[column + 1], y))
        ends = tuple(
            (way.tracks[self._column[box]], lefts[self._column[box]], self._height((box, row), ENTERS))
            for box, row in way.wire.targets
        )
        return Routed(way.wire.id, tuple(pieces), tuple(joints), ends)


def _gap_rows(lanes: int) -> int:
    """Rows of a gap with so many lanes: one at the least."""
    return max(1, -(-lanes // 2))


def find_overlaps(wiring: Wiring) -> Iterator[tuple[str, str]]:
    """Pairs of wires that share a line for a while: none in a good drawing."""
    pieces = [(wire.id, piece) for wire in wiring.wires for piece in wire.trunk]
    pieces += [(wire.id, (x, y, u, y)) for wire in wiring.wires for x, u, y in wire.ends]
    flat = [(y, min(x, u), max(x, u), name) for name, (x, y, u, v) in pieces if y == v]
    steep = [(x, min(y, v), max(y, v), name) for name, (x, y, u, v) in pieces if x == u]
    for one, other in [*pairwise(sorted(flat)), *pairwise(sorted(steep))]:
        if one[0] == other[0] and one[3] != other[3] and other[1] < one[2]:
            yield one[3], other[3]
