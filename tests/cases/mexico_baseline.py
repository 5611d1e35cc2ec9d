"""The pinned results of the Mexico case, and the command that renews them: `make baseline`.

For each option under its likeliest reaction, outcomes after one and ten years, means over 48 futures in float64. A
change of these numbers needs a changelog line that begins "Changes results:".
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from crossroads.case.files import load
from crossroads.cases.mexico.model import MODEL
from crossroads.sampling.futures import sample
from crossroads.simulation import kernel
from crossroads.simulation.layout import build_inputs, count_history_weeks

PINNED = Path(__file__).with_name("mexico_baseline.json")
MARKS = np.array([52, 520])
Results = dict[str, dict[str, list[float]]]


def compute_results() -> Results:
    """Option to outcome to its mean after one and ten years: cumulative, or the level at that time."""
    case = load("mexico")
    inputs, futures = build_inputs(case), sample(case, 48)
    outcomes = [(outcome.id, outcome.reading) for outcome in case.outcomes]
    engine = kernel.compile_model(MODEL, inputs, outcomes, case.weeks, count_history_weeks(case), "float64")
    past = engine.history(futures.values)
    results: Results = {}
    for option, name in enumerate(inputs.options):
        likeliest = int(inputs.mix[option].argmax())
        runs = np.array([[future, option, likeliest] for future in range(len(futures))])
        means = engine.project(futures.values, past, runs, MARKS).mean(axis=0)
        results[name] = {outcome: means[:, place].tolist() for place, (outcome, _) in enumerate(outcomes)}
    return results


if __name__ == "__main__":
    PINNED.write_text(json.dumps(compute_results(), indent=1) + "\n", encoding="utf-8")
    print(f"{PINNED.name} is renewed: add a changelog line that begins 'Changes results:'.")
