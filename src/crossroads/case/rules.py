"""Rules across records: `find_problems` runs them all and collects every problem.

Each rule is a small function from a Lookup to problems. `rules_names` says who may name whom, `rules_play`
what options and actors may do, `rules_worth` what stakeholders weigh, `rules_evidence` what rests on what,
`rules_checks` what a model must do, `rules_correlations` what moves together, `rules_calibration` how the past weighs,
`rules_factors` what is shown together, `rules_sweeps` what is run around the options, `rules_claims` and
`rules_propositions` what is claimed and how it is tested, `rules_payoffs` what actors play for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crossroads.case import (
    rules_calibration,
    rules_checks,
    rules_claims,
    rules_correlations,
    rules_evidence,
    rules_factors,
    rules_names,
    rules_payoffs,
    rules_play,
    rules_propositions,
    rules_sweeps,
    rules_worth,
)
from crossroads.case.lookup import Broken, Locate, Lookup, locate_nowhere
from crossroads.case.records import Case
from crossroads.errors import Problem

Rule = Callable[[Lookup], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    *rules_names.RULES,
    *rules_play.RULES,
    *rules_payoffs.RULES,
    *rules_worth.RULES,
    *rules_evidence.RULES,
    *rules_checks.RULES,
    *rules_correlations.RULES,
    *rules_calibration.RULES,
    *rules_factors.RULES,
    *rules_sweeps.RULES,
    *rules_claims.RULES,
    *rules_propositions.RULES,
)


def find_problems(case: Case, locate: Locate = locate_nowhere, broken: Broken | None = None) -> list[Problem]:
    """All problems of a case, each once, in the order of their places.

    `locate` tells where a field stands; `broken` names records that could not be read, so that naming them is
    no second mistake.
    """
    look = Lookup(case, locate, broken or Broken())
    return sorted({problem for rule in RULES for problem in rule(look)})
