from dataclasses import replace

import pytest
from invented import change_case

from crossroads.case.records import Concern, Correlation, Reference
from crossroads.presentation.design import describe_design
from crossroads.presentation.methods import describe_methods, list_limits, list_mechanisms, list_working
from crossroads.simulation.models import load_model
from crossroads.simulation.wrapped import Wrapped


@pytest.fixture(scope="module")
def model(weighed):
    return load_model(weighed.analysis.case, "toy")


@pytest.fixture(scope="module")
def methods(weighed, names, model):
    return describe_methods(weighed.analysis, weighed.runs, names, model)


def describe(weighed, model=None, **more):
    """The methods of the toy runs, told of a case with other records."""
    analysis, names = change_case(weighed.analysis, **more)
    return describe_methods(analysis, weighed.runs, names, model)


def change_manifest(weighed, *, key=None, **more):
    manifest = weighed.runs.manifest
    changed = manifest.model_copy(update={"key": manifest.key.model_copy(update=key or {}), **more})
    return replace(weighed.runs, manifest=changed)


def surnames(citations) -> set[str]:
    return {citation.split()[0] for citation in citations}


def test_counts_are_those_of_the_runs_on_disk(weighed, names, methods):
    status = weighed.runs.dataset["status"].values
    ran = int((status == 1).sum())
    assert (methods.futures, methods.runs) == (status.shape[2], ran) == (64, 640)
    told = methods.paragraphs[0]
    for words in ("3 options", "10 pairs", "64 futures", "640 runs", "260 weeks from January 2026"):
        assert words in told
    assert "history from 2024" in told
    assert "6 months, 1 year, 2 years and 5 years" in told


def test_the_draw_is_told_with_its_views_scrambles_and_seed(weighed, names, methods):
    told = methods.paragraphs[1]
    scrambles = len(set(weighed.runs.dataset["replicate"].values.tolist()))
    assert f"{scrambles} independent scrambles" in told
    assert scrambles == 16
    assert "2 views (Engineers and Residents)" in told
    assert f"seed {weighed.runs.manifest.key.seed}." in told


def test_another_seed_is_told_everywhere(weighed, names, model):
    runs = change_manifest(weighed, key={"seed": 977})
    methods = describe_methods(weighed.analysis, runs, names, model)
    assert "seed 977." in methods.paragraphs[1]
    assert ("Seed", "977") in methods.provenance
    assert "--seed 977" in methods.command


def test_the_command_makes_the_same_runs_again(weighed, names, methods):
    assert methods.command == "crossroads weigh toy --futures 64 --seed 1"
    double = change_manifest(weighed, key={"precision": "float64"})
    command = describe_methods(weighed.analysis, double, names, None).command
    assert command == "crossroads weigh toy --futures 64 --seed 1 --precision float64"


def test_provenance_has_every_version_and_hash(weighed, methods):
    manifest, told = weighed.runs.manifest, dict(methods.provenance)
    assert told["Hash of the case as simulated"] == manifest.key.case
    assert told["Hash of the model"] == manifest.key.model
    assert told["Hash of the runs"] == weighed.runs.content_hash() == methods.content_hash
    assert told["Precision"] == "float32"
    for name, version in manifest.versions.items():
        assert f"{name} {version}" in told["Versions"]
    assert methods.version == manifest.versions["crossroads"]


def test_failed_runs_are_told_out_of_all(weighed, names, methods):
    assert dict(methods.provenance)["Failed runs"] == "0 of 640"
    failed = change_manifest(weighed, failures=1234, runs=30720)
    told = dict(describe_methods(weighed.analysis, failed, names, None).provenance)
    assert told["Failed runs"] == "1,234 of 30,720"


def test_time_and_speed_are_those_of_the_manifest(weighed, names):
    more = {"write_seconds": 5.0, "bytes": 51_316_376}
    runs = change_manifest(weighed, seconds=125.0, runs_per_second=4567.0, **more)
    told = describe_methods(weighed.analysis, runs, names, None).paragraphs[-1]
    assert "Simulating took 2 min 05 s (4,600 runs a second)." in told
    assert told.replace("\u202f", " ").endswith("Writing took 3.8 % of all the time; the runs take 51.3 MB on disk.")


