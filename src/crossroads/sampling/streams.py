"""Independent random streams, one for each name: every random decision has its own."""

from __future__ import annotations

import json
from hashlib import sha256

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """The generator of (seed, names), the same wherever it is asked for; seed is a whole number from 0."""
    digest = sha256(json.dumps(names).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4")
    return np.random.default_rng(np.random.SeedSequence([seed, *words.tolist()]))
