import numpy as np
import pytest
from made_up_game import GameRuns, give_chooser, make_act, make_game, make_payoff, make_valued, pick, plain, weigh

from crossroads.analysis import payoffs, stored
from crossroads.analysis.payoffs import expect_worth, weigh_stakes
from crossroads.errors import WeighingError
from crossroads.simulation.layout import build_inputs

EVERY = slice(None)


def by_size(option, *given):
    """Under care, eight more deaths where the size is one."""
    return 100 + 8 * (option == "care") * given[-1].size


def stake(runs, past=None, lessons=(None,)):
    weights = weigh(runs, past)
    return weigh_stakes(runs, runs.case, build_inputs(runs.case), weights, lessons), weights


def read_state(runs):
    (stakes,), weights = stake(runs)
    return stakes.payoffs[0].read(EVERY), weights


def test_actors_stand_in_the_order_of_play_and_who_plays_for_nothing_has_no_payoff():
    (stakes,), _ = stake(GameRuns(make_game(), plain))
    assert [actor.id for actor in stakes.actors] == ["state", "gang"]
    assert stakes.payoffs[1] is None


def test_points_are_those_of_the_change_from_the_baseline_under_its_mix():
    points, weights = read_state(GameRuns(make_game(), plain))
    known = {"now+agree+hold": 0, "force+agree+hold": 0, "force+agree+hit": -4, "force+protest+hold": -10}
    known |= {"force+protest+hit": -14, "care+agree+hold": 6, "care+agree+hit": 2}
    for name, value in known.items():
        option, _, reaction = name.partition("+")
        assert points[pick(weights, option, reaction)] == pytest.approx(value)
    assert points.shape[1] == 1


def test_the_mix_of_the_baseline_counts_by_its_shares():
    def tell(option, opening, *_):
        return 100.0 + 8.0 * (option == "now") * (opening == "protest")

    points, weights = read_state(GameRuns(make_game(), tell))
    assert points[pick(weights, "care", "agree+hold")] == pytest.approx(4.0)  # half of the states protest now
    assert points[pick(weights, "now", "protest+hit")] == pytest.approx(-4.0)


@pytest.mark.parametrize("view", [None, "calm", "grim"])
def test_an_actor_expects_by_its_own_view_and_not_by_the_future(view):
    runs = GameRuns(
        make_game(make_payoff(believes=view)), lambda option, *given: 100 + 8 * (option == "care") * given[-1].size
    )
    points, weights = read_state(runs)
    belief = weights.futures[weights.views.index(view or "mixture")]
    wanted = -np.average((8 * runs.futures.column("size")).astype(np.float32), weights=belief)
    assert points[pick(weights, "care", "agree+hit")] == pytest.approx([wanted], rel=1e-6)
    assert points.shape[1] == 1


def test_outcomes_are_read_at_the_horizon_of_the_actor():
    points, weights = read_state(GameRuns(make_game(make_payoff(horizon="far")), plain))
    assert points[pick(weights, "force", "protest+hold")] == pytest.approx(-20)


def test_several_values_add_up_each_by_its_weight():
    values = (make_valued(), make_valued("trust", worst=0, best=1, weight=3))
    points, weights = read_state(GameRuns(make_game(make_payoff(values=values)), plain))
    assert points[pick(weights, "force", "protest+hold")] == pytest.approx(-10 - 3 * 5)


def test_acts_count_for_their_moves_as_often_as_the_option_moves_the_lever():
    acts = (make_act(("protest",), 2.0), make_act(("agree",), -5.0, times="troops"))
    points, weights = read_state(GameRuns(make_game(make_payoff(values=(), acts=acts)), plain))
    known = {("now", "protest+hold"): 2, ("now", "agree+hit"): 0, ("force", "agree+hold"): -15}
    for (option, reaction), value in known.items():
        assert points[pick(weights, option, reaction)] == pytest.approx(value)


def test_weights_points_and_precision_may_be_those_of_each_future():
    payoff = make_payoff(precision="size", values=(make_valued(weight="noise"),), acts=(make_act(("agree",), "noise"),))
    runs = GameRuns(make_game(payoff), plain)
    (stakes,), weights = stake(runs)
    noise = runs.futures.column("noise")
    points = stakes.payoffs[0].read(EVERY)
    assert points[pick(weights, "force", "protest+hold")] == pytest.approx(-noise)
    assert points[pick(weights, "force", "agree+hold")] == pytest.approx(noise)
    assert stakes.precision[0] == pytest.approx(runs.futures.column("size"))


def level(column):
    """Rank from -1 to 1."""
    return 2 * (np.argsort(np.argsort(column)) + 0.5) / len(column) - 1


@pytest.mark.parametrize("power", [1, 2])
def test_what_an_actor_knows_it_expects_by_its_rank(power):
    runs = GameRuns(
        make_game(known=("size",)), lambda option, *given: 100 + 8 * (option == "care") * level(given[-1].size) ** power
    )
    points, weights = read_state(runs)
    wanted = -8 * level(runs.futures.column("size")) ** power
    assert points[pick(weights, "care", "agree+hold")] == pytest.approx(wanted, abs=1e-4)
    assert np.ptp(points[pick(weights, "force", "agree+hold")]) < 1e-4