def find_audit(methods) -> list[str]:
    return [told for told in methods.paragraphs if "double precision" in told]


def test_the_second_look_in_double_precision_is_told_with_its_size_and_time(weighed, names, methods):
    (told,) = find_audit(methods)
    audit = weighed.runs.manifest.audit
    assert told.startswith(f"{audit.runs} runs of 640 (1.6\u202f%) were run again in double precision. They are drawn")
    assert "outcome's mean size" in told
    assert told.endswith(f"in future {audit.worst.future}.")
    slow = change_manifest(weighed, audit=audit.model_copy(update={"seconds": 61.0, "worst": None}))
    found = describe_methods(weighed.analysis, slow, names, None)
    assert dict(found.provenance)["Time of the audit in double precision"] == "1 min 01 s"
    assert find_audit(found)[0].endswith("where this is larger.")


def test_without_a_second_look_there_is_nothing_to_tell(weighed, names, methods):
    found = describe_methods(weighed.analysis, change_manifest(weighed, audit=None), names, None)
    assert find_audit(found) == []
    assert len(found.paragraphs) == len(methods.paragraphs) - 1
    assert len(found.provenance) == len(methods.provenance) - 1


def test_the_discount_rate_is_that_of_the_case(weighed):
    assert "discounted at 3.5\u202f% a year" in describe(weighed, discount_rate=0.035).paragraphs[-1]
    assert "discounted at 0.0\u202f% a year" in describe(weighed).paragraphs[-1]


def test_mechanisms_are_on_unless_switched_off(weighed, names, model, methods):
    assert [(row.name, row.state) for row in methods.mechanisms] == [(one.name, "on") for one in model.mechanisms]
    first = model.mechanisms[0].name
    partial = describe_methods(weighed.analysis, weighed.runs, names, model.without(first))
    assert {row.name for row in partial.mechanisms if row.state == "off"} == {first}
    assert [one.name for one in list_working(model.without(first))] == [one.name for one in model.mechanisms[1:]]


def test_a_wrapped_or_unknown_model_has_no_mechanisms(weighed, names):
    wrapped = object.__new__(Wrapped)
    for model in (None, wrapped):
        assert list_mechanisms(model) == list_working(model) == ()
        assert describe_methods(weighed.analysis, weighed.runs, names, model).mechanisms == ()


def test_works_on_methods_are_cited_in_order_each_once(methods):
    assert list(methods.citations) == sorted(set(methods.citations))
    assert surnames(methods.citations) >= {"Owen", "Kish", "Edwards", "Kruskal", "Joe", "Matoušek", "Efron"}


def test_without_views_that_differ_no_mixture_is_cited(weighed):
    views = tuple(one.model_copy(update={"beliefs": {}}) for one in weighed.analysis.case.views)
    dropped = surnames(describe(weighed).citations) - surnames(describe(weighed, views=views).citations)
    assert dropped == {"Owen", "Kish"}


def test_without_weights_no_swing_weighting_is_cited(weighed):
    plain = tuple(one.model_copy(update={"weights": {}}) for one in weighed.analysis.case.stakeholders)
    dropped = surnames(describe(weighed).citations) - surnames(describe(weighed, stakeholders=plain).citations)
    assert dropped == {"Edwards"}


def test_without_categories_no_test_between_groups_is_cited(weighed):
    known = weighed.analysis.case.uncertainties
    numbers = tuple(one for one in known if one.distribution.kind != "categorical")
    assert len(numbers) == len(known) - 1
    dropped = surnames(describe(weighed).citations) - surnames(describe(weighed, uncertainties=numbers).citations)
    assert dropped == {"Kruskal"}


def test_without_correlations_nothing_is_told_to_move_together(methods):
    assert not any("move together" in paragraph for paragraph in methods.paragraphs)
    assert "Nelsen" not in surnames(methods.citations)


