import numpy as np
import pytest
import xarray as xr
from made_up import FakeRuns, make_case

from crossroads.analysis.verdict import analyse
from crossroads.case.distributions import Uniform
from crossroads.case.records import View
from crossroads.errors import WeighingError

DATASETS = (
    "levels",
    "differences",
    "changes",
    "stances",
    "regret",
    "pairs",
    "gains",
    "acceptance",
    "conditions",
)


@pytest.fixture(scope="module")
def analysis():
    return analyse(FakeRuns(make_case()))


def tell(analysis, topic):
    return [finding.sentence for finding in analysis.findings if finding.topic == topic]


def test_every_result_is_labelled_by_the_ids_of_the_case(analysis):
    case = make_case()
    for name in ("levels", "differences", "changes", "stances", "regret", "pairs"):
        found = getattr(analysis, name)
        assert found["outcome"].to_numpy().tolist() == [one.id for one in case.outcomes]
        assert found["option"].to_numpy().tolist() == [one.id for one in case.options]
        assert found["horizon"].to_numpy().tolist() == [one.id for one in case.horizons]
        assert found["view"].to_numpy().tolist() == ["mixture", "calm", "grim"]
    assert analysis.stances["stance"].to_numpy().tolist() == ["agree", "protest"]
    assert analysis.paths["quarter"].to_numpy().tolist() == list(range(1, 9))
    assert analysis.paths["outcome"].to_numpy().tolist() == list(analysis.headline) == ["deaths"]
    assert analysis.influence["uncertainty"].to_numpy().tolist() == ["size", "noise", "shape"]


def test_the_made_up_effect_comes_out(analysis):
    size = FakeRuns(make_case()).futures.values[:, 0]
    mean = analysis.differences["mean"].sel(outcome="deaths", option="care")
    assert float(mean.sel(view="mixture", horizon="near")) == pytest.approx(-3 * size.mean(), rel=1e-4)
    assert float(mean.sel(view="grim", horizon="near")) < float(mean.sel(view="calm", horizon="near"))
    assert (
        float(
            analysis.influence["strength"].sel(
                uncertainty="size", option="care", horizon="near", outcome="deaths"
            )
        )
        > 0.99
    )


def test_runs_that_all_ended_well_are_said_to(analysis):
    assert tell(analysis, "trust") == ["All 640 runs ended well."]
    assert analysis.reasons == ()


def test_failed_runs_are_counted_with_their_reason_and_leave_the_numbers_of_others(analysis):
    failed = analyse(FakeRuns(make_case(), change={("force", future): 3 for future in range(6)}))
    assert tell(failed, "trust")[0].startswith("24 of 640 runs (3.75%)")
    assert failed.reasons == (("force", "a stock went to infinity", 6),)
    assert int(failed.statuses.sel(option="force", status="not_finite").sum()) == 24
    for name in ("levels", "differences", "changes", "stances", "acceptance", "conditions"):
        for variable in getattr(failed, name):
            np.testing.assert_array_equal(
                getattr(failed, name)[variable].sel(option=["now", "care"]),
                getattr(analysis, name)[variable].sel(option=["now", "care"]),
            )


def test_an_option_that_never_ended_well_is_said_not_to_be_weighed():
    found = analyse(FakeRuns(make_case(), change={("force", future): 4 for future in range(64)}))
    assert "Force cannot be weighed: 256 of its runs have no result." in tell(found, "trust")
    assert np.isnan(found.differences["mean"].sel(option="force")).all()
    assert (found.pairs["tier"].sel(option="force") == 0).all()
    assert np.isfinite(found.differences["mean"].sel(option="care")).all()


def test_nothing_at_all_is_refused():
    change = {(option, future): 3 for option in ("now", "force", "care") for future in range(64)}
    with pytest.raises(WeighingError, match="No run ended well"):
        analyse(FakeRuns(make_case(), change=change))


