"""A network that a user brings loses its labels and its order; what the groups model needs of it stays."""

from __future__ import annotations

import numpy as np
import pytest

from crossroads.cases.mexico.model import MODEL
from crossroads.cases.mexico.model.network import bring_network
from crossroads.cases.mexico.model.strengths import describe_groups
from crossroads.errors import CaseError
from crossroads.simulation.contract import Model

TIES = (
    ("Reds", "Blues", "rival", 3),
    ("Blues", "Reds", "rival", 1),
    ("Greens", "Reds", "ally", 2),
    ("Greys", "Blues", "rival", 1),
)


def write(folder, rows, header="from,to,kind,weight"):
    file = folder / "ties.csv"
    file.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return file


def test_the_strengths_are_those_of_the_file_by_rank(tmp_path):
    units = bring_network(write(tmp_path, TIES))
    assert units.count == 4
    assert list(units.values["rival_strength"]) == [3, 4, 0, 1]
    assert list(units.values["ally_relief"]) == pytest.approx([1 / 3, 1, 1 / 3, 1])
    assert units.values["first_share"].sum() == pytest.approx(1)
    assert set(units.values) == set(describe_groups().values)


def test_ties_count_once_and_both_ways(tmp_path):
    starts, columns, weights = bring_network(write(tmp_path, TIES)).networks["rival"]
    dense = np.zeros((4, 4))
    for row in range(4):
        dense[row, columns[starts[row] : starts[row + 1]]] = weights[starts[row] : starts[row + 1]]
    assert (dense == dense.T).all()
    assert sorted(dense[dense > 0]) == [1, 1, 3, 3]


def test_no_label_survives_in_the_model_or_what_it_shows(tmp_path):
    units = bring_network(write(tmp_path, TIES))
    told = repr(Model("mexico", MODEL.mechanisms, units))
    assert not any(name in told for name in ("Reds", "Blues", "Greens", "Greys"))
    assert all(array.dtype.kind in "fi" for array in [*units.values.values(), *units.networks["rival"]])


def test_the_order_of_the_file_is_forgotten(tmp_path):
    ring = [(f"g{i}", f"g{(i + 1) % 12}", "rival", 1) for i in range(12)]
    one, other = (bring_network(write(tmp_path, ring), seed).networks["rival"][1] for seed in (1, 2))
    assert list(one) != list(other)
    assert list(one) != [(i + 1) % 12 for i in range(12)]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("a", "b", "friend", 1), "kind"),
        (("a", "a", "ally", 1), "to"),
        (("a", "b", "rival", "much"), "weight"),
        (("a", "b", "rival", -1), "weight"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_line(tmp_path, row, field):
    with pytest.raises(CaseError) as caught:
        bring_network(write(tmp_path, [*TIES, row]))
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.field) == (6, field)


def test_other_columns_are_refused(tmp_path):
    with pytest.raises(CaseError, match="columns"):
        bring_network(write(tmp_path, TIES, header="group,other,kind,weight"))