def test_what_moves_together_is_told_with_its_rank_and_cited(weighed, methods):
    case = weighed.analysis.case
    idle = Reference(id="idle", type="book", title="Idle", citation="Aaa: Idle.")
    entry = case.evidence[0].model_copy(update={"id": "wetness", "sources": ("idle",)})
    wet = Correlation(id="wet", between=("flood_rate", "homes_hit"), rank=0.4, meaning="M.", evidence=("wetness",))
    dear = Correlation(id="dear", between=("growth", "overrun"), rank=-0.25, meaning="M.")
    found = describe(
        weighed, correlations=(wet, dear), references=(*case.references, idle), evidence=(*case.evidence, entry)
    )
    (told,) = [paragraph for paragraph in found.paragraphs if "move together" in paragraph]
    assert "Floods and Homes hit by a flood (+0.4); Growth of the town and Overrun of a late builder (−0.25)" in told
    assert len(found.paragraphs) == len(methods.paragraphs) + 1
    assert surnames(found.citations) - surnames(methods.citations) == {"Nelsen"}
    assert len(found.citations) == len(methods.citations) + 2
    assert "idle" in {one.id for one in found.references}


def test_a_reference_behind_nothing_is_not_listed(weighed):
    case = weighed.analysis.case
    idle = Reference(id="idle", type="book", title="Idle", citation="Aaa: Idle.")
    ids = {one.id for one in describe(weighed, references=(*case.references, idle)).references}
    assert "idle" not in ids
    assert case.source in ids


def test_what_a_mechanism_or_a_finding_rests_on_is_listed(weighed, names, model):
    case = weighed.analysis.case
    book = Reference(id="idle", type="book", title="Idle", citation="Aaa: Idle.")
    entry = case.evidence[0].model_copy(update={"id": "loose", "sources": ("idle",)})
    more = {"references": (*case.references, book), "evidence": (*case.evidence, entry)}
    assert "idle" not in {one.id for one in describe(weighed, model, **more).references}
    leaning = replace(model, mechanisms=(replace(model.mechanisms[0], evidence=("loose",)), *model.mechanisms[1:]))
    assert "idle" in {one.id for one in describe(weighed, leaning, **more).references}
    analysis, changed = change_case(weighed.analysis, **more)
    finding = replace(analysis.findings[0], references=("loose",))
    found = describe_methods(replace(analysis, findings=(finding,)), weighed.runs, changed, None)
    assert "idle" in {one.id for one in found.references}


def test_errors_and_rankings_are_told_as_they_were_made(methods):
    text = " ".join(methods.paragraphs)
    for words in ("All options and reactions meet the same futures", "jackknife", "two standard errors is not ranked"):
        assert words in text


def test_limits_tell_what_is_left_out_and_why(weighed, names, model):
    design = describe_design(names.case, list_working(model), names.colours)
    limits = dict(list_limits(weighed.analysis, names, design))
    assert limits["What this case refuses to answer"] == names.case.stays_out
    assert limits["What matters and is not modelled"] == names.case.not_modelled
    assert limits["Levers that are not yet weighed"] == ()
    assert limits["What stakeholders weigh and no outcome speaks for"] == [
        "The view of the river (not modelled; a raised levee hides the river)"
    ]
    assert any("base rates that the game meets" in line for line in limits["What rests on judgement throughout"])
    alone = dict(list_limits(replace(weighed.analysis, strategies=None), names, design))
    assert any("declared mix" in line for line in alone["What rests on judgement throughout"])


def test_levers_that_nothing_reads_are_a_limit(weighed, names):
    design = describe_design(names.case, (), names.colours)
    limits = dict(list_limits(weighed.analysis, names, design))
    assert limits["Levers that are not yet weighed"] == tuple(one.name for one in names.case.levers)


def test_a_silent_concern_is_a_limit_only_where_somebody_weighs_it(weighed, names, model):
    idle = Concern(id="idle", name="Idle beauty")
    changed, called = change_case(weighed.analysis, concerns=(*names.case.concerns, idle))
    design = describe_design(names.case, list_working(model), names.colours)
    key = "What stakeholders weigh and no outcome speaks for"
    assert "Idle beauty" not in dict(list_limits(changed, called, design))[key]
    weighing = replace(changed, unmodelled={"taxpayers": ("idle",)})
    assert dict(list_limits(weighing, called, design))[key] == ["Idle beauty"]
