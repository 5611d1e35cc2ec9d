"""Prints a hash of the values of a model, and whether the kernel was compiled to 512-bit vectors."""

from __future__ import annotations

import hashlib
import sys
from itertools import product

import everything
import numpy as np
import tides

from crossroads.case.files import load
from crossroads.sampling.futures import sample
from crossroads.simulation import kernel
from crossroads.simulation.layout import build_inputs, count_history_weeks
from crossroads.simulation.models import load_model


def play_everything(precision, width):
    engine = kernel.compile_model(
        everything.MODEL, everything.make_inputs(), everything.OUTCOMES, 104, 104, precision, width
    )
    return play(engine, everything.make_values(24), everything.all_runs(24), (1, 60, 104))


def play_tides(precision, width):
    engine = kernel.compile_model(tides.MODEL, tides.make_inputs(), tides.OUTCOMES, 60, 20, precision, width)
    runs = np.array(list(product(range(40), range(len(tides.OPTIONS)), range(2))))
    return play(engine, tides.make_values(40), runs, (1, 30, 60))


def play_mexico(precision, width):
    case = load("mexico")
    inputs, outcomes = build_inputs(case), [(outcome.id, outcome.reading) for outcome in case.outcomes]
    past = count_history_weeks(case)
    engine = kernel.compile_model(load_model(case), inputs, outcomes, case.weeks, past, precision, width)
    pairs = np.argwhere(inputs.applicable)[::9]
    runs = np.array([(future, *pair) for pair in pairs for future in range(48)])
    return play(engine, sample(case, 48).values, runs, (1, 52, case.weeks))


PLAYS = {"everything": play_everything, "tides": play_tides, "mexico": play_mexico}


def play(engine, values, runs, marks):
    past = engine.history(values)
    seen = engine.project(values, past, runs, marks)
    return hashlib.sha256(seen.tobytes() + past.yearly.tobytes()).hexdigest()


def main(model: str, precision: str, width: str) -> None:
    """One line: the hash, and whether there are 512-bit registers in the machine code."""
    modules, load_module = [], kernel.load_module

    def load_and_keep(*args):
        modules.append(load_module(*args))
        return modules[-1]

    kernel.load_module = load_and_keep
    digest = PLAYS[model](precision, int(width))
    codes = [code for module in modules for code in module.play.inspect_asm().values()]
    print(digest, any("zmm" in code for code in codes), len(codes))


if __name__ == "__main__":
    main(*sys.argv[1:])
