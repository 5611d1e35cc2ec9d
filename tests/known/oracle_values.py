"""Renews values.json, what pymcdm and scikit-criteria make of tables drawn at random: `make oracle-values`.

Both live in an environment of their own, made from benchmarks/requirements-pymcdm.txt.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

from benchmarks.environments import Peer, prepare
from tests.known.drawn_tables import SEED

FACTS = Path(__file__).with_name("values.json")
PYMCDM = Peer("pymcdm", "pymcdm", ("3.11", "3.12", "3.13"))


def main() -> None:
    inside = [str(prepare(PYMCDM)), "-W", "ignore", "-m", "tests.known.answer_tables"]
    answered = json.loads(subprocess.run(inside, stdout=subprocess.PIPE, text=True, check=True).stdout)
    head = {"versions": answered["versions"], "date": date.today().isoformat(), "seed": SEED}
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(answer)}" for name, answer in answered["tables"].items())
    told = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items())
    FACTS.write_text(f'{{\n{told},\n"tables": {{\n{rows}\n}}\n}}\n', encoding="utf-8")
    print(f"{FACTS.name}: {len(answered['tables'])} tables")


if __name__ == "__main__":
    main()
