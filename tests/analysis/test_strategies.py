import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import FakeRuns, make_case
from made_up_game import (
    PRECISION,
    GameRuns,
    chance_of,
    give_chooser,
    logistic,
    make_act,
    make_anchor,
    make_game,
    make_payoff,
    make_valued,
    pick,
    plain,
    weigh,
)

from crossroads.analysis import payoffs, stored
from crossroads.analysis.preparation import play_game
from crossroads.analysis.strategies import (
    QUANTAL,
    Reading,
    Rules,
    find_points,
    fit_constants,
    is_played,
    read_otherwise,
    solve_strategies,
)
from crossroads.case.records import HISTORY
from crossroads.errors import WeighingError

GANG = make_payoff(values=(make_valued(worst=0, best=10),), precision=0.25)
"""Each death is worth a point to the gang."""


def solve(case, tell=plain, past=None, reading=QUANTAL, failed=(), **more):
    runs = GameRuns(case, tell, failed=failed)
    weights = weigh(runs, past)
    return solve_strategies(runs, case, weights, reading=reading, **more), weights


def read(game, weights, option, reaction):
    return game.chances[pick(weights, option, reaction)]


def test_who_moves_first_plays_what_is_better_for_it_the_likelier_the_more():
    found, weights = solve(make_game())
    (game,) = found.games
    odds = PRECISION * 10  # ten deaths more where it protests against force; the gang plays its mix
    assert chance_of(game, weights, "force", "agree") == pytest.approx(np.full(64, logistic(odds)))
    assert chance_of(game, weights, "now", "agree") == pytest.approx(np.full(64, 0.5))
    assert read(game, weights, "force", "agree+hit") == pytest.approx(np.full(64, logistic(odds) / 2))


def test_who_moves_last_answers_what_was_played_and_is_expected_to():
    def tell(option, opening, answer, _):
        extra = {("agree", "hit"): 4.0, ("protest", "hit"): -6.0, ("protest", "hold"): 3.0}
        return 100.0 + (option == "force") * extra.get((opening, answer), 0.0)

    found, weights = solve(make_game(gang=GANG), tell)
    (game,) = found.games
    hit_agreed, hit_protested = logistic(0.25 * 4), logistic(0.25 * -9)
    worth = -4 * hit_agreed + (-6 * hit_protested + 3 * (1 - hit_protested))  # of agreeing over protesting
    agree = logistic(PRECISION * worth)
    known = {
        "agree+hit": agree * hit_agreed,
        "agree+hold": agree * (1 - hit_agreed),
        "protest+hit": (1 - agree) * hit_protested,
        "protest+hold": (1 - agree) * (1 - hit_protested),
    }
    for reaction, chance in known.items():
        assert read(game, weights, "force", reaction) == pytest.approx(np.full(64, chance))


def test_moves_that_make_no_sense_are_not_played():
    found, weights = solve(make_game(gang=GANG))
    assert chance_of(found.games[0], weights, "care", "agree") == pytest.approx(np.ones(64))
    assert [weights.reactions[one] for option, one in weights.pairs if option == 2] == ["agree+hold", "agree+hit"]


def test_precision_and_values_vary_with_the_future_and_beliefs_do_not():
    state = make_payoff(precision="size", values=(make_valued(weight="noise"),))
    case = make_game(state)
    runs = GameRuns(case, plain)
    found, weights = solve(case)
    odds = runs.futures.column("size") * runs.futures.column("noise")
    assert chance_of(found.games[0], weights, "force", "agree") == pytest.approx(logistic(odds))


def test_who_moves_first_expects_the_average_of_those_who_follow_and_not_their_mood():
    gang = make_payoff(values=(make_valued(worst=0, best=10),), precision="noise")
    case = make_game(gang=gang)

    def tell(option, opening, answer, _):
        return 100.0 + 4 * (option == "force" and (opening, answer) == ("agree", "hit"))

    runs = GameRuns(case, tell)
    weights = weigh(runs)
    (game,) = solve_strategies(runs, case, weights).games
    mood = logistic(4 * runs.futures.column("noise"))
    agree = logistic(PRECISION * -4 * mood.mean())
    assert chance_of(game, weights, "force", "agree") == pytest.approx(np.full(64, agree))
    assert read(game, weights, "force", "agree+hit") == pytest.approx(agree * mood)
    assert np.ptp(read(game, weights, "force", "agree+hit")) > 0.05


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_constants_meet_the_base_rate_over_futures_and_options_of_the_mix(share):
    case = make_game(make_payoff(precision="size"), anchors={"even": make_anchor(share)})
    found, weights = solve(case)
    both = [chance_of(found.games[0], weights, option, "agree") for option in ("now", "force")]
    assert np.mean(both) == pytest.approx(share, abs=1e-6)
    assert np.mean(both[1]) > np.mean(both[0])
    assert list(found.constants) == ["even"]


