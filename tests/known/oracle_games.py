"""Renews games.json, Gambit's answers to games drawn at random: `make oracle-games`.

Gambit lives in an environment of its own, made from benchmarks/requirements-pygambit.txt: its licence keeps it out of
ours. The facts are committed, so that tests need no Gambit.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

from benchmarks.environments import Peer, prepare
from tests.known.drawn_games import SEED

FACTS = Path(__file__).with_name("games.json")
GAMBIT = Peer("pygambit", "Gambit", ("3.11", "3.12", "3.13"))


def main() -> None:
    """Ask Gambit, and write what it answers; a line for each game."""
    ask = [str(prepare(GAMBIT)), "-m", "tests.known.gambit_answers"]
    answered = json.loads(subprocess.run(ask, stdout=subprocess.PIPE, text=True, check=True).stdout)
    head = {"solver": "pygambit", "version": GAMBIT.read_version(), "date": date.today().isoformat(), "seed": SEED}
    told = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items())
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answered.items())
    FACTS.write_text(f'{{\n{told},\n"games": {{\n{rows}\n}}\n}}\n', encoding="utf-8")
    print(f"{FACTS.name}: {len(answered)} games by Gambit {GAMBIT.read_version()}")


if __name__ == "__main__":
    main()
