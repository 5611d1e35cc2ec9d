import numpy as np
import pytest
from made_up import make_replicates

from crossroads.analysis.factors import Question, build_features, weigh_factors
from crossroads.case.distributions import Categorical, Uniform
from crossroads.case.records import Factor, Uncertainty

COUNT = 2048
OPTIONS = ("now", "force", "care")
NEAR = "near"


def number(name):
    shape = Uniform(kind="uniform", low=0, high=1)
    return Uncertainty(id=name, name=name, meaning=name, unit="1", contested="low", distribution=shape)


def choice(name, *names):
    shape = Categorical(kind="categorical", shares=dict.fromkeys(names, 1 / len(names)))
    return Uncertainty(id=name, name=name, meaning=name, unit="choice", contested="low", distribution=shape)


UNCERTAIN = (number("chance"), number("size"), choice("cause", "war", "trade", "none"), number("idle"), number("vain"))
PAIR = Factor(id="shock", name="Shock", meaning="Together.", of=("chance", "size"))
CAUSE = Factor(id="reason", name="Reason", meaning="Together.", of=("cause",))
IDLE = Factor(id="nothing", name="Nothing", meaning="Together.", of=("idle", "vain"))
ALONE = Factor(id="alone", name="Alone", meaning="By itself.", of=("chance",))


def draw(seed=5, count=COUNT):
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [rng.random(count), rng.random(count), rng.integers(0, 3, count), rng.random(count), rng.random(count)]
    )


def ask(force, care=0.0, sign=-1.0):
    """What is asked of an outcome of which less is better, with these changes under two options."""
    change = np.zeros((len(force), 3, 1))
    change[:, 1, 0], change[:, 2, 0] = force, care
    return Question(change, sign, OPTIONS, [NEAR])


def weigh(values, question, *factors):
    return weigh_factors(values, UNCERTAIN, factors, question, make_replicates(len(values)))


def at(found, factor="shock", option="force"):
    return found.sel(factor=factor, option=option, horizon=NEAR)


def test_shares_of_a_sum_and_a_product_have_their_closed_form():
    values, noise = draw(), np.random.default_rng(9).normal(0, 0.3, COUNT)
    chance, size, cause = values.T[:3]
    effect = np.array([0.0, 0.4, -0.2])[cause.astype(int)]
    found = weigh(values, ask(2 * chance + size + 3 * chance * size + effect + noise), PAIR, CAUSE, IDLE)
    pair = ((2 + 1.5) ** 2 + (1 + 1.5) ** 2) / 12 + 3**2 / 144
    reason = np.var([0.0, 0.4, -0.2])
    whole = pair + reason + 0.3**2
    for name, wanted in (("shock", pair / whole), ("reason", reason / whole), ("nothing", 0.0)):
        one = at(found, name)
        assert abs(float(one["share"]) - wanted) < 3 * float(one["share_error"]) + 0.01
    assert found["clear"].sel(option="force", horizon=NEAR).to_numpy().tolist() == [True, True, False]


def test_a_product_without_a_sum_is_a_share_of_its_own():
    values = draw()
    chance, size = values.T[:2]
    found = at(weigh(values, ask((chance - 0.5) * (size - 0.5)), PAIR))
    assert float(found["share"]) == pytest.approx(1.0, abs=1e-9)
    assert found["clear"]
    assert float(found["low"]) < 0 < float(found["high"])
    assert found["turns"]


def test_the_joint_ends_of_a_sum_are_the_thirds_along_it():
    values = draw()
    target = values[:, 0] + values[:, 1]
    found = at(weigh(values, ask(target), PAIR))
    ordered = np.sort(target)
    third = COUNT // 3
    assert float(found["low"]) == pytest.approx(ordered[:third].mean(), abs=0.02)
    assert float(found["high"]) == pytest.approx(ordered[-third:].mean(), abs=0.02)
    assert float(found["swing"]) == pytest.approx(float(found["high"] - found["low"]))


@pytest.mark.parametrize("seed", range(12))
def test_noise_alone_is_never_ranked_and_its_share_is_nothing(seed):
    values = draw(seed, 512)
    luck = np.random.default_rng(100 + seed).standard_cauchy(512).clip(-20, 20)
    found = weigh(values, ask(luck), PAIR, CAUSE, IDLE)
    assert not found["clear"].any()
    share, error = (found[name].sel(option="force").to_numpy() for name in ("share", "share_error"))
    assert (np.abs(share) < 4 * error + 0.01).all()


def test_luck_lowers_the_share_and_leaves_the_ends():
    values = draw()
    effect, luck = values[:, 0] + values[:, 1], np.random.default_rng(1).normal(0, 1, COUNT)
    calm, wild = (at(weigh(values, ask(target), PAIR)) for target in (effect, effect + luck))
    assert float(wild["share"]) == pytest.approx((1 / 6) / (1 / 6 + 1), abs=0.04)
    assert float(calm["share"]) == pytest.approx(1)
    assert abs(float(wild["swing"] - calm["swing"])) < 3 * float(wild["swing_error"])


