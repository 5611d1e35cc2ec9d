import numpy as np
import pytest

from crossroads.sampling.streams import stream


def test_a_stream_is_the_same_whenever_it_is_asked_for():
    stream(1, "other").random(5)
    assert np.array_equal(stream(1, "futures", "a", "0").random(5), stream(1, "futures", "a", "0").random(5))


@pytest.mark.parametrize(
    "names", [("futures", "a", "1"), ("futures", "a0", ""), ("futures",), (), ("Futures", "a", "0")]
)
def test_other_names_give_other_streams(names):
    assert not np.array_equal(stream(1, "futures", "a", "0").random(5), stream(1, *names).random(5))


def test_other_seeds_give_other_streams():
    assert not np.array_equal(stream(1, "futures").random(5), stream(2, "futures").random(5))


def test_streams_are_not_correlated():
    draws = np.stack([stream(7, "futures", str(i)).random(4000) for i in range(12)])
    correlations = np.corrcoef(draws)[np.triu_indices(12, 1)]
    assert np.abs(correlations).max() < 0.07


def test_the_numbers_of_a_stream_are_pinned():
    assert stream(1, "futures", "engineers", "0").integers(0, 1000, 4).tolist() == [859, 972, 394, 596]
