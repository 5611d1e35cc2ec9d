import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from made_up import make_condition, make_outcome, make_stakeholder
from made_up_values import LESS, Stored, scale, scaled_case
from ruamel.yaml import YAML

from crossroads.analysis import joining
from crossroads.analysis.compromise import RULES
from crossroads.analysis.scales import tell_scale, value_change
from crossroads.analysis.values import (
    BASES,
    DRAWS,
    EVERY,
    FEWER,
    LIMITED,
    MEASURED,
    list_valued,
    list_weighing,
    measure_tau,
)
from crossroads.case.records import Stakeholder

SAVES = {"deaths": np.array([[0.0], [-5.0], [0.0]]), "trust": np.array([[0.0], [-10.0], [2.0]])}
"""Force saves lives and costs trust, care wins some: to town 0.5, 3/4 * 3/4 = 0.5625 and 3/8 + 0.6/4 = 0.525."""
UP = {"worst": 0.0, "best": 10.0}


def pick(worths, view="mixture", stakeholder="town", basis=EVERY):
    return worths.people.sel(view=view, stakeholder=stakeholder, basis=basis)


def list_firsts(cell):
    return cell["first"].values.tolist()


def test_who_weighs_by_known_numbers_puts_first_what_is_worth_most_by_hand():
    cell = pick(Stored(scaled_case(), SAVES).weigh())
    assert list_firsts(cell) == [0, 1, 0]
    assert cell["ranks"].transpose("option", "place").values.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert cell["wins"].sel(option="care", other="now") == 1
    assert float(cell["entropy"]) == 0
    assert float(cell["choices"]) == 1
    assert (float(cell["draws"]), float(cell["effective"])) == (DRAWS, pytest.approx(64, rel=1e-3))


def test_what_a_change_is_worth_is_said_by_the_scale_of_the_case():
    wide = scaled_case(deaths={"worst": 100.0, "best": -100.0})
    # Five lives are now worth 0.025: force 3/4 * 0.525, care 0.525, now 0.5.
    assert list_firsts(pick(Stored(wide, SAVES).weigh())) == [0, 0, 1]


def test_each_stakeholder_reads_at_its_own_horizon():
    case = scaled_case(
        stakeholders=(
            make_stakeholder("soon", weights={"lives": 1}),
            make_stakeholder("late", weights={"lives": 1}, horizon="far"),
        ),
    )
    deaths = case.outcomes[0].model_copy(update={"scales": {**scale(**LESS), "far": scale(-10, 10)["far"]}})
    worths = Stored(case.model_copy(update={"outcomes": (deaths, *case.outcomes[1:])}), SAVES).weigh()
    assert list_firsts(pick(worths, stakeholder="soon")) == [0, 1, 0]
    assert list_firsts(pick(worths, stakeholder="late")) == [0.5, 0, 0.5]
    assert worths.people["own_horizon"].values.tolist() == ["near", "far"]


def test_each_draw_takes_its_own_future():
    luck = np.where(np.arange(64) % 2, 1.0, -1.0)
    cell = pick(Stored(scaled_case(), {"deaths": np.array([0 * luck, 5 * luck, -5 * luck])}).weigh())
    np.testing.assert_allclose(list_firsts(cell), [0, 0.5, 0.5], atol=0.002)
    assert float(cell["choices"]) == pytest.approx(2, rel=1e-3)
    assert float(cell["wins"].sel(option="force", other="care")) == pytest.approx(0.5, abs=0.002)


def test_views_weigh_the_futures():
    good = np.arange(256) // 32 % 2 == 0
    beliefs = np.array([1.5 * good + 0.5 * ~good, 2.0 * good])
    changes = {"deaths": np.array([0.0 * good, np.where(good, -5, 5), np.where(good, 5, -5)])}
    worths = Stored(scaled_case(), changes, count=256, beliefs=beliefs).weigh()
    firsts = [float(pick(worths, view)["first"].sel(option="force")) for view in ("mixture", "calm", "grim")]
    np.testing.assert_allclose(firsts, [0.5, 0.75, 1.0], atol=0.002)
    assert [float(pick(worths, view)["effective"]) for view in ("mixture", "grim")] == pytest.approx([256, 128], 1e-2)
    assert [float(pick(worths, view)["draws"]) for view in ("mixture", "grim")] == [DRAWS, FEWER]


