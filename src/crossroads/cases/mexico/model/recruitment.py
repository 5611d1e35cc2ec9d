"""Recruitment: how recruits per member follow the size of the groups, their losses and the risks, in six forms.

All agree at the anchor date: in proportion to size; a constant inflow; logistic up to a ceiling; replacement of losses;
hiring up to a staff target; a choice of each person approached (structure-recruitment-forms, structure-replacement,
structure-joining-choice). Part of the groups mechanism.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, maximum

FORMS = ("proportional", "constant_inflow", "logistic", "replacement", "staff_target", "occupational_choice")
PROPORTIONAL, CONSTANT_INFLOW, LOGISTIC, REPLACEMENT, STAFF_TARGET, OCCUPATIONAL_CHOICE = range(6)


def joining_odds(jail_hazard: Any, kill_hazard: Any, join_bias: Any, weight_jail: Any, weight_death: Any) -> Any:
    """Chance that somebody approached joins, as a logistic choice against the risk (illustrative parameters)."""
    appeal = join_bias - weight_jail * jail_hazard - weight_death * kill_hazard
    return 0.1 + 0.8 / (1.0 + exp(-appeal))


def recruit_rate_at(
    members: Any,
    anchor_members: Any,
    recruit_constant: Any,
    jail_constant: Any,
    anchor_kill_hazard: Any,
    kill_hazard: Any,
    jail_hazard: Any,
    recruit_ceiling: Any,
    join_bias: Any,
    join_weight_jail: Any,
    join_weight_death: Any,
    recruitment: Any,
) -> Any:
    """Recruits per member before policy, in one of six forms that agree at the anchor date.

    Replacement is proportional here; what each group hires for its extra losses is added in `unit`.
    """
    ratio = anchor_members / maximum(members, 1.0)
    if recruitment == CONSTANT_INFLOW:
        return recruit_constant * ratio
    if recruitment == LOGISTIC:
        return recruit_constant * maximum(recruit_ceiling - 1.0 / ratio, 0.0) / (recruit_ceiling - 1.0)
    if recruitment == STAFF_TARGET:
        return recruit_constant * maximum(recruit_ceiling * ratio - 1.0, 0.0) / (recruit_ceiling - 1.0)
    if recruitment == OCCUPATIONAL_CHOICE:
        now = joining_odds(jail_hazard, kill_hazard, join_bias, join_weight_jail, join_weight_death)
        then = joining_odds(jail_constant, anchor_kill_hazard, join_bias, join_weight_jail, join_weight_death)
        return recruit_constant * now / then
    return recruit_constant


def replaced_losses(replacement_share: Any, recruitment: Any) -> Any:
    """Share of extra losses replaced by hiring: none unless recruitment is replacement."""
    if recruitment == REPLACEMENT:
        return replacement_share
    return replacement_share * 0.0
