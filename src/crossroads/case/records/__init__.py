"""The frozen records that a case is made of.

Field docstrings are the manual: the reference page and the editor schema are generated from them. Ids are
words joined by underscores (records) or hyphens (evidence); in files they are the keys of mappings.
"""

from __future__ import annotations

from crossroads.case.records.answers import (
    Act,
    Actor,
    Anchor,
    Mix,
    Move,
    Payoff,
    Valued,
)
from crossroads.case.records.base import (
    HasId,
    Id,
    Record,
    Text,
    by_id,
)
from crossroads.case.records.choices import (
    Lever,
    Option,
    Setting,
    Step,
)
from crossroads.case.records.doubts import (
    Correlation,
    Factor,
    Uncertainty,
    View,
)
from crossroads.case.records.expectations import (
    Change,
    Check,
    Expectation,
    Given,
    Value,
)
from crossroads.case.records.propositions import (
    Comparison,
    Orders,
    Part,
    Proposition,
    Term,
)
from crossroads.case.records.registers import (
    HISTORY,
    Calibration,
    Forecast,
    Holdout,
    Measure,
    Observable,
)
from crossroads.case.records.sources import (
    Contested,
    Evidence,
    Fact,
    Reference,
    Series,
    Status,
)
from crossroads.case.records.turns import (
    Budget,
    Dial,
    Sweeps,
)
from crossroads.case.records.whole import (
    Case,
)
from crossroads.case.records.worth import (
    Claim,
    ClaimKind,
    Concern,
    Condition,
    Horizon,
    Outcome,
    Scale,
    Stakeholder,
)

__all__ = [
    "HISTORY",
    "Act",
    "Actor",
    "Anchor",
    "Budget",
    "Calibration",
    "Case",
    "Change",
    "Check",
    "Claim",
    "ClaimKind",
    "Comparison",
    "Concern",
    "Condition",
    "Contested",
    "Correlation",
    "Dial",
    "Evidence",
    "Expectation",
    "Fact",
    "Factor",
    "Forecast",
    "Given",
    "HasId",
    "Holdout",
    "Horizon",
    "Id",
    "Lever",
    "Measure",
    "Mix",
    "Move",
    "Observable",
    "Option",
    "Orders",
    "Outcome",
    "Part",
    "Payoff",
    "Proposition",
    "Record",
    "Reference",
    "Scale",
    "Series",
    "Setting",
    "Stakeholder",
    "Status",
    "Step",
    "Sweeps",
    "Term",
    "Text",
    "Uncertainty",
    "Value",
    "Valued",
    "View",
    "by_id",
]