def test_a_view_that_plays_another_game_has_its_own_values():
    stored = Stored(scaled_case(), {"deaths": np.zeros((3, 4, 64))})
    stored.changes["deaths"][1, :2], stored.changes["deaths"][1, 2:] = -5, 5  # force helps where the state agrees
    held = stored.weights
    agrees = held.pairs[:, 1] < 2
    options = held.pairs[:, 0]
    chances = [np.where(agrees == side, 0.5, 0.0)[:, None] for side in (True, False)]
    for chance in chances:
        chance[options == 2] = stored.weights.mix[2][held.pairs[options == 2, 1]][:, None]
    worths = stored.weigh(held.play(chances, (0, 0, 1)))
    assert list_firsts(pick(worths, "mixture")) == [0, 1, 0]
    assert list_firsts(pick(worths, "calm")) == [0, 1, 0]
    assert list_firsts(pick(worths, "grim")) == [0.5, 0, 0.5]


def test_reactions_are_averaged_in_each_future_before_anything_is_valued():
    stored = Stored(scaled_case(), {"deaths": np.zeros((3, 4, 64))})
    # Past the scale nothing counts: valued run by run, force would be worth (1 + 0) / 2, as much as now.
    stored.changes["deaths"][1, :2], stored.changes["deaths"][1, 2:] = -30, 20
    assert list_firsts(pick(stored.weigh())) == [0, 1, 0]


def test_an_option_past_a_limit_comes_last_whatever_it_is_worth():
    town = make_stakeholder("town", weights={"lives": 3, "faith": 1}, accepts=(make_condition("trust", at_least=-5.0),))
    bold = make_stakeholder("bold", weights={"lives": 3, "faith": 1})
    worths = Stored(scaled_case(stakeholders=(town, bold)), SAVES).weigh()
    assert list_firsts(pick(worths)) == [0, 1, 0]
    limited = pick(worths, basis=LIMITED)
    assert list_firsts(limited) == [0, 0, 1]
    assert limited["ranks"].sel(option="force").values.tolist() == [0, 0, 1]
    for name in ("first", "wins", "draws"):  # who sets no limit is the same with and without
        np.testing.assert_array_equal(
            pick(worths, stakeholder="bold")[name], pick(worths, stakeholder="bold", basis=LIMITED)[name]
        )


def test_where_every_option_is_past_a_limit_value_decides_again():
    town = make_stakeholder("town", weights={"lives": 1}, accepts=(make_condition("trust", "zero", at_least=1000.0),))
    assert list_firsts(pick(Stored(scaled_case(stakeholders=(town,)), SAVES).weigh(), basis=LIMITED)) == [0, 1, 0]


def test_without_indices_what_only_they_say_counts_for_nothing():
    town = make_stakeholder("town", weights={"lives": 1, "order": 3})
    plain = make_stakeholder("plain", weights={"lives": 1, "faith": 1})
    changes = {"deaths": np.array([[0.0], [-5.0], [0.0]]), "score": np.array([[0.0], [0.0], [5.0]])}
    worths = Stored(scaled_case(stakeholders=(town, plain)), changes).weigh()
    assert list_firsts(pick(worths)) == [0, 0, 1]
    assert list_firsts(pick(worths, basis=MEASURED)) == [0, 1, 0]
    np.testing.assert_array_equal(
        pick(worths, stakeholder="plain")["ranks"], pick(worths, stakeholder="plain", basis=MEASURED)["ranks"]
    )
    assert worths.people["basis"].values.tolist() == list(BASES)


def test_an_option_that_did_not_run_has_no_numbers_and_takes_no_place():
    failed = np.zeros((3, 64), dtype=bool)
    failed[1] = True
    worths = Stored(scaled_case(), SAVES, failed=failed).weigh()
    cell = pick(worths)
    assert np.isnan(cell["first"].sel(option="force"))
    assert np.isnan(cell["wins"].sel(option="force")).all()
    assert np.isnan(cell["wins"].sel(other="force")).all()
    assert [float(cell["first"].sel(option=name)) for name in ("now", "care")] == [0, 1]
    assert worths.methods["place"].sel(stakeholder="town", option="force").values.tolist() == [0, 0, 0, 0]
    assert np.isnan(worths.anybody["first"].sel(option="force")).all()


