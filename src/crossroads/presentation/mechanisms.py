"""How a model hangs together, in words and tables: its picture, its loops, and what acts on what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from crossroads.case.records import Case, by_id
from crossroads.presentation.causal import Influence, draw_causes, gather, plain
from crossroads.presentation.words import counted, listed, number
from crossroads.simulation.causes import Causes, find_causes
from crossroads.simulation.contract import Model
from crossroads.simulation.loops import LONGEST, Loop, find_knots, find_loops
from crossroads.simulation.models import AnyModel

SHOWN, SHOWN_GATED = 10, 6
"""Loops in the table: of all, and of those that only options with a gate close."""


@dataclass(frozen=True)
class InfluenceRow:
    """One value that carries an influence between two mechanisms, and what it moves there."""

    source: str
    through: str
    meaning: str
    target: str
    sign: str
    effects: str
    strength: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class LoopRow:
    """One feedback loop."""

    kind: str
    way: str
    """The values on the way, each with more or less."""
    mechanisms: str
    strength: str
    variants: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Anatomy:
    """The section on how the model hangs together."""

    picture: Markup
    intro: str
    notes: tuple[str, ...]
    """What is switched off, and which mechanisms act on themselves through others."""
    loops: tuple[LoopRow, ...]
    about_loops: str
    gated: tuple[LoopRow, ...]
    """Loops that only options with a gate close."""
    about_gated: str
    influences: tuple[InfluenceRow, ...]


def describe_model(case: Case, model: AnyModel | None) -> Anatomy | None:
    """The section; none where there is no model, or it has no mechanisms."""
    if not isinstance(model, Model) or not model.mechanisms:
        return None
    return describe_causes(case, find_causes(case, model))


def describe_causes(case: Case, causes: Causes) -> Anatomy:
    """The section from the graph of a model."""
    picture = draw_causes(causes)
    every = find_loops(causes)
    loops = [loop for loop in every if not loop.gate]
    gated = [loop for loop in every if loop.gate]
    influences = sorted(gather(causes), key=lambda one: (one.source, one.target, -one.pull))
    return Anatomy(
        Markup(picture.svg),  # names in it are escaped where it is drawn
        _introduce(causes, len(influences)),
        tuple(_note(causes)),
        tuple(_tell_loop(loop) for loop in loops[:SHOWN]),
        _tell_loops(len(loops)),
        tuple(_tell_loop(loop) for loop in gated[:SHOWN_GATED]),
        _tell_gated(case, causes, len(gated)),
        tuple(_tell_influence(causes, one) for one in influences),
    )


def _introduce(causes: Causes, influences: int) -> str:
    return (
        f"Each box is one of {counted(len(causes.mechanisms), 'mechanism')}: on its left what it takes from others, "
        "in bold its stocks, on its right what others take from it. "
        f"The {counted(influences, 'wire')} are read from the model's own code and kept only where moving the value "
        "alone, in some weeks of some runs, moved something: plus where more gives more, minus where more gives less, "
        "plus-minus where it goes either way, by situation or by what it touches. Luck is averaged. What is settled "
        "once at the start is left out."
    )


def _note(causes: Causes) -> Iterable[str]:
    if causes.off:
        off = listed(plain(name) for name in causes.off)
        yield f"Switched off in this model: {off}. Others read the values that stand for them."
    for knot in find_knots(causes):
        yield f"These act on themselves through each other: {listed(plain(name) for name in knot)}."


def _tell_loops(count: int) -> str:
    if not count:
        return "No value acts on itself through others."
    return (
        f"{counted(count, 'loop')} of at most {LONGEST} values {'was' if count == 1 else 'were'} found; the "
        "strongest come first. Strength is the product of the elasticities on the way: of one percent more, how many "
        "percent come back after a year. What only fades or grows by itself is left out. Strengths are those of a few "
        "situations, averaged over forms of the model, and are there to sort by."
    )


def _tell_gated(case: Case, causes: Causes, count: int) -> str:
    """Which options follow which gates, and how many loops that closes."""
    options = by_id(case.options)
    told = []
    for gate in dict.fromkeys(gate for gate, *_ in causes.gated):
        followers = dict.fromkeys(options[option].short for name, option, _ in causes.gated if name == gate)
        columns = dict.fromkeys(plain(column) for name, _, column in causes.gated if name == gate)
        told.append(f"The gate “{plain(gate)}” opens and closes steps of {listed(followers)} ({listed(columns)}).")
    if not told:
        return ""
    closed = f"That closes {counted(count, 'loop')} more, under these options alone; the shortest are told here."
    return " ".join([*told, closed if count else "That closes no loop."])


def _tell_loop(loop: Loop) -> LoopRow:
    strength = "" if loop.gate else tell_strength(loop.pull)
    variants = f"{counted(loop.variants - 1, 'other way', 'other ways')}" if loop.variants > 1 else ""
    return LoopRow(
        loop.kind,
        tell_way(loop),
        listed(plain(name) for name in loop.mechanisms),
        strength,
        variants,
        loop.evidence,
    )


def tell_way(loop: Loop) -> str:
    """A loop as a chain: more of the first, and what that makes of each of the others and of itself."""
    words, up = [f"more {plain(loop.names[0])}"], True
    sure = True
    for edge in loop.edges:
        up = up != (edge.sign == "−")
        sure = sure and edge.sign != "±"
        amount = ("more" if up else "less") if sure else "more or less"
        words.append(f"{amount} {plain(edge.effect)}")
    return " → ".join(words)


def tell_strength(pull: float) -> str:
    """An elasticity in two figures; what is tiny is said to be."""
    size = abs(pull)
    return "under 0.0001" if size < 1e-4 else number(float(f"{size:.2g}"))


def _tell_influence(causes: Causes, one: Influence) -> InfluenceRow:
    edges = sorted(one.edges, key=lambda edge: -abs(edge.pull))
    return InfluenceRow(
        plain(one.source),
        plain(one.cause),
        causes.nodes[one.cause].meaning,
        plain(one.target),
        one.sign,
        ", ".join(f"{edge.sign} {plain(edge.effect)}" for edge in edges),
        tell_strength(one.pull),
        tuple(dict.fromkeys(entry for edge in edges for entry in edge.evidence)),
    )
