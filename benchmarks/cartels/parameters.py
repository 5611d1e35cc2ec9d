"""The numbers of the test model: 40 uncertain parameters with their ranges, and four policies."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Kind = Literal["float32", "float64"]
KINDS: tuple[Kind, ...] = ("float32", "float64")

WEEKS = 1040

RANGES = MappingProxyType(
    {
        "recruitment": (0.001, 0.003),
        "arrest_capacity": (60, 180),
        "clash": (3e-8, 9e-8),
        "overreach": (1.5e-7, 4e-7),
        "shelter": (1e-5, 1e-4),
        "size_scale": (0.8, 1.2),
        "grievance_by_harm": (1e-6, 1e-5),
        "grievance_decay": (0.005, 0.02),
        "grievance_by_force": (0.0005, 0.005),
        "grievance_recruits": (0.02, 0.2),
        "state_growth": (0.001, 0.01),
        "state_erosion": (0.001, 0.01),
        "state_effect": (0.5, 2.0),
        "trust_loss": (0.01, 0.1),
        "trust_recovery": (0.002, 0.02),
        "trust_effect": (0.1, 0.6),
        "goodwill_growth": (0.002, 0.02),
        "goodwill_erosion": (0.002, 0.03),
        "goodwill_effect": (0.1, 1.0),
        "harm_by_death": (0.5, 2.0),
        "harm_by_force": (5, 50),
        "harm_decay": (0.01, 0.1),
        "supply_by_members": (0.2, 0.8),
        "supply_by_price": (0.1, 0.6),
        "interdiction_effect": (0.1, 0.5),
        "price_speed": (0.01, 0.1),
        "demand_level": (0.7, 1.4),
        "demand_elasticity": (0.2, 0.8),
        "profit_recruits": (0.02, 0.2),
        "budget_inflow": (1.0, 2.0),
        "force_cost": (0.3, 0.8),
        "civil_cost": (0.3, 0.8),
        "ease_effect": (0.1, 0.5),
        "ease_lag": (26, 156),
        "violence_memory": (0.05, 0.3),
        "leader_focus": (0, 0.5),
        "split_effect": (0, 0.5),
        "arms_effect": (0.05, 0.4),
        "discount": (0.0002, 0.001),
        "trend": (-0.0003, 0.0003),
    }
)
"""Parameter to its lowest and highest value."""

LEVERS = ("police", "military", "social", "interdiction", "unilateral", "arms", "demand", "building")
MODES = ("calm", "tense", "lean")
SETTINGS = (*(f"{lever}_{mode}" for mode in MODES for lever in LEVERS), "tense_above", "calm_below", "dwell", "budget")
"""What a policy sets: eight levers in three modes, the violence that changes the mode, weeks between two changes,
and the budget at the start."""

_LEVELS = np.array(
    [
        [
            [0.6, 0.1, 0.2, 0.4, 0.0, 0.1, 0.1, 0.2],
            [0.9, 0.6, 0.2, 0.5, 0.2, 0.1, 0.1, 0.2],
            [0.3, 0.0, 0.1, 0.2, 0.0, 0.0, 0.0, 0.1],
        ],
        [
            [0.5, 0.0, 0.8, 0.3, 0.0, 0.3, 0.5, 0.5],
            [0.7, 0.2, 0.6, 0.4, 0.0, 0.3, 0.4, 0.4],
            [0.3, 0.0, 0.3, 0.2, 0.0, 0.1, 0.1, 0.2],
        ],
        [
            [0.7, 0.8, 0.1, 0.6, 0.8, 0.1, 0.0, 0.1],
            [0.9, 1.0, 0.1, 0.8, 1.0, 0.1, 0.0, 0.1],
            [0.4, 0.2, 0.1, 0.3, 0.2, 0.0, 0.0, 0.1],
        ],
        [
            [0.4, 0.0, 0.3, 0.2, 0.0, 0.8, 0.3, 0.8],
            [0.6, 0.1, 0.3, 0.4, 0.0, 0.8, 0.3, 0.6],
            [0.3, 0.0, 0.1, 0.2, 0.0, 0.3, 0.1, 0.2],
        ],
    ]
)
"""(policies, modes, levers)."""
_RULES = np.array([[220, 120, 26, 60], [250, 150, 26, 60], [180, 100, 13, 60], [300, 160, 52, 60]])
POLICIES: Floats = np.hstack([_LEVELS.reshape(len(_LEVELS), -1), _RULES])
"""(policies, settings)."""

OUTCOMES = (
    ("deaths", "total"),
    ("harm", "total"),
    ("final_members", "level"),
    ("peak_members", "level"),
    ("mean_price", "total"),
    ("least_trust", "level"),
    ("least_goodwill", "level"),
    ("final_state", "level"),
    ("cost", "total"),
    ("weeks_tense", "total"),
    ("weeks_lean", "total"),
    ("switches", "total"),
    ("discounted_harm", "total"),
    ("final_grievance", "level"),
    ("concentration", "level"),
)
"""Name and reading of what is measured at the end."""


def draw_parameters(count: int, seed: int = 1) -> Floats:
    """(count, parameters), uniform between their lowest and highest values."""
    low, high = np.array(list(RANGES.values()), dtype=float).T
    drawn: Floats = low + (high - low) * np.random.default_rng(seed).random((count, len(RANGES)))
    return drawn


def list_runs(count: int) -> Integers:
    """(count, 2): row of the parameters and policy; every row meets each policy in turn."""
    places = np.arange(count)
    return np.column_stack([places // len(POLICIES), places % len(POLICIES)])
