"""Claims, verdicts and what was run for them, made up by hand, beside the invented case."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from invented import HARD, make_case, weigh_invented

from crossroads.analysis.carriers import Carrier, Ground
from crossroads.analysis.claims import Null, Verdict, tell_standing
from crossroads.analysis.debate import Debate
from crossroads.analysis.results import Analysis
from crossroads.analysis.tilting import Turn
from crossroads.case.records import Case, Claim, Comparison, Option, Orders, Part
from crossroads.search.inquiries import Inquiry

made_up_claims = importlib.import_module("made_up_claims")

VIEWS = ("mixture", "calm", "grim")
PERCENT = "\u202f%"


def make_part(name: str = "part", **more: Any) -> Part:
    return made_up_claims.make_part(name, **more)


def make_claim(*parts: Part, name: str = "C", **more: Any) -> Claim:
    return made_up_claims.make_claim(*parts, name=name, **more)


def make_verdict(share: Any = 0.95, error: Any = 0.01, part: str = "part", claim: str = "C", **more: Any) -> Verdict:
    """One share for all views, or one each."""
    shares, errors = (np.broadcast_to(np.asarray(one, dtype=float), 3).copy() for one in (share, error))
    parts = {
        "claim": claim,
        "part": part,
        "views": VIEWS,
        "share": shares,
        "error": errors,
        "standings": tuple(tell_standing(*pair) for pair in zip(shares, errors, strict=True)),
        "known": np.ones(3),
        "half": shares,
        "half_error": errors,
        "steady": np.ones(3, dtype=bool),
        "stances": (),
        "stance_share": np.empty((0, 3)),
        "stance_error": np.empty((0, 3)),
        "margin": np.tile([-1.0, 2.0, 5.0], (3, 1)),
        "units": ("deaths",),
        "holds": np.ones((1, 64)),
        "margins": np.ones((1, 64)),
        "games": (0, 0, 0),
    }
    return Verdict(**{**parts, **more})


def make_turn(**more: Any) -> Turn:
    known = {"uncertainty": "size", "category": "", "up": True, "mean": (0.2, 0.42), "median": (0.2, 0.4)}
    return Turn(**{**known, "divergence": 0.32, "effective": 512.4, **more})


def make_carrier(**more: Any) -> Carrier:
    known = {"uncertainty": "size", "strength": 0.3, "error": 0.01, "correlation": 0.5, "grade": "B"}
    rest = {"entries": ("one",), "status": "judgement", "contested": "low", "judged": True}
    return Carrier(**{**known, **rest, **more})


def make_ground(*carriers: Carrier, judged: float = 0.25) -> Ground:
    return Ground(carriers, max((one.grade for one in carriers), default=""), judged if carriers else np.nan)


def make_null(share: float, there: float, error: float = 0.01, part: str = "part", **more: Any) -> Null:
    one = np.ones(3)
    crosses = (share - 0.5) * (there - 0.5) < 0
    known = {
        "claim": "C",
        "part": part,
        "views": VIEWS,
        "share": share * one,
        "error": error * one,
        "null_share": there * one,
        "null_error": error * one,
        "follows": np.full(3, crosses and abs(share - there) > 3 * error),
        "stands": np.full(3, not crosses),
        "assumption": "Size matters.",
    }
    return Null(**{**known, **more})


def debate(*verdicts: Verdict, turns: Any = None, grounds: Any = None) -> Debate:
    keys = [one.key for one in verdicts]
    return Debate(
        verdicts,
        {key: (turns or {}).get(key[1], ()) for key in keys},
        {key: (grounds or {}).get(key[1], make_ground()) for key in keys},
    )


def compare(change: float = -8.0, error: float = 1.0, options=("now", "force"), horizons=("near", "far")) -> xr.Dataset:
    """Deaths and trust of two options; the change is the same everywhere."""
    shape = (2, len(options), len(horizons))
    values = np.zeros(shape)
    values[:, 1:] = change
    errors = np.where(values != 0, error, 0.0)
    return xr.Dataset(
        {
            "level": (("outcome", "option", "horizon"), 100.0 + values),
            "change": (("outcome", "option", "horizon"), values),
            "error": (("outcome", "option", "horizon"), errors),
            "apart": (("outcome", "option", "horizon"), np.abs(values) > 2 * errors),
        },
        coords={"outcome": ["deaths", "trust"], "option": list(options), "horizon": list(horizons)},
    )


SIDE = Comparison(name="Side by side", options=("now", "force"), outcomes=("deaths", "trust"), horizons=("near", "far"))
ORDERS = Orders(
    measures={"force": "Force", "probe": "Probe"},
    designs={"": "now", "force": "force", "probe": "probe", "force+probe": "care"},
    outcomes=("deaths",),
    horizon="near",
)


def order(mean=(-4.0, 0.1), error=(0.5, 0.2), low=(-6.0, 0.0), high=(2.0, 0.2)) -> xr.Dataset:
    cell, one = ("view", "outcome", "measure"), np.ones((3, 1, 2))
    known = {"mean": mean, "error": error, "low": low, "high": high}
    return xr.Dataset(
        {name: (cell, one * np.array(values)) for name, values in known.items()}
        | {
            "apart": (cell, one * np.abs(mean) > 2 * np.array(error)),
            "total": (("view", "outcome"), np.full((3, 1), -3.9)),
            "total_error": (("view", "outcome"), np.full((3, 1), 0.5)),
        },
        coords={"view": list(VIEWS), "outcome": ["deaths"], "measure": ["force", "probe"]}
        | {"name": ("measure", ["Force", "Probe"])},
    )


def claim_case(*claims: Claim) -> Case:
    """The invented case in which something is claimed; a probe stands beside its options."""
    probe = Option(id="probe", name="Probe", short=f"probe {HARD}", meaning="Made up.", mix="even")
    return make_case(claims=claims, probes=(probe,))


def weigh_claims(case: Case, found: Debate) -> Analysis:
    """The invented case, weighed, in which claims are judged as given."""
    return replace(weigh_invented(), case=case, debate=found)


def inquire(probed: Debate | None = None, nulls: tuple[Null, ...] = (), **more: Any) -> Inquiry:
    return Inquiry(48, probed or debate(), nulls, more.get("comparisons", {}), more.get("orders", {}))
