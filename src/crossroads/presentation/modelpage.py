"""The page of a model: its picture, its loops, and for each mechanism what it means, reads, keeps and rests on.

Written from the records and the code of the model by `make model-page`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from crossroads.case.files import find_folder, load
from crossroads.case.records import Case, Evidence, by_id
from crossroads.presentation.causal import draw_causes, gather, join_signs, plain
from crossroads.presentation.mechanisms import Anatomy, describe_causes
from crossroads.presentation.words import sentence
from crossroads.simulation.causes import Causes, find_causes
from crossroads.simulation.contract import Mechanism, Model, Quantity
from crossroads.simulation.models import load_model
from crossroads.simulation.plan import STAGES

PAGE, PICTURE = "model.md", "images/causal.svg"
FROM_CASE = (
    ("column", "Set by options"),
    ("signal", "Set by the opening moves of others"),
    ("choice", "Choices between structures"),
    ("uncertainty", "Uncertainties"),
    ("fact", "Facts"),
)
KEPT = (
    ("unit_stocks", "Stocks of each unit"),
    ("stocks", "Stocks"),
    ("gates", "Gates"),
    ("rates", "Rates"),
    ("flows", "Flows"),
    ("sums", "Sums over units"),
    ("constants", "Constants, settled at the start"),
    ("outcomes", "Outcomes"),
)


def write_model_page(case: Case, model: Model, folder: Path | str) -> Path:
    """Write the page and its picture into a folder, and return the page. Raises ModelError."""
    target = Path(folder)
    (target / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    causes = find_causes(case, model)
    (target / PICTURE).write_text(draw_causes(causes).svg + "\n", encoding="utf-8")
    (target / PAGE).write_text(tell_model(case, model, causes), encoding="utf-8")
    return target / PAGE


def tell_model(case: Case, model: Model, causes: Causes) -> str:
    """The page as Markdown."""
    anatomy = describe_causes(case, causes)
    lines = [
        f"# The model of the case “{case.title}”",
        "",
        "Made by `make model-page` from the records and the code of the model; edits to this page are lost.",
        "",
        *(line for text in (anatomy.intro, *anatomy.notes) for line in (text, "")),
        f"![{draw_alt(causes)}]({PICTURE})",
        "",
        *_tell_loops(anatomy),
    ]
    told: set[str] = set()
    for mechanism in model.mechanisms:
        lines += _tell_mechanism(case, model, causes, mechanism, told)
    return "\n".join(lines).rstrip() + "\n"


def draw_alt(causes: Causes) -> str:
    """Words for the picture."""
    return f"{len(causes.mechanisms)} mechanisms as boxes with their stocks, joined by {len(gather(causes))} influences"


def _tell_loops(anatomy: Anatomy) -> Iterator[str]:
    yield from ("## Feedback", "", anatomy.about_loops, "")
    rows = [(one.kind, one.way, one.mechanisms, one.strength, _tick(one.evidence)) for one in anatomy.loops]
    yield from _tabulate(("Loop", "The way round", "Through", "Strength", "Rests on"), rows)
    if anatomy.about_gated:
        yield from (anatomy.about_gated, "")
    gated = [(one.kind, one.way, one.mechanisms, _tick(one.evidence)) for one in anatomy.gated]
    yield from _tabulate(("Loop through a gate", "The way round", "Through", "Rests on"), gated)


def _tell_mechanism(
    case: Case, model: Model, causes: Causes, mechanism: Mechanism, told: set[str]
) -> Iterator[str]:
    name = mechanism.name
    yield from (f"## {plain(name).capitalize()}", "", sentence(mechanism.meaning), "")
    if name in model.off:
        yield from ("Switched off: others read the values that stand for it.", "")
    module, words = find_words(mechanism)
    if words and module not in told:
        told.add(module)
        yield from ("```text", words, "```", "")
    incoming = [one for one in gather(causes) if one.target == name]
    rows = [
        (plain(one.source), f"`{one.cause}`", ", ".join(f"{edge.sign} `{edge.effect}`" for edge in one.edges))
        for one in incoming
    ]
    yield from _tabulate(("Takes from", "Value", "What it moves here"), rows)
    yield from _tell_inputs(causes, name)
    for field, title in KEPT:
        yield from _tabulate((title, "Unit", "Meaning"), _list_values(mechanism, field))
    chances = [(f"`{one.name}`", one.meaning) for one in mechanism.chances]
    yield from _tabulate(("Luck", "Meaning"), chances)
    yield from _tell_evidence(by_id(case.evidence), mechanism.evidence)


def find_words(mechanism: Mechanism) -> tuple[str, str]:
    """The module of a mechanism's functions, and its docstring: the equations as their author wrote them."""
    functions = [getattr(mechanism, stage) for stage in STAGES if getattr(mechanism, stage, None)]
    module = inspect.getmodule(functions[0]) if functions else None
    return (module.__name__, inspect.cleandoc(module.__doc__ or "")) if module else ("", "")


def _tell_inputs(causes: Causes, name: str) -> Iterator[str]:
    """What a mechanism reads of the case and is moved by."""
    mine = [edge for edge in causes.edges if edge.mechanism == name]
    for kind, title in FROM_CASE:
        read: dict[str, list[str]] = {}
        for edge in mine:
            if causes.nodes[edge.cause].kind == kind:
                read.setdefault(edge.cause, []).append(edge.effect)
        signed = {cause: join_signs(edge for edge in mine if edge.cause == cause) for cause in read}
        rows = [
            (f"`{cause}`", signed[cause], causes.nodes[cause].unit, sentence(causes.nodes[cause].meaning))
            for cause in read
        ]
        yield from _tabulate((title, "Sign", "Unit", "Meaning"), rows)


def _list_values(mechanism: Mechanism, field: str) -> list[tuple[str, str, str]]:
    quantities: Sequence[Quantity] = getattr(mechanism, field, ())
    return [(f"`{one.name}`", one.unit, one.meaning) for one in quantities]


def _tell_evidence(entries: Mapping[str, Evidence], ids: Iterable[str]) -> Iterator[str]:
    rows = [(f"`{one}`", entries[one].statement) for one in ids if one in entries]
    yield from _tabulate(("Evidence", "What the sources find"), rows)


def _tabulate(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown with a line after it; nothing where there are no rows."""
    if not rows:
        return
    yield from (_line(heads), _line(["---"] * len(heads)))
    yield from chain((_line(row) for row in rows), [""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |"


def _tick(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def main(arguments: Sequence[str]) -> None:
    """The command behind `make model-page`: case and folder."""
    case = load(arguments[0])
    model = load_model(case, find_folder(arguments[0]))
    if not isinstance(model, Model):
        raise SystemExit(f"The model of {case.id} has no mechanisms.")
    sys.stdout.write(f"{write_model_page(case, model, arguments[1])}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
