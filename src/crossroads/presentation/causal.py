"""The causal picture of a model: mechanisms as boxes with their stocks, wires for what one takes from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from crossroads.presentation.palette import INK, RULE, SOFT
from crossroads.presentation.wiring import ENTERS, LEAVES, ROW, Placed, Port, Routed, Wire, Wiring, arrange
from crossroads.presentation.words import counted
from crossroads.simulation.causes import SETTLED, Cause, Causes, Sign

NARROWEST = 820.0
"""Least width of a drawing: that of its legend."""
WIDTH = 168
"""Width of a box."""
INSET = 3
"""From the rows of a box to its rim, so that no wire runs on the rim."""
LETTERS = 33
"""Letters on a line of small text in a box."""
LONG = 24
"""Letters of a name from which it is set smaller."""
MOST_NAMED = 6
"""Levers, moves or outcomes that are named in a box; of more, so many are named and the others counted."""
MOST_QUIET = 4
"""Stocks that are named in a box though nobody else reads them."""
COLOURS: dict[str, str] = {"+": "#1f4e9c", "−": "#b2420e", "±": "#6a3d9a"}
DASHES: dict[str, str] = {"+": "", "−": "7 3", "±": "2 2.5"}
MIXED = "#848d97"
"""The trunk of a wire whose ends have different signs."""
STRONG, WEAK = 0.1, 0.001
"""Elasticities from which a wire is thick, and below which it is thin."""
WORDS: dict[str, str] = {"+": "more gives more", "−": "more gives less", "±": "either way"}
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"


@dataclass(frozen=True)
class Influence:
    """All that one value of a mechanism does to the values of another."""

    cause: str
    source: str
    target: str
    sign: Sign
    pull: float
    """The largest elasticity after a year, without sign."""
    edges: tuple[Cause, ...]


@dataclass(frozen=True)
class Line:
    """One line in a box: what kind of line, its text, and the value or sign that it stands for."""

    kind: str
    text: str
    name: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Picture:
    """The drawing as SVG, with words for those who cannot see it."""

    svg: str
    alt: str
    wiring: Wiring


def gather(causes: Causes) -> tuple[Influence, ...]:
    """What acts every week from one mechanism on another, one for each value that carries it."""
    groups: dict[tuple[str, str], list[Cause]] = {}
    for edge in causes.between():
        if edge.weekly:
            groups.setdefault((edge.cause, edge.mechanism), []).append(edge)
    found = []
    for (cause, target), edges in groups.items():
        pull = max(abs(one.pull) for one in edges)
        found.append(Influence(cause, causes.owner(cause), target, join_signs(edges), pull, tuple(edges)))
    return tuple(found)


def join_signs(edges: Iterable[Cause]) -> Sign:
    """One sign for several edges: either way where they differ."""
    signs = {edge.sign for edge in edges}
    return signs.pop() if len(signs) == 1 else "±"


def plain(name: str) -> str:
    """A name as it is read."""
    return name.replace("_", " ")


def draw_causes(causes: Causes, columns: int | None = None) -> Picture:
    """The whole picture; mechanisms that are switched off are empty boxes with a broken rim."""
    influences = gather(causes)
    boxes = {name: list(_list_lines(causes, influences, name)) for name in causes.mechanisms}
    boxes |= {name: [*_entitle(name), Line("note", "switched off")] for name in causes.off}
    wires = _list_wires(boxes, influences)
    count = columns or _count_columns(len(boxes))
    wiring = arrange({name: len(lines) + 1 for name, lines in boxes.items()}, wires, count, WIDTH)
    body = [
        *(_draw_wire(wire, influences) for wire in wiring.wires),
        *(part for box in wiring.boxes for part in _draw_box(box, boxes[box.id], box.id in causes.off)),
    ]
    width, height = max(wiring.width + 2, NARROWEST), wiring.height + 34
    alt = (
        f"{counted(len(causes.mechanisms), 'mechanism')} as boxes with their stocks, joined by "
        f"{counted(len(influences), 'influence')}, each marked plus, minus or either; the table below lists them all."
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width:g} {height:g}" role="img" '
        f'style="min-width:{0.9 * width:.0f}px;max-width:{1.2 * width:.0f}px" '
        f'aria-label="{escape(alt)}" font-family="{_FONT}" font-size="10" fill="{INK}">'
        f'{"".join(body)}{_draw_legend(wiring.height + 20)}</svg>'
    )
    return Picture(svg, alt, wiring)


def _count_columns(boxes: int) -> int:
    return max(1, min(boxes, 3 if boxes <= 6 else 4))


def _list_lines(causes: Causes, influences: Sequence[Influence], name: str) -> Iterator[Line]:
    """What a box holds: what comes in, what options and others set, stocks, what goes out, outcomes."""
    yield from _entitle(name)
    incoming = [one for one in influences if one.target == name]
    for one in sorted(incoming, key=lambda one: (one.source, one.cause)):
        yield Line("in", plain(one.cause), one.cause, one.sign)
    mine = [edge for edge in causes.edges if edge.mechanism == name]
    for kind, words in (("column", "options set"), ("signal", "others answer")):
        read = dict.fromkeys(edge.cause for edge in mine if causes.nodes[edge.cause].kind == kind)
        yield from _list_names(words, read)
    doubts = {edge.cause for edge in mine if causes.nodes[edge.cause].kind == "uncertainty"}
    if doubts:
        yield Line("note", counted(len(doubts), "uncertainty", "uncertainties"))
    sent = {one.cause for one in influences if one.source == name}
    own = [node for node in causes.nodes.values() if node.mechanism == name]
    moving = {edge.effect for edge in mine if edge.weekly}
    stocks = [node.name for node in own if node.kind in SETTLED and node.name in moving | sent]
    quiet = [stock for stock in stocks if stock not in sent]
    for stock in stocks:
        if stock in sent or stock in quiet[:MOST_QUIET]:
            yield Line("stock", plain(stock), stock if stock in sent else "")
    if quiet[MOST_QUIET:]:
        yield Line("note", f"and {counted(len(quiet[MOST_QUIET:]), 'more stock', 'more stocks')} of its own")
    for node in own:
        if node.name in sent and node.name not in stocks:
            yield Line("out", plain(node.name), node.name)
    yield from _list_names("gates", [node.name for node in own if node.kind == "gate"])
    yield from _list_names("outcomes", [node.name for node in own if node.kind == "outcome"])


def _entitle(name: str) -> tuple[Line, Line]:
    return Line("title", plain(name)), Line("space", "")


def _list_names(words: str, names: Iterable[str]) -> Iterator[Line]:
    """Names after a word, over some lines of small text."""
    every = [plain(name) for name in names]
    if not every:
        return
    named = every if len(every) <= MOST_NAMED else [*every[: MOST_NAMED - 1], f"{len(every) - MOST_NAMED + 1} more"]
    yield from (Line("note", text) for text in wrap(f"{words}: {', '.join(named)}", LETTERS))


def _list_wires(boxes: dict[str, list[Line]], influences: Sequence[Influence]) -> list[Wire]:
    def find(box: str, kinds: tuple[str, ...], name: str) -> Port:
        return box, next(row for row, line in enumerate(boxes[box]) if line.kind in kinds and line.name == name)

    targets: dict[str, list[Port]] = {}
    for one in influences:
        targets.setdefault(one.cause, []).append(find(one.target, ("in",), one.cause))
    sources = {one.cause: one.source for one in influences}
    return [
        Wire(cause, find(sources[cause], ("stock", "out"), cause), tuple(ports)) for cause, ports in targets.items()
    ]


def _draw_wire(wire: Routed, influences: Sequence[Influence]) -> str:
    """The trunk in the colour of its sign, or grey where its ends differ; each end with its own sign."""
    mine = [one for one in influences if one.cause == wire.id]
    sign = mine[0].sign if len({one.sign for one in mine}) == 1 else ""
    said = "; ".join(f"{plain(one.target)} {one.sign}" for one in mine)
    trunk = "".join(f"M{x:g} {y:g}L{u:g} {v:g}" for x, y, u, v in wire.trunk)
    parts = [f"<g><title>{escape(plain(wire.id))} acts on {escape(said)}</title>"]
    parts.append(_draw_path(trunk, sign, max(one.pull for one in mine)))
    parts += [f'<circle cx="{x:g}" cy="{y:g}" r="1.9" fill="{COLOURS.get(sign, MIXED)}"/>' for x, y in wire.joints]
    for one, (x, right, y) in zip(mine, wire.ends, strict=True):
        parts.append(_draw_path(f"M{x:g} {y:g}L{right - 4:g} {y:g}", one.sign, one.pull))
        parts.append(f'<path d="M{right - 7:g} {y - 3:g}l7 3l-7 3z" fill="{COLOURS[one.sign]}"/>')
    return "".join(parts) + "</g>"


def _draw_path(way: str, sign: str, pull: float) -> str:
    width = 1.8 if pull >= STRONG else 1.2 if pull >= WEAK else 0.7
    dashes = f' stroke-dasharray="{DASHES[sign]}"' if DASHES.get(sign) else ""
    colour = COLOURS.get(sign, MIXED)
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="square"{dashes}/>'


def _draw_box(box: Placed, lines: Sequence[Line], off: bool) -> Iterator[str]:
    top, height = box.y + INSET, ROW * box.rows - 2 * INSET
    rim = f'stroke="{SOFT}" stroke-dasharray="4 3"' if off else f'stroke="{INK}"'
    yield f'<g><rect x="{box.x:g}" y="{top:g}" width="{WIDTH}" height="{height}" rx="5" fill="#ffffff" {rim}/>'
    for row, line in enumerate(lines):
        yield from _draw_line(line, box.x, box.y + ROW * row)
    yield "</g>"


def _draw_line(line: Line, x: float, y: float) -> Iterator[str]:
    if line.kind == "title":
        yield _write(x + WIDTH / 2, y + 16, line.text, anchor="middle", size=12.5, bold=True)
    elif line.kind == "in":
        yield _write(x + 5, y + ENTERS + 4, line.sign, size=11, bold=True, colour=COLOURS[line.sign])
        yield _write(x + 15, y + ENTERS + 3.5, line.text)
    elif line.kind == "note":
        yield _write(x + 6, y + 9, line.text, size=8.8, colour=SOFT)
    else:
        size = min(10.0, 10.0 * LONG / max(len(line.text), 1))
        yield _write(x + WIDTH - 6, y + LEAVES + 2, line.text, anchor="end", size=size, bold=line.kind == "stock")
    if line.kind == "stock":
        yield _mark_stock(x + 6, y + 4)


def _write(
    x: float, y: float, text: str, anchor: str = "", size: float = 10.0, bold: bool = False, colour: str = ""
) -> str:
    looks = {
        "text-anchor": anchor,
        "font-size": f"{size:.3g}" if size != 10.0 else "",
        "font-weight": "700" if bold else "",
        "fill": colour,
    }
    given = "".join(f' {name}="{value}"' for name, value in looks.items() if value)
    return f'<text x="{x:g}" y="{y:g}"{given}>{escape(text)}</text>'


def _mark_stock(x: float, y: float) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="8" height="6" fill="{RULE}" stroke="{INK}" stroke-width="0.8"/>'


def _draw_legend(y: float) -> str:
    parts, x = [], 4.0
    for sign, words in WORDS.items():
        parts.append(_draw_path(f"M{x:g} {y - 3:g}h26", sign, STRONG))
        parts.append(_write(x + 32, y, f"{sign} {words}"))
        x += 140
    parts += [_mark_stock(x, y - 7), _write(x + 14, y, "bold: a stock, with memory")]
    parts.append(_write(x + 180, y, "thick, middling, thin: strong to weak"))
    return "".join(parts)
