import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import special, stats

from crossroads.case.distributions import (
    Categorical,
    Distribution,
    Lognormal,
    Loguniform,
    Normal,
    Pert,
    Point,
    Triangular,
    Uniform,
)
from crossroads.case.distributions.bells import _Z95

ADAPTER = TypeAdapter(Distribution)
numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
steps = st.floats(0.1, 50).map(lambda x: round(x, 3))
parts = st.floats(0, 1).map(lambda x: round(x, 3))


@st.composite
def finite(draw):
    low, span, part = draw(numbers), draw(steps), draw(parts)
    mode = min(low + part * span, low + span)
    kind = draw(st.sampled_from([Uniform, Triangular, Pert]))
    return kind(low=low, high=low + span) if kind is Uniform else kind(low=low, mode=mode, high=low + span)


@st.composite
def positive(draw):
    low = draw(st.floats(0.01, 10))
    central = low * (1.05 + draw(steps) / 10)
    high = central * (1.05 + draw(steps) / 10)
    if draw(st.booleans()):
        return Loguniform(low=low, high=high)
    cut = draw(st.booleans())
    return Lognormal(
        low=low, central=central, high=high, min=low / 2 if cut else None, max=high * 2 if cut else None
    )


@st.composite
def bells(draw):
    mean, sd = draw(numbers), draw(steps)
    low = mean - (0.1 + 3 * draw(parts)) * sd if draw(st.booleans()) else None
    high = mean + (0.1 + 3 * draw(parts)) * sd if draw(st.booleans()) else None
    return Normal(mean=mean, sd=sd, min=low, max=high)


continuous = st.one_of(finite(), positive(), bells())
GRID = np.linspace(0.001, 0.999, 101)


