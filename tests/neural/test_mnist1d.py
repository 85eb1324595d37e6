import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import ks_2samp

from neural.mnist1d import SPAN, _templates, mnist1d

SOME = 2_000


@pytest.fixture(scope="module")
def drawn():
    return mnist1d()


def test_shapes_and_shares(drawn):
    x, y = drawn
    assert x.shape == (5000, 1, 1, 40)
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert np.bincount(y).tolist() == [500] * 10
    assert x.mean() == pytest.approx(0, abs=1e-6)
    assert x.std() == pytest.approx(1, abs=1e-6)
    assert np.mean((x < SPAN[0]) | (x > SPAN[1])) < 1e-3


def test_the_seed_decides():
    x, y = mnist1d(50, seed=3)
    again, labels = mnist1d(50, seed=3)
    assert np.array_equal(x, again)
    assert np.array_equal(y, labels)
    assert not np.array_equal(x, mnist1d(50, seed=4)[0])


def one_by_one(labels, rng):
    """The published recipe as its paper tells it, a series at a time, with the calls of its own choice."""
    series = []
    for label in labels:
        x = np.concatenate([_templates()[label], np.zeros(36 + int(rng.random() * 25))])
        x = np.interp(np.linspace(0, 1, 72), np.linspace(0, 1, len(x)), x)
        x = x * (1 + 0.4 * (rng.random() - 0.5))
        x = np.roll(x, rng.integers(48))
        smooth = gaussian_filter(0.25 * rng.standard_normal(72), 2)
        x = np.where(x != 0, x, smooth) + 0.02 * rng.standard_normal(72)
        x = x - 0.75 * (rng.random() - 0.5) * np.linspace(-0.5, 0.5, 72)
        series.append(np.interp(np.linspace(0, 1, 40), np.linspace(0, 1, 72), x))
    x = np.array(series)
    return (x - x.mean()) / x.std()


def test_an_independent_twin_draws_the_same_distribution(drawn):
    x, y = drawn
    x = x[:, 0, 0]
    rng = np.random.default_rng(1)
    twin = one_by_one(y[:SOME], rng)
    for label in range(10):
        ours, theirs = x[:SOME][y[:SOME] == label], twin[y[:SOME] == label]
        for measured in (
            np.max,
            np.min,
            np.std,
            lambda rows, axis: rows[:, 20],
            lambda rows, axis: np.abs(np.diff(rows)).sum(axis),
        ):
            assert ks_2samp(measured(ours, axis=1), measured(theirs, axis=1)).pvalue > 1e-4


def test_templates_begin_near_zero_and_vary_by_a_sixth():
    shapes = _templates()
    np.testing.assert_allclose(shapes[:, 0], 1e-8)
    np.testing.assert_allclose(shapes.std(axis=1), 1 / 6)
    # The "4": from 5 down to 2.6 in steps of 0.6, two low points, then level.
    np.testing.assert_allclose(
        np.diff(shapes[4]) / shapes[4].std(),
        np.diff([5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5])
        / np.std([5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5]),
        atol=1e-12,
    )
