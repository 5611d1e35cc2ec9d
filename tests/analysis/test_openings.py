import numpy as np
import pytest
from made_up_game import (
    PRECISION,
    GameRuns,
    chance_of,
    logistic,
    make_act,
    make_anchor,
    make_game,
    make_payoff,
    make_valued,
    plain,
    weigh,
)

from crossroads.analysis.openings import describe_openings, name_opening, tell_openings
from crossroads.analysis.preparation import play_game
from crossroads.analysis.strategies import QUANTAL, Reading, Rules, solve_strategies

AGREE, PROTEST = name_opening("state", "agree"), name_opening("state", "protest")
GANG = make_payoff(values=(make_valued(worst=0, best=10),), precision=0.25)


def consent(case):
    """The state agrees by consenting."""
    actors = tuple(
        one.model_copy(
            update={"moves": tuple(move.model_copy(update={"consents": move.id == "agree"}) for move in one.moves)}
        )
        for one in case.actors
    )
    return case.model_copy(update={"actors": actors})


def describe(case, tell=plain, reading=QUANTAL, past=None, failed=()):
    case = consent(case)
    runs = GameRuns(case, tell, failed=failed)
    weights = weigh(runs, past)
    weights, found = play_game(runs, case, weights, Rules(reading=reading))
    return describe_openings(found, case, weights, runs.futures), found, weights


def test_the_chances_of_an_actor_sum_to_one_under_every_option_and_view():
    found, _, _ = describe(make_game(make_payoff(precision="size"), GANG), past=np.linspace(0.5, 1.5, 64))
    assert found["view"].to_numpy().tolist() == ["mixture", "calm", "grim", "history"]
    for actor in ("state", "gang"):
        own = found["chance"].sel(opening=[one for one in found["opening"].to_numpy() if one.startswith(actor)])
        assert own.sum("opening").to_numpy() == pytest.approx(np.ones((4, 3)))


def test_a_chance_is_the_mean_over_futures_as_each_view_weighs_them():
    found, strategies, weights = describe(make_game(make_payoff(precision="size")))
    each = chance_of(strategies.games[0], weights, "force", "agree")
    for place, view in enumerate(weights.views):
        mean = np.average(each, weights=weights.futures[place])
        assert float(found["chance"].sel(view=view, option="force", opening=AGREE)) == pytest.approx(mean)
    low, high = (float(found[name].sel(view="mixture", option="force", opening=AGREE)) for name in ("low", "high"))
    assert each.min() <= low < np.median(each) < high <= each.max()
    assert float(found["error"].sel(view="mixture", option="force", opening=AGREE)) > 0


def test_what_makes_no_sense_has_no_chance_and_the_judged_share_stands_beside():
    found, _, _ = describe(make_game())
    protest = found.sel(option="care", opening=PROTEST)
    assert np.isnan(protest["chance"]).all()
    assert np.isnan(protest["judged"])
    assert float(found["judged"].sel(option="care", opening=name_opening("gang", "hit"))) == 0.25
    assert found["chance"].sel(option="care", opening=AGREE).to_numpy() == pytest.approx(np.ones(3))


def test_the_likeliest_opening_is_counted_by_future_and_equals_share():
    case = make_game(make_payoff(values=(), acts=(make_act(("agree",), "noise"), make_act(("protest",), 0.25))))
    found, strategies, weights = describe(case)
    share = (chance_of(strategies.games[0], weights, "force", "agree") > 0.5).mean()
    assert 0 < share < 1
    likeliest = found["likeliest"].sel(view="mixture", option="force")
    assert float(likeliest.sel(opening=AGREE)) == pytest.approx(share)
    assert float(likeliest.sel(opening=PROTEST)) == pytest.approx(1 - share)
    even = describe(make_game())[0]["likeliest"].sel(view="mixture", option="now")
    assert even.sel(opening=[AGREE, PROTEST]).to_numpy().tolist() == [0.5, 0.5]


def test_the_points_that_consent_lacks_make_it_even_when_they_are_added():
    state = make_payoff(precision="size", acts=(make_act(("agree",), -3.0),))
    anchors = {"even": make_anchor(0.2)}
    found, strategies, weights = describe(make_game(state, anchors=anchors))
    lacks = float(found["needed"].sel(option="force"))
    acts = (make_act(("agree",), -3.0 + lacks),)
    case = consent(make_game(state.model_copy(update={"acts": acts}), anchors=anchors))
    again = solve_strategies(GameRuns(case, plain), case, weights, strategies.constants)
    assert chance_of(again.games[0], weights, "force", "agree").mean() == pytest.approx(0.5, abs=1e-6)
    assert float(found["needed"].sel(option="now")) > lacks  # force costs those who protest ten deaths more
    assert np.isnan(found["needed"].sel(option="care"))


