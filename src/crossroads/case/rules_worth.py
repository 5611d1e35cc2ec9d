"""Rules on what is valued: concerns, weights, the scales that weights refer to, and what is acceptable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from crossroads.case.lookup import Lookup
from crossroads.case.records import Concern, Outcome, Scale, Stakeholder
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


def find_wrong_knowledge(look: Lookup) -> Iterator[Problem]:
    """Where intervals of weights are known, how wide they are stands beside; elsewhere it means nothing."""
    for who in look.case.stakeholders:
        if who.known == "interval" and not who.within:
            what = "how far the weights may be off is missing: it is a judgement and has no default"
            way_out = 'Write "within", such as 0.3 for 30 %.'
            yield look.problem("stakeholders", who.id, "known", what, way_out)
        if who.known != "interval" and who.within:
            what = f'"within" means nothing where known is {who.known}'
            yield look.problem("stakeholders", who.id, "within", what, "Remove it, or write known: interval.")


def find_wrong_scales(look: Lookup) -> Iterator[Problem]:
    """A scale is of a horizon of the case, and leads from its worst by its points to its best without turning."""
    for outcome in look.case.outcomes:
        names = [(horizon, f"scales.{horizon}") for horizon in outcome.scales]
        yield from look.find_unknown(names, "horizons", "outcomes", outcome.id, "horizon")
        for horizon, scale in outcome.scales.items():
            field = f"scales.{horizon}"
            if scale.worst == scale.best:
                what = f"the worst and the best change are both {scale.best:g}, so nothing is ever better"
                yield look.problem("outcomes", outcome.id, field, what, "Write two changes that differ.")
            else:
                yield from _find_wrong_points(look, outcome, field, scale)


def find_missing_scales(look: Lookup) -> Iterator[Problem]:
    """An outcome with scales has one at the horizon of everybody who weighs it."""
    known, horizons = look.ids("concerns"), look.ids("horizons")
    scaled = {outcome.id: outcome.scales for outcome in look.case.outcomes if outcome.scales}
    missing = {
        (name, who.horizon): who
        for who in reversed(look.case.stakeholders)
        for name in _list_weighed(who, known)
        if who.horizon in horizons and who.horizon not in scaled.get(name, {who.horizon: None})
    }
    for (name, horizon), who in missing.items():
        what = f"no scale at {horizon}, where {who.id} reads it: it is a value judgement and has no default"
        yield look.problem("outcomes", name, "scales", what, f"Write a scale for {horizon}.")


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


def _find_wrong_points(look: Lookup, outcome: Outcome, field: str, scale: Scale) -> Iterator[Problem]:
    """Problems of the points of one scale, the first for each kind."""
    changes = [scale.worst, *(change for change, _ in scale.through), scale.best]
    worths = [worth for _, worth in scale.through]
    sign = 1 if scale.best > scale.worst else -1
    if any(sign * (later - sooner) <= 0 for sooner, later in pairwise(changes)):
        what = "the points do not lead from the worst change to the best"
        way_out = f"Write them in order, between {scale.worst:g} and {scale.best:g}."
        yield look.problem("outcomes", outcome.id, f"{field}.through", what, way_out)
    elif any(later < sooner for sooner, later in pairwise([0.0, *worths, 1.0])):
        what = "what a change is worth falls on the way to the best, or leaves 0 to 1"
        yield look.problem("outcomes", outcome.id, f"{field}.through", what, "Write worths from 0 to 1 that rise.")


def _list_weighed(who: Stakeholder, concerns: Mapping[str, Concern]) -> list[str]:
    """The outcomes that speak for what somebody weighs."""
    weighed = [concerns[name] for name, weight in who.weights.items() if weight > 0 and name in concerns]
    return [outcome for concern in weighed for outcome in concern.outcomes]


RULES = (
    find_wrong_concerns,
    find_wrong_weights,
    find_wrong_knowledge,
    find_wrong_scales,
    find_missing_scales,
    find_wrong_conditions,
)
