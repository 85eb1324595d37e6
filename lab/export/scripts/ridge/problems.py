"""Problems: A and b, f with its constants, f*."""

import hashlib

import numpy as np

from lab.export.scripts.ridge.batches import Batch


def conditioned(n, d, seed, interpolated, noise, singular_values):
    """A (n, d) with these singular values between random orthonormal matrices, and b."""
    rng = np.random.default_rng([seed, 0])
    A = orthonormal(rng, n, d) * singular_values @ orthonormal(rng, d, n).T
    return A, labels(rng, A, interpolated, noise)


def gaussian(n, d, seed, interpolated, noise):
    """A (n, d) of standard normal entries, and b."""
    rng = np.random.default_rng([seed, 0])
    A = rng.standard_normal((n, d))
    return A, labels(rng, A, interpolated, noise)


def own_npz(path, sha256):
    same(path, sha256)
    arrays = np.load(path, allow_pickle=False)
    return arrays["A"].astype(float), arrays["b"].astype(float).ravel()


def own_csv(path, sha256, skip, label):
    same(path, sha256)
    table = np.loadtxt(path, delimiter=",", skiprows=skip, ndmin=2, encoding="utf-8-sig")
    return np.delete(table, label, axis=1), table[:, label]


def same(path, sha256):
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ValueError(f"{path} is not the file that these numbers were computed from")


def orthonormal(rng, rows, other):
    return np.linalg.qr(rng.standard_normal((rows, min(rows, other))))[0]


def labels(rng, A, interpolated, noise):
    """b = A x_true, plus noise where nothing is to be interpolated."""
    b = A @ rng.standard_normal(A.shape[1])
    return b if interpolated else b + noise * rng.standard_normal(len(b))


def condition_of_A(n, d, kappa):
    """Singular values of A, log-spaced from kappa^(-1/2) to kappa^(1/2)."""
    rank = min(n, d)
    return np.geomspace(kappa**-0.5, kappa**0.5, rank) if rank > 1 else np.ones(1)


def condition_of_H(n, d, kappa, reg):
    """Singular values of A for log-spaced eigenvalues of H = A'A/n + reg I."""
    rank = min(n, d)
    if d > n:  # d - n eigenvalues are reg; the others climb from just above it
        eigenvalues = reg * kappa ** (np.arange(1, rank + 1) / rank)
    else:
        lowest = reg + kappa**-0.5 / n
        eigenvalues = lowest * (np.geomspace(1.0, kappa, rank) if rank > 1 else np.ones(1))
    return np.sqrt(n * (eigenvalues - reg))


class Ridge:
    """f(x) = |A x - b|^2 / (2n) + reg/2 |x|^2: its constants, and f* and x* in closed form."""

    def __init__(self, A, b, reg):
        self.A, self.b, self.reg = A, b, reg
        self.n, self.d = A.shape
        U, s, Vt = np.linalg.svd(A, full_matrices=self.n < self.d)
        rank, self.basis = min(self.n, self.d), Vt.T
        s = np.where(s > np.finfo(float).eps * max(A.shape) * s[0], s, 0.0)
        self.eigenvalues = np.append(s**2, np.zeros(self.d - rank)) / self.n + reg  # of H
        self.L, self.mu = float(self.eigenvalues[0]), float(self.eigenvalues[-1])
        self.L_max = float(np.max(np.einsum("ij,ij->i", A, A)) + reg)
        curvature, beta = s**2 + self.n * reg, U[:, :rank].T @ b
        weights = np.divide(s, curvature, out=np.zeros_like(s), where=curvature > 0)
        self.x_star = self.basis[:, :rank] @ (weights * beta)
        size = np.linalg.norm(b) + np.linalg.norm(A) * np.linalg.norm(self.x_star)
        self.interpolates = reg == 0 and np.linalg.norm(A @ self.x_star - b) <= 1e-12 * size
        shrunk = np.divide(self.n * reg, curvature, out=np.ones_like(s), where=s > 0)
        outside = b - U[:, :rank] @ beta
        above = float((outside @ outside + beta**2 @ shrunk) / (2 * self.n))
        self.f_min = 0.0 if self.interpolates else above

    def nearest_minimiser(self, x):
        null = self.basis[:, self.eigenvalues == 0]
        return self.x_star + null @ (null.T @ x)

    def loss_and_gradient(self, x, rows):
        """f_S and its gradient on these rows; a row drawn twice counts twice."""
        A = self.A[rows]
        residual = A @ x - self.b[rows]
        loss = residual @ residual / (2 * len(rows)) + self.reg / 2 * (x @ x)
        return loss, A.T @ residual / len(rows) + self.reg * x


def ridge_minimum(batch):
    """min f_S, exactly."""
    f, A, b, m = batch.f, batch.f.A[batch.rows], batch.f.b[batch.rows], len(batch.rows)
    if f.interpolates:
        return 0.0
    if f.reg > 0:
        return 0.5 * b @ np.linalg.solve(m * np.eye(m) + A @ A.T / f.reg, b)
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    outside = b - U @ (U.T @ b * (s > 1e-12 * s[0]))
    return outside @ outside / (2 * m)


class Logistic:
    """f(x) = mean log(1 + exp(-b_i <a_i, x>)) + reg/2 |x|^2, b_i = 1 or -1; f* by Newton's method."""

    def __init__(self, A, b, reg):
        self.A, self.b, self.reg = A, b, reg
        self.n, self.d = A.shape
        self.L = float(np.linalg.norm(A, 2) ** 2 / (4 * self.n) + reg)
        self.L_max = float(np.max(np.einsum("ij,ij->i", A, A)) / 4 + reg)
        self.mu = reg
        self.f_min = logistic_minimum(Batch(self, np.arange(self.n)))

    def loss_and_gradient(self, x, rows):
        """f_S and its gradient on these rows; a row drawn twice counts twice."""
        A, b = self.A[rows], self.b[rows]
        margins = b * (A @ x)
        loss = np.mean(np.logaddexp(0.0, -margins)) + self.reg / 2 * (x @ x)
        return loss, -A.T @ (b * sigmoid(-margins)) / len(rows) + self.reg * x


def logistic_minimum(batch):
    """min f_S, to the last digits: Newton steps, halved while they gain too little."""
    f, A, b, x = batch.f, batch.f.A[batch.rows], batch.f.b[batch.rows], np.zeros(batch.f.d)
    value, gradient = batch(x)
    while True:
        miss = sigmoid(-b * (A @ x))
        H = (A * (miss * (1 - miss))[:, None]).T @ A / len(b) + f.reg * np.eye(f.d)
        step, length = np.linalg.solve(H, gradient), 1.0
        lower = batch(x - step)[0]
        while lower > value - 0.25 * length * (gradient @ step) + 1e-15 * value and length > 1e-15:
            length /= 2
            lower = batch(x - length * step)[0]
        x = x - length * step
        if value - lower <= 1e-16 * value:
            return float(lower)
        value, gradient = batch(x)


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1.0, small) / (1.0 + small)


def breast_cancer(reg):
    """The 569 tumours of scikit-learn, 30 features, standardised."""
    from sklearn.datasets import load_breast_cancer

    features, malignant = load_breast_cancer(return_X_y=True)
    centred = features - np.mean(features, axis=0)
    spread = np.std(centred, axis=0)
    A = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return Logistic(A, np.where(malignant == 1, 1.0, -1.0), reg)