def test_consent_that_is_likelier_than_not_lacks_less_than_nothing():
    found, _, _ = describe(make_game())
    assert float(found["needed"].sel(option="force")) == pytest.approx(-10, abs=1e-5)
    assert float(found["needed"].sel(option="now")) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("reading", [Reading("best"), Reading("judged"), Reading(fixed={"state": "protest"})], ids=str)
def test_who_does_not_choose_lacks_nothing(reading):
    found, _, _ = describe(make_game(), reading=reading)
    assert np.isnan(found["needed"]).all()


def test_the_points_that_are_lacking_equal_a_change_of_each_valued_outcome():
    values = (make_valued(), make_valued("trust", worst=-5, best=15, weight="size"))
    found = describe(make_game(make_payoff(values=values)))[0].sel(option="force")
    needed = float(found["needed"])
    assert needed < -1
    size = GameRuns(make_game(), plain).futures.column("size").mean()
    assert found["equals"].sel(valued="deaths") == pytest.approx(-needed)
    assert found["equals"].sel(valued="trust") == pytest.approx(needed * 20 / size)


def test_the_pull_has_the_sign_of_what_it_does_to_the_likeliest_opening():
    state = make_payoff(precision="size", values=(make_valued(weight="noise"),), acts=(make_act(("agree",), 0.5),))
    found, _, _ = describe(make_game(state))
    pull = found["pull"].sel(option="force")
    assert found["doubt"].to_numpy().tolist() == ["size", "noise"]
    assert (pull > 0.3).all()
    against = make_payoff(values=(), acts=(make_act(("agree",), 2.0), make_act(("protest",), "noise")))
    assert float(describe(make_game(against))[0]["pull"].sel(option="force", doubt="noise")) == pytest.approx(-1)
    assert np.isnan(found["pull"].sel(option="care")).all()


def test_odds_near_even_are_told_of_those_who_choose_between_several_openings():
    blunt = describe(make_game(make_payoff(precision=0.01), GANG))[0]
    assert blunt["even"].sel(view="mixture", option="force").to_numpy() == pytest.approx([1, 0])
    assert np.isnan(blunt["even"].sel(option="care", actor="state")).all()
    alone = describe(make_game())[0]
    assert np.isnan(alone["even"].sel(actor="gang")).all()
    told = [one.sentence for one in tell_openings(make_game(), blunt)]
    assert len(told) == 1
    assert told[0].startswith("State: in 100% of futures")
    assert "by construction" in told[0]


def test_a_game_without_a_solution_is_counted_where_the_option_ran():
    found, _, _ = describe(make_game(), failed=(("force", "protest+hit"),))
    assert found["unsolved"].to_numpy().tolist() == [0, 1, 0]
    told = [one.sentence for one in tell_openings(make_game(), found)]
    assert "In 33.3% of games no equilibrium was found; there the judged shares answer." in told
    whole = tuple(("force", name) for name in ("agree+hold", "agree+hit", "protest+hold", "protest+hit"))
    gone, _, _ = describe(make_game(), failed=whole)
    assert np.isnan(gone["unsolved"].sel(option="force"))
    assert not [one for one in tell_openings(make_game(), gone) if "no equilibrium" in one.sentence]


def test_nothing_is_told_where_nobody_plays():
    assert list(tell_openings(make_game(), None)) == []


def test_each_view_is_told_of_the_game_that_it_plays():
    def tell(option, opening, _, given):
        return 100.0 + (option == "force") * (opening == "protest") * 8 * given.size

    lesson = np.linspace(0, 2, 64)
    runs = GameRuns(make_game(), tell)
    worth = (8 * runs.futures.column("size")).astype(np.float32)
    found, _, _ = describe(make_game(), tell, past=lesson)
    chance = found["chance"].sel(option="force", opening=AGREE)
    assert float(chance.sel(view="history")) == pytest.approx(
        logistic(PRECISION * np.average(worth, weights=lesson)), rel=1e-6
    )
    for view in ("mixture", "calm", "grim"):
        assert float(chance.sel(view=view)) == pytest.approx(logistic(PRECISION * worth.mean()), rel=1e-6)
