"""Rules on what is valued: concerns, weights and what is acceptable."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.lookup import Lookup
from crossroads.errors import Problem

_SHARE_ERROR = 1e-6
_HIGHEST_WEIGHT = 5


def find_wrong_concerns(look: Lookup) -> Iterator[Problem]:
    """The outcomes of a concern share it fully; one without outcomes is not modelled."""
    for concern in look.case.concerns:
        for name, share in concern.outcomes.items():
            if share <= 0:
                what = f"the share {share:g} is not above 0"
                yield look.problem("concerns", concern.id, f"outcomes.{name}", what, "Write a share up to 1.")
        total = sum(concern.outcomes.values())
        if concern.outcomes and abs(total - 1) > _SHARE_ERROR:
            what = f"the shares of the outcomes sum to {total:.6g}, not to 1"
            yield look.problem("concerns", concern.id, "outcomes", what, "Change the shares.")


def find_wrong_weights(look: Lookup) -> Iterator[Problem]:
    """Who weighs has weights from 0 to 5; who is affected has none."""
    for who in look.case.stakeholders:
        if who.voice == "weighs" and not who.weights:
            what = '"weights" is missing: it is a value judgement and has no default'
            yield look.problem("stakeholders", who.id, "weights", what, "Write a weight for each concern.")
        if who.voice == "affected" and who.weights:
            what = "a stakeholder that is only affected has no weights"
            way_out = "Remove them, or write voice: weighs."
            yield look.problem("stakeholders", who.id, "weights", what, way_out)
        for name, weight in who.weights.items():
            if not 0 <= weight <= _HIGHEST_WEIGHT:
                what = f"the weight {weight:g} is out of range"
                way_out = f"Write a number from 0 to {_HIGHEST_WEIGHT}."
                yield look.problem("stakeholders", who.id, f"weights.{name}", what, way_out)


def find_wrong_conditions(look: Lookup) -> Iterator[Problem]:
    """A condition has one threshold, and a percentage is of something."""
    for who in look.case.stakeholders:
        for i, test in enumerate(who.accepts):
            field = f"accepts.{i}"
            given = [bound for bound in (test.at_most, test.at_least) if bound is not None]
            if not given:
                what = "the condition has no threshold: it is a value judgement and has no default"
                yield look.problem("stakeholders", who.id, field, what, "Write at_most or at_least.")
            if len(given) == 2:
                what = "the condition has both at_most and at_least"
                yield look.problem("stakeholders", who.id, field, what, "Write two conditions.")
            if test.percent and test.against == "zero":
                what = "a percentage of nothing means nothing"
                way_out = "Measure against status_quo or start, or remove percent."
                yield look.problem("stakeholders", who.id, f"{field}.percent", what, way_out)


RULES = (find_wrong_concerns, find_wrong_weights, find_wrong_conditions)
