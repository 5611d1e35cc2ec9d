import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from crossroads.analysis.compromise import (
    RULES,
    rank_scores,
    weigh_promethee,
    weigh_sum,
    weigh_topsis,
    weigh_vikor,
)
from tests.known.drawn_tables import INDIFFERENT, SEED, draw_tables

FACTS = json.loads((Path(__file__).parent.parent / "known" / "values.json").read_text(encoding="utf-8"))
TEXTBOOK = np.array([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6.0]])
"""Four options on three criteria (Tzeng and Huang 2011)."""
WEIGHTS = [0.3, 0.4, 0.3]


def test_the_textbook_example_of_topsis_comes_out():
    found = weigh_topsis(TEXTBOOK, WEIGHTS)
    np.testing.assert_allclose(found, [0.5037, 0.6581, 0.7482, 0.3340], atol=5e-5)
    assert rank_scores(found).tolist() == [3, 2, 1, 4]


def test_the_textbook_example_of_vikor_comes_out():
    np.testing.assert_allclose(1 - weigh_vikor(TEXTBOOK, WEIGHTS), [0.75, 0.25, 0, 1], atol=1e-12)


def test_the_weight_on_which_one_is_better_decides_by_promethee():
    values = np.array([[0.9, 0.1, 0.5], [0.1, 0.2, 0.5], [0.1, 0.15, 0.5]])
    np.testing.assert_allclose(weigh_promethee(values, [0.5, 0.3, 0.2]), [0.2, 0.05, -0.25])
    np.testing.assert_allclose(weigh_promethee(values, [0.5, 0.3, 0.2], 0.07), [0.35, -0.1, -0.25])


@pytest.mark.parametrize("table", draw_tables(), ids=lambda table: table.name)
def test_the_rules_agree_with_two_libraries(table):
    assert FACTS["seed"] == SEED
    known = FACTS["tables"][table.name]
    assert len(known) == 8
    for asked, scores in known.items():
        name = asked.split(": ")[1]
        if name == "PROMETHEE II, indifferent":
            found = weigh_promethee(table.values, table.weights, INDIFFERENT)
        else:
            found = RULES[name](table.values, table.weights)
        np.testing.assert_allclose(1 - found if name == "VIKOR" else found, scores, atol=1e-9, err_msg=asked)


@pytest.mark.parametrize("name", RULES)
def test_an_option_that_did_not_run_has_no_score_and_changes_no_other(name):
    rule = RULES[name]
    gap = np.insert(TEXTBOOK / 10, 1, np.nan, axis=0)
    found = rule(gap, WEIGHTS)
    assert np.isnan(found[1])
    np.testing.assert_allclose(np.delete(found, 1), rule(TEXTBOOK / 10, WEIGHTS))
    assert rank_scores(found).tolist()[1] == 0
    assert sorted(rank_scores(found)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", RULES)
def test_a_criterion_that_nobody_weighs_or_on_which_all_are_equal_moves_no_place(name):
    rule = RULES[name]
    plain = rank_scores(rule(TEXTBOOK / 10, WEIGHTS))
    unweighed = np.column_stack([TEXTBOOK / 10, [np.nan, 1, 0, 1]])
    np.testing.assert_array_equal(rank_scores(rule(unweighed, [*WEIGHTS, 0.0])), plain)
    alike = np.column_stack([TEXTBOOK / 10, np.zeros(4)])
    np.testing.assert_array_equal(rank_scores(rule(alike, np.array([*WEIGHTS, 1.0]) / 2)), plain)


@pytest.mark.parametrize("name", RULES)
def test_where_all_options_are_equal_no_rule_prefers_one(name):
    assert rank_scores(RULES[name](np.full((3, 2), 0.4), [0.5, 0.5])).tolist() == [1, 1, 1]
    assert rank_scores(RULES[name](np.full((2, 2), np.nan), [0.5, 0.5])).tolist() == [0, 0]
    assert rank_scores(RULES[name]([[0.1, np.nan], [0.3, 0.4]], [0.5, 0.5])).tolist() == [0, 1]


def test_rounding_alone_is_no_preference():
    np.testing.assert_array_equal(weigh_promethee([[0.1 + 0.2], [0.3], [0.1]], [1.0]), [0.5, 0.5, -1])


def test_the_weighted_sum_is_what_it_says():
    np.testing.assert_allclose(weigh_sum(TEXTBOOK, WEIGHTS), TEXTBOOK @ WEIGHTS)
    assert rank_scores([0.5, 0.7, 0.5 + 1e-12, np.nan]).tolist() == [2, 1, 2, 0]


@pytest.mark.slow
def test_the_library_is_loaded_only_when_it_is_asked():
    code = "import sys, crossroads.analysis.compromise; print('pyrepo_mcda' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"
