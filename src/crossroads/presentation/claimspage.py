"""The page on what is claimed: every claim and part with its verdict, from a stated number of futures and seed.

Written by `make claims-page`, from runs that `make weigh` has stored or that it simulates.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from crossroads.analysis.results import Analysis
from crossroads.analysis.verdict import analyse
from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case
from crossroads.presentation.claims import Card, Claims, describe_claims
from crossroads.presentation.pipeline import simulate_case
from crossroads.presentation.statements import Statement
from crossroads.presentation.tables import Names
from crossroads.search.inquiries import Inquiry, inquire
from crossroads.search.nulls import make_beside
from crossroads.simulation.runs import Runs

COMMAND = "make claims-page"
FATES = {"follows": "turns", "stands": "stands", "untold": "cannot be told", "refused": "too few futures"}


def write_claims_page(analysis: Analysis, inquiry: Inquiry | None, runs: Runs, folder: Path | str) -> Path:
    """Write the page into a folder, named after the case, and return it.

    Raises ValueError where the case claims nothing.
    """
    names = Names(analysis.case)
    section = describe_claims(analysis, inquiry, names)
    if section is None:
        raise ValueError(f"The case {analysis.case.id} claims nothing.")
    target = Path(folder) / f"{analysis.case.id}-claims.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(_tell(section, runs, names)).rstrip() + "\n", encoding="utf-8")
    return target


def _tell(section: Claims, runs: Runs, names: Names) -> Iterator[str]:
    futures = runs.futures
    yield from (f"# What is claimed: “{names.case.title}”", "")
    yield (
        f"Made by `{COMMAND}` from {len(futures):,} futures (seed {futures.seed}); edits to this page are lost. The "
        f"report shows each claim as a card, with views, answers, margins and evidence. Case {name_case(names.case)}."
    )
    yield ""
    for line in (*section.intro, section.missing):
        yield from (line, "") if line else ()
    heads = ("Claim", "What is said", "Kind", "What the runs say of its parts", "Follow from an assumption")
    rows = [(f"[{one.id}](#{_anchor(one)})", one.words, one.kind, one.verdict, one.nulls) for one in section.cards]
    yield from _tabulate(heads, rows)
    for card in section.cards:
        yield from _tell_card(card)


def name_case(case: Case) -> str:
    """Eight letters for all that verdicts rest on: what is simulated, how actors choose, and what is claimed."""
    parts = [simulation_hash(case)]
    parts += [one.model_dump_json() for kind in (case.actors, case.mixes, case.claims, case.probes) for one in kind]
    return sha256("".join(parts).encode()).hexdigest()[:8]


def _anchor(card: Card) -> str:
    """The address of a heading, as Markdown readers make it."""
    kept = [letter for letter in f"{card.id} {card.short}".lower() if letter.isalnum() or letter in " -"]
    return "".join(kept).replace(" ", "-")


def _tell_card(card: Card) -> Iterator[str]:
    yield from (f"## {card.id} {card.short}", "", f"{card.words} ({card.kind}; {card.source})", "", card.says, "")
    nearest = f" {card.nearest.name}: {card.nearest.text}." if card.nearest else ""
    for line in (f"{card.fails}{nearest}", card.rests, card.at_null):
        yield from (line, "") if line else ()
    yield from _tabulate(
        ("", "Part", "Share of futures", "Standing", "At its null", "Grade"),
        [_list_cells(one) for one in card.statements],
    )
    yield from (f"- Not judged: {one.words} {one.why}" for one in card.unjudged)
    yield from (f"- {exhibit.name}. {exhibit.says}" for exhibit in card.exhibits)
    for added in card.orders:
        told = (f"{one.name.lower()} {one.mean}, over orders {one.orders}" for one in added.strips)
        yield f"- {added.title}, added by measures: {'; '.join(told)}. {added.says}"
    yield from (f"- {fact}" for fact in card.facts)
    yield ""


def _list_cells(one: Statement) -> tuple[str, ...]:
    fate = FATES[one.fate] if one.fate else "–"
    return str(one.number), one.words, one.share, one.standing, fate, one.letter or "–"


def _tabulate(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown with a line after it; nothing where there are no rows."""
    if rows:
        yield from (_line(heads), _line(["---"] * len(heads)), *(_line(row) for row in rows), "")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |"


def main(arguments: Sequence[str]) -> None:
    """The command behind `make claims-page`: case, folder, number of futures, seed, and where runs are kept."""
    case, folder, futures, seed, home = arguments
    runs, model = simulate_case(case, int(futures), int(seed), home=home)
    analysis = analyse(runs)
    inquiry = inquire(runs, partial(make_beside, model=model, runs=runs), analysis.rules)
    sys.stdout.write(f"{write_claims_page(analysis, inquiry, runs, folder)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
