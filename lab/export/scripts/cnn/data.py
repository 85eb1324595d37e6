"""Data: training images and labels, test images and labels."""

import hashlib

import numpy as np
from sklearn.datasets import fetch_openml, load_digits
from sklearn.model_selection import train_test_split

from neural.corruption import noisy_labels, pixel_scales
from neural.own_data import split


def digits(most):
    """The digits of scikit-learn: 1,437 for training, 360 for testing."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels.astype(np.int64), test_size=360, stratify=labels, random_state=0
    )
    kept = some(len(train_x), most)
    return train_x[kept], train_y[kept], test_x, test_y


def generated(draw, most):
    """4,000 drawn images for training, 1,000 for testing."""
    images, labels = draw(5000, 0)
    kept = some(4000, most)
    return images[kept], labels[kept], images[4000:], labels[4000:]


def downloaded(data_id, shape, train, most):
    """The first `train` images of a data set of openml.org, and 2,000 of its last 10,000 for testing."""
    pixels, names = fetch_openml(data_id=data_id, return_X_y=True, as_frame=False)
    images = np.asarray(pixels).astype(np.uint8).reshape(-1, *shape)
    labels = np.array([str(name).strip("'\"") for name in names]).astype(float).astype(np.int64)
    kept, tested = some(train, most), train + some(len(images) - train, 2000)
    train_x, test_x = (images[rows].astype(np.float32) / np.float32(255) for rows in (kept, tested))
    return train_x, labels[kept], test_x, labels[tested]


def brought_images(path, sha256, most):
    """The images and labels of your file, if it is the same one; of each label a fifth is for testing."""
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ValueError(f"{path} is not the file that these numbers were computed from")
    arrays = np.load(path, allow_pickle=False)
    images, labels = arrays["images"], np.unique(arrays["labels"].ravel(), return_inverse=True)[1]
    images = images[:, None] if images.ndim == 3 else images
    images = images if images.shape[1] in (1, 3) else images.transpose(0, 3, 1, 2)
    low, high = float(images.min()), float(images.max())
    if low >= 0 and high <= 255:
        low, high = 0.0, 255.0 if high > 1 else 1.0
    images = ((images.astype(np.float64) - low) / (high - low)).astype(np.float32)
    train, test = split(labels)
    kept = train[some(len(train), most)]
    return images[kept], labels[kept], images[test], labels[test]


def some(n, most):
    """All of 0 ... n - 1, or `most` of them, the same ones each time."""
    return np.arange(n) if most >= n else np.random.default_rng([0, 3]).permutation(n)[:most]


def with_noise(data, share):
    """A share of the training labels replaced by wrong ones."""
    train_x, train_y, test_x, test_y = data
    return train_x, noisy_labels(train_y, share, max(train_y.max(), test_y.max()) + 1), test_x, test_y


def faded(data, kappa):
    """Every pixel times a factor of its own, 1 to 1/kappa."""
    train_x, train_y, test_x, test_y = data
    scales = pixel_scales(train_x.shape[1:], kappa)
    return train_x * scales, train_y, test_x * scales, test_y


def shifted(data, offset):
    """Every pixel plus the offset."""
    train_x, train_y, test_x, test_y = data
    offset = np.float32(offset)
    return train_x + offset, train_y, test_x + offset, test_y
