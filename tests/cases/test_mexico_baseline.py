import json

import pytest
from mexico_baseline import PINNED, compute_results

pytestmark = pytest.mark.slow


def test_results_are_those_that_were_pinned():
    """A difference is wanted or a mistake: if wanted, `make baseline` and a changelog line "Changes results:"."""
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    found = compute_results()
    assert set(found) == set(pinned)
    for option, outcomes in pinned.items():
        for outcome, values in outcomes.items():
            assert found[option][outcome] == pytest.approx(values, rel=1e-9, abs=1e-12), f"{option}, {outcome}"