def test_a_view_whose_weights_collapse_is_refused_and_the_others_are_not():
    case = make_case()
    corner = Uniform(kind="uniform", low=0.5, high=0.7)
    narrow = View(id="grim", name="Grim", meaning="One corner.", beliefs={"size": corner})
    found = analyse(FakeRuns(make_case(views=(case.views[0], narrow))))
    assert any("Grim is not weighed" in sentence for sentence in tell(found, "trust"))
    for name in ("levels", "differences", "regret"):
        assert np.isnan(getattr(found, name)["mean"].sel(view="grim")).all()
        assert np.isfinite(getattr(found, name)["mean"].sel(view=["mixture", "calm"])).all()
    assert np.isnan(found.acceptance["share"].sel(view="grim")).all()
    assert np.isnan(found.gains["score"].sel(view="grim")).all()
    assert not found.pairs["apart"].sel(view="grim").any()
    assert (found.pairs["tier"].sel(view="grim") == 0).all()


def test_other_values_need_no_new_runs(analysis):
    case = make_case()
    town = case.stakeholders[0].model_copy(update={"accepts": (), "weights": {"lives": 1.0}})
    found = analyse(FakeRuns(case), case.model_copy(update={"stakeholders": (town,)}))
    assert found.acceptance.sizes.get("stakeholder", 0) == 0
    xr.testing.assert_equal(found.levels, analysis.levels)
    assert float(found.gains["not_modelled"].sel(stakeholder="town")) == 0


def test_other_judgement_shares_need_no_new_runs(analysis):
    case = make_case()
    calm = case.mixes[0].model_copy(
        update={"shares": {"state": {"agree": 1.0, "protest": 0.0}, "gang": {"hold": 0.5, "hit": 0.5}}}
    )
    found = analyse(FakeRuns(case), case.model_copy(update={"mixes": (calm, case.mixes[1])}))
    np.testing.assert_allclose(
        found.differences["mean"].sel(option="force", outcome="deaths", view="mixture"),
        analysis.stances["mean"].sel(option="force", outcome="deaths", view="mixture", stance="agree")
        - found.levels["mean"].sel(option="now", outcome="deaths", view="mixture"),
        atol=1e-4,
    )


def test_a_case_that_asks_for_other_runs_is_refused():
    case = make_case()
    longer = case.model_copy(update={"years": 3})
    with pytest.raises(WeighingError, match="Simulate again"):
        analyse(FakeRuns(case), longer)


def test_a_dominated_option_changes_nobody_elses_acceptance_or_order(analysis):
    case = make_case(("now", "force", "care", "worst"))
    found = analyse(FakeRuns(case))
    kept = ["now", "force", "care"]
    np.testing.assert_array_equal(found.acceptance["share"].sel(option=kept), analysis.acceptance["share"])
    np.testing.assert_array_equal(found.pairs["apart"].sel(option=kept, other=kept), analysis.pairs["apart"])
    deaths = found.regret["mean"].sel(outcome="deaths", option=kept, horizon="near")
    np.testing.assert_allclose(
        deaths, analysis.regret["mean"].sel(outcome="deaths", horizon="near"), rtol=1e-9
    )


def test_reordering_options_changes_no_number(analysis):
    found = analyse(FakeRuns(make_case(("care", "force", "now"))))
    for name in DATASETS:
        one, other = getattr(analysis, name), getattr(found, name)
        for variable in one:
            if one[variable].dtype.kind in "fib":
                turned = other[variable].reindex_like(one[variable]).transpose(*one[variable].dims)
                np.testing.assert_allclose(
                    one[variable].astype(float), turned.astype(float), rtol=1e-7, atol=1e-9
                )


def test_runs_without_series_have_no_paths():
    bare = FakeRuns(make_case())
    bare.__dict__["dataset"] = FakeRuns(make_case()).dataset.drop_vars("series")
    assert analyse(bare).paths.sizes == {}


def test_ties_are_told_with_what_it_would_take():
    found = analyse(FakeRuns(make_case(("now", "force", "care", "twin"))))
    pair = found.pairs.sel(option="twin", other="force", outcome="deaths", view="mixture")
    assert not pair["apart"].any()
    ranked, contested = tell(found, "order")
    assert ranked.startswith("2 of 12 comparisons")
    assert "Force and Twin are the closest pair" in contested
    assert int(found.contested["tied"].sum()) == 2


def test_findings_name_their_method_and_their_error(analysis):
    crossings = [finding for finding in analysis.findings if finding.topic == "crossing"]
    assert len(crossings) == 2
    for finding in crossings:
        assert finding.method
        assert finding.error is not None
        assert finding.error > 0
        assert finding.unit == "people"