def test_an_option_that_failed_in_some_futures_is_ranked_in_the_others():
    failed = np.zeros((3, 64), dtype=bool)
    failed[1, :8] = True
    cell = pick(Stored(scaled_case(), SAVES, failed=failed).weigh())
    assert float(cell["first"].sel(option="force")) == 1
    assert float(cell["first"].sel(option="care")) == pytest.approx(8 / 64, abs=1e-3)


def test_an_option_that_did_not_run_takes_no_place_even_where_nothing_weighed_is_modelled():
    failed = np.zeros((3, 64), dtype=bool)
    failed[1] = True
    dreamer = make_stakeholder("dreamer", weights={"beauty": 1})
    cell = pick(Stored(scaled_case(stakeholders=(dreamer,)), SAVES, failed=failed).weigh(), stakeholder="dreamer")
    assert [float(cell["first"].sel(option=name)) for name in ("now", "care")] == [0.5, 0.5]
    assert np.isnan(cell["first"].sel(option="force"))


def test_what_a_stakeholder_does_not_weigh_may_be_unknown():
    unknown = np.array([[0.0], [np.nan], [0.0]])
    cell = pick(Stored(scaled_case(), {**SAVES, "score": unknown}).weigh())
    assert list_firsts(cell) == [0, 1, 0]


def test_a_view_with_too_few_effective_futures_has_no_numbers():
    thin = np.where(np.arange(64) < 8, 8.0, 0.0)
    worths = Stored(scaled_case(), SAVES, beliefs=np.array([np.ones(64), thin])).weigh()
    assert worths.people["view"].values.tolist() == ["mixture", "calm", "grim"]
    for part in (worths.people.sel(view="grim"), worths.anybody.sel(view="grim")):
        assert part.data_vars
        assert all(np.isnan(part[name]).all() for name in part.data_vars)
    assert list_firsts(pick(worths, "calm")) == [0, 1, 0]


def test_a_view_without_any_weight_or_below_its_own_floor_is_refused_and_no_error():
    nothing = Stored(scaled_case(), SAVES, beliefs=np.array([np.ones(64), np.zeros(64)])).weigh()
    assert np.isnan(pick(nothing, "grim")["first"]).all()
    strict = Stored(scaled_case(), SAVES, floors=(32.0, 65.0)).weigh()
    assert np.isnan(pick(strict, "grim")["first"]).all()
    assert list_firsts(pick(strict, "calm")) == [0, 1, 0]


def test_a_view_is_refused_by_the_futures_that_are_valued(monkeypatch):
    beliefs = np.array([np.ones(256), np.where(np.arange(256) < 120, 0.0, 2.0)])
    stored = Stored(scaled_case(), SAVES, count=256, beliefs=beliefs)
    assert list_firsts(pick(stored.weigh(), "grim")) == [0, 1, 0]
    monkeypatch.setattr(joining, "MOST_VALUED", 128)
    assert np.isnan(pick(stored.weigh(), "grim")["first"]).all()


@pytest.mark.parametrize(("known", "firsts"), [("fixed", [0, 1, 0]), ("order", [0, 1, 0]), ("unknown", [0, 0.5, 0.5])])
def test_what_is_known_of_weights_decides_who_wins(known, firsts):
    town = make_stakeholder("town", weights={"lives": 3, "faith": 1}, known=known)
    changes = {"deaths": np.array([[0.0], [-5.0], [0.0]]), "trust": np.array([[0.0], [0.0], [5.0]])}
    cell = pick(Stored(scaled_case(stakeholders=(town,)), changes).weigh())
    assert np.all(np.abs(np.array(list_firsts(cell)) - firsts) <= 4 * cell["error"].values + 1e-12)


def test_intervals_of_weights_bring_in_what_single_numbers_leave_out():
    changes = {"deaths": np.array([[0.0], [-5.0], [0.0]]), "trust": np.array([[0.0], [0.0], [5.0]])}
    firsts = []
    for within in (0.1, 0.8):
        town = make_stakeholder("town", weights={"lives": 3, "faith": 2}, known="interval", within=within)
        cell = pick(Stored(scaled_case(stakeholders=(town,)), changes).weigh())
        firsts.append(float(cell["first"].sel(option="care")))
    assert firsts[0] == 0
    # Lives 0.6 within 0.12 to 1.08 and faith 0.4 within 0.08 to 0.72: even over lives from 0.28 to 0.92.
    assert firsts[1] == pytest.approx(0.22 / 0.64, abs=0.02)