def test_a_sign_that_turns_between_the_ends_is_told_and_one_that_does_not_is_not():
    values = draw()
    across, above = values[:, 0] + values[:, 1] - 1, values[:, 0] + values[:, 1] + 1
    found = weigh(values, ask(across, above), PAIR)
    assert found["turns"].sel(factor="shock", horizon=NEAR).to_numpy().tolist() == [False, True, False]


def test_the_best_option_turns_where_each_beats_the_other_at_its_own_end():
    values = draw()
    effect = values[:, 0] + values[:, 1]
    found = at(weigh(values, ask(effect, np.full(COUNT, 1.0) + 0.1 * values[:, 3]), PAIR, IDLE))
    assert str(found["best_low"].values) == "now"  # less is better, and nothing is less than no change
    less = at(weigh(values, ask(-2 * effect, np.full(COUNT, -2.0)), PAIR))
    assert (str(less["best_low"].values), str(less["best_high"].values)) == ("force", "care")
    assert less["best_turns"]
    more = at(weigh(values, ask(-2 * effect, np.full(COUNT, -2.0), sign=1.0), PAIR))
    assert (str(more["best_low"].values), str(more["best_high"].values)) == ("now", "now")
    assert not more["best_turns"]


def test_members_say_which_way_they_lie_at_the_high_end():
    values = draw()
    effect = np.array([0.0, 1.0, 5.0])[values[:, 2].astype(int)]
    found = weigh(values, ask(values[:, 0] - values[:, 1], effect), PAIR, CAUSE).sel(horizon=NEAR)
    lean = found["lean"].sel(option="force")
    assert float(lean.sel(member="chance")) == pytest.approx(-float(lean.sel(member="size")), abs=0.05)
    assert 0.5 < float(lean.sel(member="chance")) < 0.9
    cause = found.sel(option="care", member="cause")
    assert (str(cause["lean_low"].values), str(cause["lean_high"].values)) == ("war", "none")


def test_one_number_alone_has_its_own_thirds_as_ends():
    values = draw()
    found = at(weigh(values, ask(-values[:, 0]), ALONE), "alone")
    assert float(found["low"]) == pytest.approx(-1 / 6, abs=0.02)
    assert float(found["high"]) == pytest.approx(-5 / 6, abs=0.02)
    assert found["clear"]
    assert float(found["lean"].sel(member="chance")) == pytest.approx(1, abs=0.02)


def test_an_option_that_does_nothing_has_no_share_and_one_that_did_not_run_no_number():
    values = draw()
    found = weigh(values, ask(np.zeros(COUNT), np.full(COUNT, np.nan)), PAIR, CAUSE)
    idle, missing = (at(found, option=option) for option in ("force", "care"))
    assert (float(idle["share"]), float(idle["swing"])) == (0, 0)
    assert np.isnan(missing["share"])
    assert str(missing["best_low"].values) == ""
    assert not found["clear"].any()


def test_failed_futures_are_passed_over():
    values = draw()
    target = values[:, 0] + values[:, 1] + np.random.default_rng(2).normal(0, 0.2, COUNT)
    holes = np.where(np.arange(COUNT) % 7 == 0, np.nan, target)
    whole, part = (at(weigh(values, ask(one), PAIR)) for one in (target, holes))
    assert float(part["share"]) == pytest.approx(float(whole["share"]), abs=0.02)
    assert float(part["low"]) == pytest.approx(float(whole["low"]), abs=0.03)


def test_where_futures_are_few_products_are_left_out_and_then_nothing_is_said():
    members = [(UNCERTAIN[place], column) for place, column in ((0, 0), (1, 1), (3, 3))]
    for count, wanted in ((64, 6), (40, 3)):
        values = draw(count=count)
        assert build_features([(one, values[:, column]) for one, column in members]).shape == (count, wanted)
    values, three = draw(count=16), PAIR.model_copy(update={"of": ("chance", "size", "idle")})
    assert np.isnan(at(weigh(values, ask(values[:, 0]), three))["share"])


def test_what_never_varies_is_no_feature():
    values = draw()
    fixed = np.full(COUNT, 3.0)
    assert build_features([(UNCERTAIN[0], values[:, 0]), (UNCERTAIN[1], fixed)]).shape == (COUNT, 1)


def test_other_units_and_another_order_of_options_change_no_finding():
    values = draw()
    force = values[:, 0] - values[:, 1] + np.random.default_rng(3).normal(0, 0.5, COUNT)
    care = values[:, 2] - 1.0
    plain = weigh(values, ask(force, care), PAIR, CAUSE)
    scaled = weigh(values * [100, 1, 1, 1, 1], ask(1000 * force, 1000 * care), PAIR, CAUSE)
    np.testing.assert_allclose(scaled["share"], plain["share"], atol=1e-9)
    np.testing.assert_allclose(scaled["low"], 1000 * plain["low"], rtol=1e-6)
    turned = Question(ask(force, care).change[:, ::-1], -1.0, OPTIONS[::-1], [NEAR])
    other = weigh(values, turned, PAIR, CAUSE).sel(option=list(OPTIONS))
    np.testing.assert_allclose(other["swing"], plain["swing"], atol=1e-12)
    assert (other["turns"] == plain["turns"]).all()


def test_without_factors_there_is_nothing():
    values = draw(count=64)
    assert weigh(values, ask(values[:, 0])).sizes == {}