def test_a_base_rate_with_one_option_is_a_closed_form():
    case = make_game(anchors={"even": make_anchor(0.2)})
    case = case.model_copy(update={"options": (case.options[0], case.options[2])})
    found, weights = solve(case)
    assert found.constants["even"] == pytest.approx(np.log(0.2 / 0.8) / PRECISION, abs=1e-5)
    assert chance_of(found.games[0], weights, "now", "agree") == pytest.approx(np.full(64, 0.2), abs=1e-6)


def test_constants_are_kept_when_beliefs_change_and_the_game_is_solved_again():
    def tell(option, opening, _, given):
        return 100.0 + (option == "force") * (opening == "protest") * 8 * given.size

    case = make_game(anchors={"even": make_anchor(0.3)})
    runs = GameRuns(case, tell)
    lesson = np.linspace(0, 2, 64)
    found, weights = solve(case, tell, past=lesson)
    assert weights.views == ("mixture", "calm", "grim", HISTORY)
    assert found.played == (0, 0, 0, 1)
    worth = (8 * runs.futures.column("size")).astype(np.float32)
    for game, expected in zip(found.games, (worth.mean(), np.average(worth, weights=lesson)), strict=True):
        odds = PRECISION * (expected + found.constants["even"])
        assert chance_of(game, weights, "force", "agree") == pytest.approx(np.full(64, logistic(odds)), rel=1e-5)
    assert found.constants == solve(case, tell)[0].constants
    assert solve(case, tell)[0].played == (0, 0, 0)


def test_constants_that_are_given_are_not_fitted():
    case = make_game(anchors={"even": make_anchor(0.3)})
    found, weights = solve(case, constants={"even": 2.0})
    assert found.constants == {"even": 2.0}
    assert chance_of(found.games[0], weights, "now", "agree") == pytest.approx(np.full(64, logistic(2 * PRECISION)))


def test_a_base_rate_that_no_points_can_meet_leaves_the_game_unsolved():
    case = make_game(make_payoff(precision=0), anchors={"even": make_anchor(0.3)})
    found, weights = solve(case)
    assert np.isnan(found.constants["even"])
    assert found.games[0].unsolved[:2].all()
    assert chance_of(found.games[0], weights, "force", "agree") == pytest.approx(np.full(64, 0.5))  # its mix


def test_a_stance_fixed_by_hand_is_played_and_the_others_answer_it():
    case = make_game(gang=GANG)
    found, weights = solve(case, reading=Reading(fixed={"state": "protest"}))
    (game,) = found.games
    assert chance_of(game, weights, "force", "protest") == pytest.approx(np.ones(64))
    assert read(game, weights, "force", "protest+hit") == pytest.approx(np.full(64, logistic(0.25 * 4)))
    free = solve(case)[0].games[0]
    assert read(game, weights, "care", "agree+hit") == pytest.approx(read(free, weights, "care", "agree+hit"))


def test_who_moves_first_knows_what_is_fixed_later():
    def tell(option, opening, answer, _):
        return 100.0 + 6.0 * (option == "force") * (opening == "agree") * (answer == "hit")

    found, weights = solve(make_game(gang=GANG), tell, reading=Reading(fixed={"gang": "hit"}))
    assert chance_of(found.games[0], weights, "force", "agree") == pytest.approx(np.full(64, logistic(-3)))


def test_who_plays_for_nothing_and_cannot_play_what_is_fixed_plays_its_mix():
    case = make_game()
    even, quiet = case.mixes
    calm = quiet.model_copy(update={"shares": {"state": {"agree": 1.0}, "gang": {"hold": 1.0}}})
    case = case.model_copy(update={"mixes": (even, calm)})
    found, weights = solve(case, reading=Reading(fixed={"gang": "hit"}))
    assert read(found.games[0], weights, "care", "agree+hold") == pytest.approx(np.ones(64))
    assert read(found.games[0], weights, "now", "agree+hold") == pytest.approx(np.zeros(64))


@pytest.mark.parametrize(
    ("fixed", "says"), [({"king": "agree"}, "no actor king"), ({"state": "hit"}, "state has no move hit")]
)
def test_what_cannot_be_fixed_is_refused_with_what_there_is(fixed, says):
    with pytest.raises(WeighingError, match=says):
        solve(make_game(), reading=Reading(fixed=fixed))


def test_the_best_answer_is_played_alone_and_equals_share_alike():
    found, weights = solve(make_game(gang=GANG), reading=Reading("best"))
    (game,) = found.games
    assert read(game, weights, "force", "agree+hit").tolist() == [1.0] * 64
    assert chance_of(game, weights, "now", "agree").tolist() == [0.5] * 64
    assert read(game, weights, "care", "agree+hit").tolist() == [1.0] * 64