def test_anybody_gets_the_textbook_shares_and_weights():
    changes = {
        "deaths": np.array([[0.0], [10.0], [0.0], [6.0]]),
        "trust": np.array([[0.0], [0.0], [10.0], [6.0]]),
    }
    case = scaled_case(("now", "force", "care", "twin"), deaths=UP, trust=UP)
    worths = Stored(case, changes).weigh()
    assert worths.anybody["horizon"].values.tolist() == ["near", "far"]
    cell = worths.anybody.sel(view="mixture", horizon="near")
    np.testing.assert_allclose(list_firsts(cell), [0, 0.4, 0.4, 0.2], atol=0.01)
    expected = [[np.nan, np.nan], [0.8, 0.2], [0.2, 0.8], [0.5, 0.5]]
    np.testing.assert_allclose(cell["central"].transpose("option", "criterion"), expected, atol=0.01)
    assert cell["criterion"].values.tolist() == ["deaths", "trust"]
    np.testing.assert_array_equal(cell["confidence"], [np.nan, 1, 1, 1])
    assert cell["cross"].sel(option="twin", other="force") == 0


def test_anybody_is_asked_only_where_every_headline_outcome_has_a_scale():
    case = scaled_case()
    near = case.outcomes[0].model_copy(update={"scales": {"near": scale(**LESS)["near"]}})
    worths = Stored(case.model_copy(update={"outcomes": (near, *case.outcomes[1:])}), SAVES).weigh()
    assert worths.anybody["horizon"].values.tolist() == ["near"]


def test_a_case_without_scales_is_not_weighed_by_values():
    case = scaled_case()
    bare = tuple(one.model_copy(update={"scales": {}}) for one in case.outcomes)
    stored = Stored(case.model_copy(update={"outcomes": bare}), SAVES)
    assert list_valued(stored.case, stored.headline) == set()
    assert stored.weigh() is None


def test_where_nobody_weighs_anybody_still_does():
    nobody = scaled_case(stakeholders=(make_stakeholder("river", voice="affected"),))
    worths = Stored(nobody, SAVES).weigh()
    assert list_weighing(nobody) == []
    assert worths.people.sizes["stakeholder"] == worths.methods.sizes["stakeholder"] == 0
    assert float(worths.anybody["first"].sel(view="mixture", horizon="near").sum()) == pytest.approx(1)


def test_what_is_valued_is_what_stakeholders_weigh_at_their_horizon_and_headlines_at_all():
    case = scaled_case(stakeholders=(make_stakeholder("town", weights={"order": 1, "faith": 0}, horizon="far"),))
    both = {(name, horizon) for name in ("deaths", "trust") for horizon in ("near", "far")}
    assert list_valued(case, ["deaths", "trust"]) == {*both, ("score", "far")}


@pytest.mark.parametrize("seed", range(2))
def test_an_option_worse_than_another_on_all_changes_nobody_elses_first_place(seed):
    luck = np.random.default_rng(seed)
    town = make_stakeholder("town", weights={"lives": 3, "faith": 1, "order": 2}, known="unknown")
    changes = {name: np.vstack([np.zeros(64), luck.uniform(-9, 9, (2, 64))]) for name in ("deaths", "trust", "score")}
    worse = {
        name: np.vstack([change, change[1] + (1.0 if name == "deaths" else -1.0)]) for name, change in changes.items()
    }
    few = Stored(scaled_case(stakeholders=(town,)), changes).weigh()
    more = Stored(scaled_case(("now", "force", "care", "worst"), stakeholders=(town,)), worse).weigh()
    for part in ("people", "anybody"):
        given, added = getattr(few, part)["first"], getattr(more, part)["first"]
        assert 0 < float(given.sel(view="mixture", option="force").max()) < 1
        np.testing.assert_array_equal(added.sel(option=["now", "force", "care"]), given)
        assert (added.sel(option="worst").fillna(0.0) == 0).all()


