import numpy as np
import pytest
from made_up_game import GameRuns, give_chooser, logistic, make_game, make_payoff, make_valued, plain, weigh

from crossroads.analysis import columns
from crossroads.analysis.columns import build_column
from crossroads.analysis.preparation import play_game
from crossroads.analysis.reactions import SOLVED, weigh_reactions
from crossroads.analysis.strategies import Reading, Rules, read_otherwise
from crossroads.analysis.verdict import analyse

GANG = make_payoff(values=(make_valued(worst=0, best=10),), precision=0.25)
HORIZONS = ("near", "far")


def weigh_all(case, tell=plain, hows=("best", "judged"), reading=None, count=64):
    runs = GameRuns(case, tell, count)
    before = weigh(runs)
    weights, found = play_game(runs, case, before, Rules(reading=reading or Reading()))
    own = weights.narrow([0])
    deaths = runs.dataset["values"].sel(outcome="deaths").to_numpy()[tuple(weights.pairs.T)]
    column = build_column(case.outcomes[0], deaths, np.full(count, 100.0), own)
    readings = read_otherwise(runs, case, before, found, hows) if found else {}
    return weigh_reactions(column, readings, HORIZONS)


def owed(tell, case=None, **more):
    found = weigh_all(case or make_game(), tell, **more)["owed"]
    return found.sel(option="force").to_numpy()


def test_nothing_is_owed_to_reactions_that_do_the_same():
    assert owed(lambda option, *rest: 100.0 - 5 * (option == "force") * rest[-1].noise) == pytest.approx(
        [0, 0], abs=1e-9
    )


def test_all_is_owed_to_them_where_nothing_else_varies():
    case = make_game(make_payoff(precision=0.05))

    def tell(option, opening, _answer, _given):
        return 100.0 + 8 * (option == "force") * (opening == "protest")

    assert owed(tell, case) == pytest.approx([1, 1])


def test_what_is_owed_is_a_share_of_the_variance():
    case = make_game(make_payoff(precision=0.0))

    def tell(option, opening, _answer, given):
        return 100.0 + (option == "force") * (8 * (opening == "protest") + 16 * given.shape)

    runs = GameRuns(case, tell)
    among = 64 * runs.futures.column("shape").var() * 4
    assert owed(tell, case) == pytest.approx([16 / (16 + among)] * 2, rel=1e-5)


def test_where_nothing_varies_nothing_can_be_owed():
    assert np.isnan(owed(lambda option, *_: 100.0 - 3 * (option == "force"))).all()


def test_blocks_of_futures_owe_the_same(monkeypatch):
    def tell(option, opening, _answer, given):
        return 100.0 + (option == "force") * (8 * (opening == "protest") + 16 * given.noise)

    whole = owed(tell)
    monkeypatch.setattr(columns, "BLOCK", 9)
    assert owed(tell) == pytest.approx(whole, rel=1e-9)
    assert 0 < whole[0] < 1


def test_the_same_change_is_read_in_several_ways():
    found = weigh_all(give_chooser(make_game(gang=GANG)), hows=("best", "cautious", "judged"))
    assert found["reading"].to_numpy().tolist() == [SOLVED, "best", "cautious", "judged"]
    force = found["mean"].sel(option="force", horizon="near").to_numpy()
    agree, hit = logistic(0.5 * 10), logistic(0.25 * 4)
    assert force == pytest.approx([10 * (1 - agree) + 4 * hit, 4, 14, 7], rel=1e-5)
    assert found["mean"].sel(option="now").to_numpy() == pytest.approx(np.zeros((4, 2)))
    assert bool(found["apart"].sel(option="force").all())


def test_an_analysis_holds_the_other_readings_beside_its_own():
    case = give_chooser(make_game(gang=GANG))
    runs = GameRuns(case, plain)
    assert analyse(runs).reactions["reading"].to_numpy().tolist() == [SOLVED, "best", "cautious", "judged"]
    best = analyse(runs, reading=Reading("best"))
    assert best.reactions["reading"].to_numpy().tolist() == [SOLVED, "quantal", "cautious", "judged"]
    assert best.strategies.reading == Reading("best")
    change = best.differences["mean"].sel(view="mixture", option="force", outcome="deaths", horizon="near")
    assert float(change) == pytest.approx(4, rel=1e-5)


def test_a_case_without_payoffs_is_read_in_one_way():
    case = make_game(anchors={}, gang=None)
    blank = tuple(one.model_copy(update={"payoff": None}) for one in case.actors)
    analysis = analyse(GameRuns(case.model_copy(update={"actors": blank}), plain))
    assert analysis.strategies is None
    assert analysis.openings is None
    assert analysis.reactions["reading"].to_numpy().tolist() == [SOLVED]
    change = analysis.differences["mean"].sel(view="mixture", option="force", outcome="deaths", horizon="near")
    assert float(change) == pytest.approx(7, rel=1e-5)


def test_openings_of_an_option_that_did_not_run_are_hidden():
    case = make_game()
    names = ("agree+hold", "agree+hit", "protest+hold", "protest+hit")
    analysis = analyse(GameRuns(case, plain, failed=tuple(("force", name) for name in names)))
    assert np.isnan(analysis.openings["chance"].sel(option="force")).all()
    assert np.isfinite(analysis.openings["chance"].sel(option="care", opening="state.agree")).all()
