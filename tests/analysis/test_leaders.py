from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from made_up import make_condition, make_stakeholder
from made_up_values import Stored, scaled_case

from crossroads.analysis.leaders import CAVEAT, Leader, find_leader, find_leaders, tell_worths
from crossroads.analysis.values import LIMITED, MEASURED

LEAD = Leader("force", 0.6, 0.02, ())


def make_cell(first, error=0.0):
    names = ["now", "force", "care"][: len(first)]
    cells = {"first": ("option", first), "error": ("option", np.broadcast_to(error, len(first)))}
    return xr.Dataset(cells, coords={"option": names})


def test_who_leads_by_more_than_both_errors_leads_alone():
    leader = find_leader(make_cell([0.5, 0.2, 0.3], 0.04))
    assert leader == Leader("now", 0.5, 0.04, ())
    assert leader.clear


def test_nobody_is_named_alone_where_error_cannot_tell():
    leader = find_leader(make_cell([0.3, 0.4, 0.2], 0.03))
    assert (leader.option, leader.rivals) == ("force", ("now",))
    assert not leader.clear
    assert not leader.settled


def test_the_error_of_a_difference_is_taken_as_large_as_it_can_be():
    # As independent numbers 0.12 would be beyond two errors of 0.057; first places are taken from each other.
    assert find_leader(make_cell([0.56, 0.44], 0.04)).rivals == ("force",)


def test_equal_shares_share_the_lead_and_what_is_equal_everywhere_has_none():
    assert find_leader(make_cell([0.5, 0.5, 0.0])).group == {"now", "force"}
    assert find_leader(make_cell([1 / 3, 1 / 3, 1 / 3])) is None


def test_what_did_not_run_neither_leads_nor_rivals():
    assert find_leader(make_cell([np.nan, 0.7, 0.3])) == Leader("force", 0.7, 0.0, ())
    assert find_leader(make_cell([np.nan, np.nan, np.nan])) is None


def test_without_an_error_nothing_is_told_apart():
    leader = find_leader(make_cell([0.9, 0.1], np.nan))
    assert leader.rivals == ("force",)


@pytest.mark.parametrize(("share", "settled"), [(0.6, True), (0.53, False), (0.4, False)])
def test_settled_is_more_than_half_beyond_error(share, settled):
    assert replace(LEAD, share=share).settled == settled


def test_another_leads_only_where_no_option_may_lead_in_both():
    assert LEAD.differs(Leader("care", 0.9, 0.0, ()))
    assert not LEAD.differs(Leader("care", 0.5, 0.0, ("force",)))


TOWN = make_stakeholder(
    "town", weights={"lives": 3, "order": 1}, accepts=(make_condition("trust", at_least=-5.0),), evidence=("one",)
)
OPEN = make_stakeholder("open", weights={"faith": 1}, evidence=("two",))
EVEN = make_stakeholder("even", weights={"beauty": 1})
LUCK = np.arange(64) % 3
CHANGES = {
    "deaths": np.array([0.0 * LUCK, -5 + 0.0 * LUCK, 0.0 * LUCK]),
    "trust": np.array([0.0 * LUCK, -9 + 18.0 * (LUCK == 1), -9 + 18.0 * (LUCK == 2)]),
}


@pytest.fixture(scope="module")
def weighed():
    stored = Stored(scaled_case(stakeholders=(TOWN, OPEN, EVEN)), CHANGES)
    return stored.case, stored.weigh()


def test_leaders_are_found_by_stakeholder_and_basis(weighed):
    _, worths = weighed
    leaders = find_leaders(worths)
    assert leaders["town"] == Leader("force", 1.0, 0.0, ())
    assert len(leaders["open"].group) > 1
    assert "even" not in leaders  # nothing that it weighs is modelled
    assert find_leaders(worths, basis=MEASURED)["town"].option == "force"
    assert find_leaders(worths, basis=LIMITED)["town"].group != {"force"}
    assert find_leaders(replace(worths, people=worths.people.isel(stakeholder=slice(0)))) == {}


def test_findings_tell_for_whom_one_option_leads_and_for_whom_the_choice_is_open(weighed):
    case, worths = weighed
    settled, still, limited = tell_worths(case, worths)
    assert settled.sentence.startswith("For 1 of 2 stakeholders one option comes first in more than half")
    assert settled.sentence.endswith(": Force for Town.")
    assert (settled.value, settled.unit, settled.references) == (1.0, "stakeholders", ("one", "two"))
    assert still.sentence.startswith("The choice is open for Open:")
    assert still.references == ("two",)
    assert limited.sentence == "Another option leads without trade-offs past their limits for Town."
    for finding in (settled, still, limited):
        assert finding.topic == "values"
        assert finding.caveat == CAVEAT
        assert "SMAA-2" in finding.method


def test_an_order_that_our_own_rule_turned_is_told_as_a_warning(weighed):
    case, worths = weighed
    turned = worths.methods.assign(reversals=("stakeholder", [0, 2, 0]))
    *_, last = tell_worths(case, replace(worths, methods=turned))
    assert last.sentence.startswith("The weighted sum turned the order of two options 2 times")
    assert (last.value, last.unit, last.references) == (2.0, "turns", ("two",))


def test_without_scales_nothing_is_told(weighed):
    case, _ = weighed
    assert list(tell_worths(case, None)) == []