def test_the_order_of_options_changes_no_number():
    luck = np.random.default_rng(1)
    changes = {name: np.vstack([np.zeros(64), luck.uniform(-10, 10, (2, 64))]) for name in ("deaths", "trust")}
    turned = {name: change[[2, 0, 1]] for name, change in changes.items()}
    one = Stored(scaled_case(), changes).weigh()
    other = Stored(scaled_case(("care", "now", "force")), turned).weigh()
    names = ["now", "force", "care"]
    for part in ("people", "anybody"):
        for variable in ("first", "wins", "entropy"):
            given, found = getattr(one, part)[variable], getattr(other, part)[variable]
            places = {dim: names for dim in ("option", "other") if dim in given.dims}
            np.testing.assert_allclose(found.sel(places), given, rtol=1e-12)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not():
    luck = np.random.default_rng(2)
    changes = {name: luck.uniform(-10, 10, (3, 64)) for name in ("deaths", "trust")}
    stored = Stored(scaled_case(), changes)
    first, again, other = (stored.weigh(seed=seed).anybody for seed in (5, 5, 6))
    assert all(first[name].values.tobytes() == again[name].values.tobytes() for name in first.data_vars)
    assert (first["first"].values != other["first"].values).any()


def test_only_the_first_futures_are_valued_and_that_is_said(monkeypatch):
    monkeypatch.setattr(joining, "MOST_VALUED", 64)
    good = np.arange(96) < 64
    changes = {"deaths": np.array([0.0 * good, np.where(good, -5, 5), np.where(good, 5, -5)])}
    worths = Stored(scaled_case(), changes, count=96).weigh()
    assert worths.futures == 64
    assert list_firsts(pick(worths)) == [0, 1, 0]


def test_other_methods_stand_beside_our_own_on_the_same_values():
    worths = Stored(scaled_case(), SAVES).weigh()
    own = worths.methods.sel(stakeholder="town")
    assert own["rule"].values.tolist() == list(RULES)
    assert own["place"].sel(rule="weighted sum").values.tolist() == [3, 1, 2]
    assert own["tau"].sel(rule="weighted sum") == 1
    # Force is best on three quarters of the weight: PROMETHEE II counts weights alone.
    assert own["place"].sel(rule="PROMETHEE II").values.tolist() == [3, 1, 2]
    assert int(own["reversals"]) == 0
    for rule in RULES:
        places = own["place"].sel(rule=rule).values
        assert own["tau"].sel(rule=rule) == pytest.approx(measure_tau(np.array([3, 1, 2]), places))


def test_agreement_of_places_is_kendalls():
    assert measure_tau(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3])) == pytest.approx(4 / 6)
    assert measure_tau(np.array([1, 2, 3]), np.array([3, 2, 1])) == -1
    assert measure_tau(np.array([1, 1, 3]), np.array([1, 2, 3])) == pytest.approx(2 / np.sqrt(6))
    assert measure_tau(np.array([1, 2, 0]), np.array([1, 2, 1])) == 1
    assert np.isnan(measure_tau(np.array([1, 1]), np.array([1, 2])))


def test_the_page_on_values_says_what_is_so():
    page = (Path(__file__).parents[2] / "docs" / "values.md").read_text(encoding="utf-8")
    scales, residents = (YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))
    homes = make_outcome("homes", scales=scales["scales"]).model_copy(update={"unit": "homes"})
    assert f"the second reads *{tell_scale(homes.scales['year_5'], homes)}*" in page
    assert value_change([50, 0, -60, -80], homes.scales["year_5"]).tolist() == [0, 0.4, 1, 1]
    one = Stakeholder.model_validate({"id": "residents", **residents["residents"]})
    assert (one.known, one.within) == ("interval", 0.3)
    assert Stakeholder.model_fields["known"].default == "fixed"
    known = get_args(Stakeholder.model_fields["known"].annotation)
    assert all(f"| `{word}`" in page for word in known)
    for number in (DRAWS, FEWER, joining.MOST_VALUED):
        assert f"{number:,}" in page
    assert EVERY in page
    worths = Stored(scaled_case(), SAVES).weigh()
    assert {"first"} <= set(worths.people.data_vars)
    assert {"central", "confidence", "choices"} <= set(worths.anybody.data_vars)
