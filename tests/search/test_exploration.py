from functools import partial

import pytest
from straight_town import BUDGET, COUNT, simulate_town, steady, straight, town

from crossroads.case.records import Dial, Sweeps
from crossroads.errors import RunsError
from crossroads.search.exploration import explore
from crossroads.search.variants import make_variants, open_variants

DIALS = (
    Dial(lever="warning", values=(0.1, 0.9), because="Made up."),
    Dial(lever="moving", values=(0, 0.1, 0.3), because="Made up."),
)


def ask(sweeps, home, count=COUNT):
    case = steady(town()).model_copy(update={"sweeps": sweeps})
    return simulate_town(home, case, count)


def test_every_dial_is_turned_and_all_options_come_to_the_budget(tmp_path):
    runs = ask(Sweeps(futures=COUNT, dials=DIALS, budget=BUDGET), tmp_path, 128)
    found = explore(runs, partial(make_variants, model=straight(), runs=runs))
    assert [(one.lever, one.values, one.futures) for one in found.sweeps] == [
        ("warning", (0.1, 0.9), COUNT),
        ("moving", (0, 0.1, 0.3), COUNT),
    ]
    assert found.equal.budget == BUDGET
    assert found.equal.futures == COUNT


def test_what_was_run_is_told_again_from_what_is_stored(tmp_path):
    runs = ask(Sweeps(futures=COUNT, dials=DIALS[:1], budget=BUDGET), tmp_path)
    with pytest.raises(RunsError):
        explore(runs, partial(open_variants, runs=runs))
    made = explore(runs, partial(make_variants, model=straight(), runs=runs))
    told = explore(runs, partial(open_variants, runs=runs))
    assert told.sweeps[0].found.equals(made.sweeps[0].found)
    assert told.equal.found.equals(made.equal.found)
    assert told.equal.places == made.equal.places


def test_a_case_that_asks_for_nothing_gets_nothing(tmp_path):
    runs = ask(None, tmp_path)
    assert explore(runs, partial(open_variants, runs=runs)) is None
    found = explore(ask(Sweeps(), tmp_path), partial(open_variants, runs=runs))
    assert (found.sweeps, found.equal) == ((), None)