@settings(max_examples=60, deadline=None)
@given(continuous)
def test_quantile_and_cdf_undo_each_other(shape):
    assert np.allclose(shape.cdf(shape.quantile(GRID)), GRID, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(continuous)
def test_quantiles_rise_within_the_bounds(shape):
    values = shape.quantile(np.array([1e-12, *GRID, 1 - 1e-12]))
    low, high = shape.bounds()
    assert (np.diff(values) >= 0).all()
    assert values[0] >= low
    assert values[-1] <= high


@settings(max_examples=60, deadline=None)
@given(continuous)
def test_density_is_the_slope_of_the_cdf(shape):
    a, b = shape.quantile(np.array([0.02, 0.98]))
    edges = np.linspace(a, b, 4001)
    middles = (edges[1:] + edges[:-1]) / 2
    area = float(np.sum(shape.density(middles)) * (edges[1] - edges[0]))
    assert area == pytest.approx(0.96, abs=0.01)
    assert (shape.density(middles) > 0).all()


@settings(max_examples=40, deadline=None)
@given(continuous)
def test_nothing_lies_beyond_the_bounds(shape):
    low, high = shape.bounds()
    beyond = np.array([x for x in (low - 1, high + 1) if np.isfinite(x)])
    assert (shape.density(beyond) == 0).all()
    assert set(shape.cdf(beyond)) <= {0.0, 1.0}


@settings(max_examples=60, deadline=None)
@given(continuous)
def test_the_mean_is_the_average_of_the_quantiles(shape):
    u = (np.arange(40_000) + 0.5) / 40_000
    values = shape.quantile(u)
    assert shape.mean() == pytest.approx(values.mean(), rel=5e-3, abs=5e-3 * values.std())


@settings(max_examples=40, deadline=None)
@given(continuous)
def test_a_distribution_survives_being_written_and_read(shape):
    assert ADAPTER.validate_python(shape.model_dump()) == shape
    assert ADAPTER.validate_json(shape.model_dump_json()) == shape


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_a_categorical_gives_each_name_its_share(weights):
    total = sum(weights)
    shape = Categorical(shares={f"name_{i}": weight / total for i, weight in enumerate(weights)})
    codes = shape.quantile((np.arange(20_000) + 0.5) / 20_000)
    counted = np.bincount(codes.astype(int), minlength=len(weights)) / 20_000
    assert np.allclose(counted, np.array(weights) / total, atol=1e-3)
    assert np.allclose(shape.density(np.arange(len(weights))), np.array(weights) / total)
    assert np.allclose(shape.cdf(codes) - shape.density(codes), shape.cdf(codes - 1))


@pytest.mark.parametrize(
    ("shape", "known"),
    [
        (Uniform(low=2, high=5), stats.uniform(2, 3)),
        (Loguniform(low=1, high=100), stats.loguniform(1, 100)),
        (Triangular(low=0, mode=1, high=4), stats.triang(0.25, 0, 4)),
        (Pert(low=0, mode=1, high=4), stats.beta(2, 4, 0, 4)),
        (Lognormal(low=1, central=3, high=9), stats.lognorm(np.log(9) / 2 / stats.norm.ppf(0.95), scale=3)),
        (Normal(mean=2, sd=3), stats.norm(2, 3)),
        (Normal(mean=2, sd=3, min=0, max=4), stats.truncnorm(-2 / 3, 2 / 3, 2, 3)),
    ],
    ids=lambda shape: getattr(shape, "kind", ""),
)
def test_shapes_agree_with_their_textbook_form(shape, known):
    x = np.linspace(0.1, 9, 50)
    assert np.allclose(shape.quantile(GRID), known.ppf(GRID))
    assert np.allclose(shape.cdf(x), known.cdf(x))
    assert np.allclose(shape.density(x), known.pdf(x))
    assert shape.mean() == pytest.approx(known.mean())


def test_known_moments():
    assert Pert(low=0, mode=1, high=10).mean() == pytest.approx(14 / 6)
    assert Triangular(low=0, mode=1, high=2).mean() == 1
    assert Point(value=3).mean() == 3
    assert Categorical(shares={"a": 0.25, "b": 0.5, "c": 0.25}).mean() == 1


def test_a_lognormal_meets_its_three_points_where_they_are_geometric():
    shape = Lognormal(low=2, central=6, high=18)
    assert np.allclose(shape.quantile([0.05, 0.5, 0.95]), [2, 6, 18])


def test_a_skewed_lognormal_keeps_its_median_and_the_width_of_its_range():
    low, middle, high = Lognormal(low=1, central=2, high=20).quantile([0.05, 0.5, 0.95])
    assert middle == pytest.approx(2)
    assert high / low == pytest.approx(20)


def test_a_name_without_a_share_never_comes():
    shape = Categorical(shares={"none": 0, "one": 1, "never": 0})
    assert set(shape.quantile([0, 0.5, 1])) == {1.0}


def test_a_categorical_knows_nothing_between_or_beyond_its_names():
    assert list(Categorical(shares={"a": 0.3, "b": 0.7}).density([-1, 0, 0.5, 1, 2])) == [0, 0.3, 0, 0.7, 0]


def test_answers_have_the_form_of_the_question():
    for shape in (Point(value=1), Pert(low=0, mode=1, high=2), Categorical(shares={"a": 1})):
        for given_u in (0.5, np.full(3, 0.5), np.full((2, 3), 0.5)):
            for answer in (shape.quantile(given_u), shape.cdf(given_u), shape.density(given_u)):
                assert np.shape(answer) == np.shape(given_u)
                assert np.asarray(answer).dtype == np.float64


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "uniform", "low": 2, "high": 1}, "low .2. must be below high"),
        ({"kind": "loguniform", "low": 0, "high": 1}, "must be above 0"),
        ({"kind": "triangular", "low": 0, "mode": 3, "high": 1}, "mode .3. must lie between"),
        ({"kind": "lognormal", "low": 1, "central": 1, "high": 3}, "low must be below central"),
        ({"kind": "lognormal", "low": 1, "central": 2, "high": 3, "max": 0.1}, "more than 99 %"),
        ({"kind": "normal", "mean": 0, "sd": 1, "min": 9}, "more than 99 %"),
        ({"kind": "normal", "mean": 0, "sd": 0}, "greater than 0"),
        ({"kind": "categorical", "shares": {"a": 0.5, "b": 0.6}}, "sum to 1.1, not to 1"),
        ({"kind": "categorical", "shares": {"a": -0.5, "b": 1.5}}, "below 0"),
        ({"kind": "categorical", "shares": {}}, "at least 1"),
        ({"kind": "uniform", "low": 0, "high": float("inf")}, "finite"),
        ({"kind": "uniform", "low": 0, "high": 1, "mode": 1}, "Extra inputs"),
        ({"kind": "cauchy", "low": 0}, "does not match"),
    ],
)
def test_impossible_distributions_are_refused(fields, words):
    with pytest.raises(ValidationError, match=words):
        ADAPTER.validate_python(fields)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Point(value=3), "fixed at 3 weeks"),
        (Uniform(low=2, high=50_000), "from 2 to 50,000 weeks, all equally likely"),
        (Loguniform(low=1, high=8), "from 1 to 8 weeks, each doubling equally likely"),
        (Pert(low=0, mode=1, high=4), "from 0 to 4 weeks, most likely 1"),
        (Lognormal(low=1, central=3, high=9), "about 3 weeks; nine chances in ten between 1 and 9"),
        (Normal(mean=0, sd=1, max=9), "between -1.64 and 1.64, never above 9"),
        (Categorical(shares={"clay": 0.6, "sand": 0.4}), "clay 60 %, sand 40 %"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_distributions_are_told_in_plain_words(shape, words):
    assert words in shape.describe("weeks")
    assert "choice" not in shape.describe("choice")


def test_the_score_of_95_percent_is_the_one_of_scipy():
    assert float(special.ndtri(0.95)) == _Z95


@pytest.mark.parametrize("side", [-1, 1])
def test_a_cut_may_leave_one_percent_and_no_less(side):
    edge = float(special.ndtri(0.99))
    bound = "min" if side > 0 else "max"
    assert Normal(mean=0, sd=1, **{bound: side * (edge - 1e-6)}).mean() * side > edge
    with pytest.raises(ValidationError, match="more than 99 %"):
        Normal(mean=0, sd=1, **{bound: side * (edge + 1e-6)})