def test_the_cautious_reading_is_the_one_reaction_that_is_worst_for_the_chooser():
    found, weights = solve(give_chooser(make_game(gang=GANG)), reading=Reading("cautious"))
    (game,) = found.games
    assert read(game, weights, "force", "protest+hit").tolist() == [1.0] * 64
    assert read(game, weights, "care", "agree+hit").tolist() == [1.0] * 64
    assert game.chances.sum(axis=0).tolist() == [3.0] * 64


def test_what_is_fixed_stays_so_in_the_cautious_reading():
    reading = Reading("cautious", {"state": "agree"})
    found, weights = solve(give_chooser(make_game(gang=GANG)), reading=reading)
    assert read(found.games[0], weights, "force", "agree+hit").tolist() == [1.0] * 64


def test_a_cautious_reading_without_a_chooser_and_a_best_answer_without_payoffs_are_refused():
    with pytest.raises(WeighingError, match="chooser"):
        solve(make_game(), reading=Reading("cautious"))
    with pytest.raises(WeighingError, match="no best answer"):
        solve(make_case(), reading=Reading("best"))


def test_the_judged_reading_is_the_mix_exactly():
    case = make_game(gang=GANG, anchors={"even": make_anchor(0.3)})
    found, weights = solve(case, reading=Reading("judged"))
    mix = weights.mix[tuple(weights.pairs.T)]
    assert found.games[0].chances == pytest.approx(np.repeat(mix[:, None], 64, axis=1), abs=1e-15)
    played = weights.play([found.games[0].chances], found.played)
    np.testing.assert_allclose(played.shares[0].run, weights.shares[0].run, rtol=1e-14)


def test_games_that_are_not_solved_are_answered_by_the_mix_and_counted():
    found, weights = solve(make_game(gang=GANG), failed=(("force", "protest+hit"),))
    (game,) = found.games
    assert game.unsolved.sum(axis=1).tolist() == [0, 64, 0]
    assert read(game, weights, "force", "agree+hit") == pytest.approx(np.full(64, 0.25))
    assert np.isfinite(game.chances).all()


def test_actors_of_one_turn_move_at_the_same_time():
    case = make_game(gang=GANG)
    case = case.model_copy(
        update={"actors": tuple(one.model_copy(update={"order": 1}) for one in reversed(case.actors))}
    )

    def tell(option, opening, answer, _):
        return 100.0 + (option == "force") * (6.0 * (opening == answer.replace("hit", "agree")) - 3.0)

    found, weights = solve(case, tell)
    (game,) = found.games
    agree, hit = chance_of(game, weights, "force", "agree"), np.zeros(64)
    for reaction in ("agree+hit", "protest+hit"):
        hit = hit + read(game, weights, "force", reaction)
    assert read(game, weights, "force", "agree+hit") == pytest.approx(agree * hit)
    assert agree == pytest.approx(logistic(PRECISION * -6 * hit), abs=1e-9)
    assert hit == pytest.approx(logistic(0.25 * 6 * agree), abs=1e-9)
    assert game.residual < 1e-9


def test_other_readings_of_the_same_game_leave_out_its_own():
    case = give_chooser(make_game(gang=GANG))
    runs = GameRuns(case, plain)
    weights = weigh(runs)
    every = ("quantal", "best", "cautious", "judged")
    found = solve_strategies(runs, case, weights)
    others = read_otherwise(runs, case, weights, found, every)
    assert list(others) == ["best", "cautious", "judged"]
    for how, chances in others.items():
        alone = solve_strategies(runs, case, weights, reading=Reading(how)).games[0].chances
        np.testing.assert_array_equal(chances, alone)
    best = solve_strategies(runs, case, weights, reading=Reading("best", {"gang": "hold"}))
    others = read_otherwise(runs, case, weights, best, every)
    assert list(others) == ["quantal", "cautious", "judged"]
    assert all(chances[pick(weights, "care", "agree+hit")].max() == 0 for chances in others.values())


def test_without_a_chooser_no_reaction_is_worst_and_the_reading_is_left_out():
    case = make_game()
    runs = GameRuns(case, plain)
    found = solve_strategies(runs, case, weigh(runs))
    assert list(read_otherwise(runs, case, weigh(runs), found, ("best", "cautious"))) == ["best"]


def test_a_case_in_which_nobody_plays_for_anything_is_weighed_by_its_mixes():
    case = make_case()
    runs = FakeRuns(case)
    weights = weigh(runs)
    assert not is_played(case)
    assert play_game(runs, case, weights) == (weights, None)
    played, found = play_game(runs, case, weights, Rules(reading=Reading(fixed={"state": "agree"})))
    assert found is not None
    assert played.shares[0].stance[:, weights.stances.index("protest")].max() == 0