def test_a_known_possibility_is_expected_as_it_is():
    runs = GameRuns(make_game(known=("shape",)), lambda option, *given: 100 + 8 * (option == "care") * given[-1].shape)
    points, weights = read_state(runs)
    assert points[pick(weights, "care", "agree+hold")] == pytest.approx(-8 * runs.futures.column("shape"), abs=1e-4)


def test_luck_that_nobody_knows_is_averaged():
    def tell(option, _opening, _answer, given):
        return 100 + (option == "care") * (8 * given.shape + given.noise)

    runs = GameRuns(make_game(known=("shape",)), tell, count=256)
    points, weights = read_state(runs)
    shape, noise = runs.futures.column("shape"), runs.futures.column("noise")
    for one in (0, 1):
        found = points[pick(weights, "care", "agree+hold")][shape == one]
        assert found == pytest.approx(-8 * one - noise[shape == one].mean(), abs=1e-4)


@pytest.mark.parametrize("known", [(), ("shape",)])
def test_failed_runs_say_nothing(known):
    def tell(option, *_given):
        return 100 + 8 * (option == "care") * (np.arange(64) >= 8)

    runs = GameRuns(make_game(known=known), tell, failed=(("care", "agree+hold", slice(8)),))
    points, weights = read_state(runs)
    assert points[pick(weights, "care", "agree+hold")] == pytest.approx(-8, abs=1e-5)
    assert points[pick(weights, "care", "agree+hit")].mean() == pytest.approx(-7, abs=0.2)


def test_a_pair_that_never_ended_well_is_not_known_and_harms_no_other():
    runs = GameRuns(make_game(), plain, failed=(("force", "agree+hit"), ("now", "agree+hold")))
    points, weights = read_state(runs)
    assert np.isnan(points[pick(weights, "force", "agree+hit")]).all()
    assert points[pick(weights, "force", "protest+hold")] == pytest.approx(-10)


def test_what_the_past_teaches_multiplies_what_everybody_believes():
    runs = GameRuns(
        make_game(make_payoff(believes="grim")), lambda option, *given: 100 + 8 * (option == "care") * given[-1].size
    )
    lesson = np.linspace(0, 2, 64)
    (plain_stakes, taught), weights = stake(runs, lessons=(None, lesson))
    belief = weights.futures[weights.views.index("grim")] * lesson
    wanted = -np.average((8 * runs.futures.column("size")).astype(np.float32), weights=belief)
    place = pick(weights, "care", "agree+hit")
    assert taught.payoffs[0].read(EVERY)[place] == pytest.approx([wanted], rel=1e-6)
    assert taught.beliefs[0] == pytest.approx(belief / belief.mean())
    assert plain_stakes.payoffs[0].read(EVERY)[place] != pytest.approx([wanted], rel=1e-3)


def test_each_outcome_is_read_once_for_all_who_value_it(monkeypatch):
    read = []
    before = stored.Table.spool
    monkeypatch.setattr(stored.Table, "spool", lambda self, name: read.append(name) or before(self, name))
    gang = make_payoff(horizon="far", values=(make_valued(worst=0, best=10), make_valued("trust")))
    stake(GameRuns(make_game(gang=gang), plain), lessons=(None, np.linspace(0.5, 1.5, 64)))
    assert read == ["deaths", "trust"]


def test_blocks_of_futures_change_nothing(monkeypatch):
    case = make_game(known=("size", "shape"))

    def tell(option, _opening, _answer, given):
        return 100 + (option == "care") * 9 * given.size * given.noise

    runs = GameRuns(case, tell, failed=(("care", "agree+hold", slice(5)),))
    whole, _ = read_state(runs)
    monkeypatch.setattr(payoffs, "BLOCK", 7)
    assert read_state(runs)[0] == pytest.approx(whole, rel=1e-9, abs=1e-12)


def test_the_worth_to_the_chooser_is_that_of_its_weights_over_its_scales():
    runs = GameRuns(give_chooser(make_game()), plain)
    worth, weights = expect_worth(runs, runs.case, weigh(runs)), weigh(runs)
    assert worth[pick(weights, "force", "protest+hit")] == pytest.approx(100 * 2 / 4 * -14 / 100)
    assert worth[pick(weights, "care", "agree+hold")] == pytest.approx(100 * 2 / 4 * 6 / 100)


def test_without_a_chooser_or_scales_nothing_is_worst():
    runs = GameRuns(make_game(), plain)
    with pytest.raises(WeighingError, match="names no chooser"):
        expect_worth(runs, runs.case, weigh(runs))
    runs = GameRuns(make_game(chooser="town"), plain)
    with pytest.raises(WeighingError, match="No outcome that Town weighs has a scale"):
        expect_worth(runs, runs.case, weigh(runs))
