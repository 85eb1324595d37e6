import numpy as np
import pytest

from neural.corruption import noisy_labels, pixel_scales

LABELS = np.arange(20_000) % 10


def test_new_labels_are_spread_evenly_over_the_other_classes():
    noisy = noisy_labels(LABELS, 1.0, 10)
    counts = np.bincount((noisy - LABELS) % 10, minlength=10)
    assert counts[0] == 0
    expected = 20_000 / 9
    chi_square = ((counts[1:] - expected) ** 2 / expected).sum()
    assert chi_square < 26.1  # 99.9 % of χ² with 8 degrees of freedom; the seed is fixed
    assert np.array_equal(LABELS, np.arange(20_000) % 10)


def test_more_noise_changes_the_same_labels_and_more():
    little, much = noisy_labels(LABELS, 0.1, 10), noisy_labels(LABELS, 0.3, 10)
    changed = little != LABELS
    assert changed.sum() == 2000
    assert (much != LABELS).sum() == 6000
    assert np.array_equal(much[changed], little[changed])


def test_the_changed_labels_are_spread_over_the_data():
    changed = noisy_labels(LABELS, 0.5, 10) != LABELS
    halves = changed.reshape(2, -1).mean(axis=1)
    assert halves == pytest.approx([0.5, 0.5], abs=0.02)


@pytest.mark.parametrize("classes", [2, 3])
def test_few_classes(classes):
    labels = np.arange(30) % classes
    noisy = noisy_labels(labels, 1.0, classes)
    assert np.all(noisy != labels)
    assert set(noisy) <= set(range(classes))


def test_seeds_give_other_labels_and_other_scales():
    assert np.array_equal(noisy_labels(LABELS, 0.2, 10, 1), noisy_labels(LABELS, 0.2, 10, 1))
    assert not np.array_equal(noisy_labels(LABELS, 0.2, 10, 1), noisy_labels(LABELS, 0.2, 10, 2))
    assert np.array_equal(pixel_scales((1, 4, 4), 9.0, 1), pixel_scales((1, 4, 4), 9.0, 1))
    assert not np.array_equal(pixel_scales((1, 4, 4), 9.0, 1), pixel_scales((1, 4, 4), 9.0, 2))


@pytest.mark.parametrize(("shape", "kappa"), [((1, 8, 8), 1.0), ((3, 32, 32), 1e4), ((1, 1, 2), 7.0)])
def test_scales_are_evenly_spaced_in_the_logarithm_from_one_to_one_over_kappa(shape, kappa):
    scales = pixel_scales(shape, kappa)
    assert scales.shape == shape
    assert scales.dtype == np.float32
    assert scales.max() == 1.0
    assert scales.min() == np.float32(1 / kappa)
    steps = np.diff(np.log(np.sort(scales, axis=None).astype(float)))
    assert steps == pytest.approx(np.log(kappa) / (scales.size - 1), abs=1e-5)


def test_the_order_of_the_scales_is_mixed():
    rows = np.log10(pixel_scales((1, 32, 32), 1e4)[0]).mean(axis=1)
    assert np.abs(rows + 2).max() < 1