def rename_actor(one, moves):
    acts = tuple(act.model_copy(update={"moves": tuple(moves[move] for move in act.moves)}) for act in one.payoff.acts)
    turned = tuple(move.model_copy(update={"id": moves[move.id]}) for move in reversed(one.moves))
    return one.model_copy(update={"moves": turned, "payoff": one.payoff.model_copy(update={"acts": acts})})


def rename_mix(mix, moves):
    shares = {actor: {moves[move]: share for move, share in own.items()} for actor, own in mix.shares.items()}
    anchors = {
        actor: anchor.model_copy(update={"moves": tuple(moves[move] for move in anchor.moves)})
        for actor, anchor in mix.anchors.items()
    }
    return mix.model_copy(update={"shares": shares, "anchors": anchors})


def rename(case, moves):
    """The same case with other ids of moves, and each actor's moves the other way round."""
    actors = tuple(rename_actor(one, moves) for one in case.actors)
    return case.model_copy(update={"actors": actors, "mixes": tuple(rename_mix(mix, moves) for mix in case.mixes)})


def test_other_names_and_another_order_of_moves_change_no_number():
    moves = {"agree": "zeal", "protest": "anger", "hold": "wait", "hit": "act"}
    back = {new: old for old, new in moves.items()}
    state = make_payoff(precision="size", acts=(make_act(("protest",), "noise"),))
    case = make_game(state, GANG, anchors={"even": make_anchor(0.3)})
    found, weights = solve(case)
    other, turned = solve(
        rename(case, moves), lambda option, opening, answer, _: plain(option, back[opening], back[answer], _)
    )
    assert other.constants == found.constants
    for option, reaction in weights.pairs:
        name = weights.reactions[reaction]
        new = "+".join(moves[move] for move in name.split("+"))
        mine, its = (
            read(one.games[0], held, weights.options[option], called)
            for one, held, called in ((found, weights, name), (other, turned, new))
        )
        np.testing.assert_allclose(its, mine, rtol=1e-12)


def test_neither_threads_nor_the_order_of_options_change_a_byte(monkeypatch):
    state = make_payoff(precision="size", values=(make_valued(), make_valued("trust", weight="noise")))
    case = make_game(state, GANG, anchors={"even": make_anchor(0.3)}, known=("shape",))
    whole, weights = solve(case)
    for module, name, value in ((stored, "HELD_BYTES", 1), (stored, "SPOOLED_BYTES", 1), (stored, "READ_BYTES", 1)):
        monkeypatch.setattr(module, name, value)
    again, _ = solve(case)
    assert again.games[0].chances.tobytes() == whole.games[0].chances.tobytes()
    assert again.constants == whole.constants
    turned = case.model_copy(update={"options": (case.options[0], case.options[2], case.options[1])})
    other, held = solve(turned)
    for option, reaction in weights.pairs:
        place = weights.options[option], weights.reactions[reaction]
        np.testing.assert_array_equal(read(other.games[0], held, *place), read(whole.games[0], weights, *place))


def test_blocks_of_futures_change_no_chance(monkeypatch):
    case = make_game(make_payoff(precision="size"), GANG, anchors={"even": make_anchor(0.3)}, known=("size",))
    whole, _ = solve(case)
    monkeypatch.setattr(payoffs, "BLOCK", 5)
    np.testing.assert_allclose(solve(case)[0].games[0].chances, whole.games[0].chances, rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0.01, 0.99), spread=st.floats(0, 3), seed=st.integers(0, 9))
def test_points_added_to_the_odds_give_the_share_that_was_asked_for(share, spread, seed):
    rng = np.random.default_rng(seed)
    odds, precision = rng.normal(0, spread, 200), rng.uniform(0.1, 2, 200)
    points = find_points(odds, precision, share)
    assert logistic(odds + precision * points).mean() == pytest.approx(share, abs=1e-5)


def test_odds_that_nothing_moves_or_that_are_not_known_need_no_number():
    nothing = np.zeros(4)
    assert np.isnan(find_points(np.ones(4), nothing, 0.5))
    assert np.isnan(find_points(np.full(4, np.nan), np.ones(4), 0.5))
    assert np.isnan(find_points(np.full(4, np.inf), np.ones(4), 0.5))
    assert find_points(np.array([-2.0, np.nan]), np.ones(2), 0.5) == pytest.approx(2.0)


def test_only_mixes_with_a_base_rate_and_an_option_are_fitted():
    case = make_game(anchors={"even": make_anchor(0.3), "quiet": make_anchor(0.3)})
    case = case.model_copy(update={"options": case.options[:2]})
    runs = GameRuns(case, plain)
    weights = weigh(runs)
    assert list(fit_constants(solve_strategies(runs, case, weights).stakes, case, weights)) == ["even"]
