"""Least squares, ridge and logistic regression, and every method of the Ridge lab, in plain NumPy."""

import csv
import hashlib
import sys
from functools import partial

import numpy as np

# ---- problems


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


def dot(a, b):
    """<a, b> in eight running sums, these added up in pairs: the order of the app, on every machine."""
    products = np.append(a * b, np.zeros(-len(a) % 8)).reshape(-1, 8)
    r = np.add.reduce(products, axis=0)
    return ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))


# ---- what a step sees: loss and gradient on its batch


class Batch:
    """A mini-batch: f_S at a point."""

    def __init__(self, f, rows):
        self.f, self.rows = f, rows

    def __call__(self, x):
        return checked(*self.f.loss_and_gradient(x, self.rows))


class Diagonal:
    """All rows of a ridge regression, y = x - x* in the eigenbasis of H: f - f* = 1/2 sum h_i y_i^2.

    Losses, and so f_star, are counted from f*: nothing is subtracted, and gaps far below 1e-16 are exact.
    """

    def __init__(self, f):
        self.h = f.eigenvalues

    def __call__(self, y):
        gradient = self.h * y
        return checked(0.5 * (dot(gradient, y)), gradient)

    @staticmethod
    def start(f, x0):
        offset = f.basis.T @ (x0 - f.nearest_minimiser(x0))
        return offset * (f.eigenvalues > 0)


class Quadratic:
    """The same in the given coordinates, for methods that scale each of them: f - f* = 1/2 y'Hy."""

    def __init__(self, f):
        self.H = f.A.T @ f.A / f.n + f.reg * np.eye(f.d)

    def __call__(self, y):
        gradient = self.H @ y
        return checked(0.5 * (dot(gradient, y)), gradient)

    @staticmethod
    def start(f, x0):
        return x0 - f.nearest_minimiser(x0)


def checked(loss, gradient):
    """Both, unless they have left the floats."""
    if not (np.isfinite(loss) and np.isfinite(gradient @ gradient)):
        raise FloatingPointError("diverged")
    return loss, gradient


# ---- methods: each makes a step(batch, x, t) -> new x, step size


def at(value, where):
    """A constant, or a function of the iteration or of the batch."""
    return value(where) if callable(value) else value


def climb(s, rho, lambd):
    """e - x = rho (1 - lambd + lambd / |s|) s, s the gradient at x; 0: USAM, 1: SAM."""
    scale, norm = rho * (1.0 - lambd), np.sqrt(dot(s, s))
    if lambd > 0.0 and norm > 0.0:
        scale += rho * lambd / norm
    return scale * s


def polyak(rho, lambd, f_star, gamma_b, longer=0.0):
    """gamma = min{max((f(e) - f_star - <g, e - x>) / |g|^2, 0), gamma_b}, g the gradient at e."""

    def step(batch, x, t):
        delta = climb(batch(x)[1], at(rho, t), lambd)
        loss, g = batch(x + delta)
        norm_sq = dot(g, g)
        ratio = (loss - at(f_star, batch) - dot(g, delta)) / norm_sq if norm_sq >= 1e-290 else 0.0
        gamma = min(max(ratio + longer, 0.0), gamma_b)
        return x - gamma * g, gamma

    return step


def constant(gamma, rho=0.0, lambd=0.0):
    """x - gamma g, g the gradient at e."""

    def step(batch, x, t):
        rate = at(gamma, t)
        delta = climb(batch(x)[1], at(rho, t), at(lambd, t))
        return x - rate * batch(x + delta)[1], rate

    return step


def af22_step(mu, L_max, t):
    """The decreasing step of Andriushchenko and Flammarion."""
    return np.minimum((8.0 * t + 4.0) / (3.0 * mu * (t + 1.0) ** 2), 0.5 / L_max)


def adasam(gamma, rho, beta1=0.9, beta2=0.999, epsilon=1e-12):
    """AdaSAM: SAM's e, AMSGrad's step without a correction of the start."""
    m, v, v_max = 0.0, epsilon**2, epsilon**2

    def step(batch, x, t):
        nonlocal m, v, v_max
        g = batch(x + climb(batch(x)[1], rho, 1.0))[1]
        m = beta1 * m + (1.0 - beta1) * g
        v = beta2 * v + (1.0 - beta2) * g * g
        v_max = np.maximum(v_max, v)
        return x - gamma * m / np.sqrt(v_max), gamma

    return step


def lightsam_1(gamma, rho, epsilon=1e-12):
    """LightSAM-I: both steps over the root of all squared norms so far."""
    u = v = epsilon**2

    def step(batch, x, t):
        nonlocal u, v
        s = batch(x)[1]
        u += dot(s, s)
        g = batch(x + rho / np.sqrt(u) * s)[1]
        v += dot(g, g)
        return x - gamma / np.sqrt(v) * g, gamma

    return step


def lightsam_2(gamma, rho, epsilon=1e-12):
    """LightSAM-II: the same for each coordinate."""
    u = v = epsilon**2

    def step(batch, x, t):
        nonlocal u, v
        s = batch(x)[1]
        u = u + s * s
        g = batch(x + rho * s / np.sqrt(u))[1]
        v = v + g * g
        return x - gamma * g / np.sqrt(v), gamma

    return step


def lightsam_3(gamma, rho, beta1=0.9, beta2=0.999, epsilon=1e-12):
    """LightSAM-III: both steps as in Adam, without a correction of the start."""
    r, u, m, v = 0.0, epsilon**2, 0.0, epsilon**2

    def step(batch, x, t):
        nonlocal r, u, m, v
        s = batch(x)[1]
        r = beta1 * r + (1.0 - beta1) * s
        u = beta2 * u + (1.0 - beta2) * s * s
        g = batch(x + rho * r / np.sqrt(u))[1]
        m = beta1 * m + (1.0 - beta1) * g
        v = beta2 * v + (1.0 - beta2) * g * g
        return x - gamma * m / np.sqrt(v), gamma

    return step


def sa_sam(eta0):
    """SA-SAM: eta from the change of the gradient, rho = sqrt(eta)."""
    eta, theta, x_before = eta0, np.inf, None

    def step(batch, x, t):
        nonlocal eta, theta, x_before
        s = batch(x)[1]
        if x_before is not None:
            change_x, change_s = x - x_before, s - batch(x_before)[1]
            norm = np.sqrt(change_s @ change_s)
            grown = np.sqrt(1.0 + theta) * eta
            new = min(np.sqrt(change_x @ change_x) / (2.0 * norm), grown) if norm > 0.0 else grown
            eta, theta = new, new / eta
        x_before = x
        g = batch(x + climb(s, np.sqrt(eta), 1.0))[1]
        return x - eta * g, eta

    return step


# ---- the run


def full_batch(view, f, trial):
    """The same view of all rows at every step."""
    whole = view(f)
    return lambda: whole


def with_replacement(m, seed, f, trial):
    """m rows drawn at every step; the same ones for every method."""
    rng = np.random.default_rng([seed, 2, trial])
    return lambda: Batch(f, rng.integers(0, f.n, m))


def without_replacement(m, seed, f, trial):
    """m different rows at every step; the same ones for every method."""
    rng = np.random.default_rng([seed, 2, trial])
    return lambda: Batch(f, rng.random(f.n).argsort()[:m])


def all_rows(f, trial):
    """All rows at every step."""
    whole = Batch(f, np.arange(f.n))
    return lambda: whole


def gap_of_view(f, view):
    """f - f* in the coordinates of a view."""
    whole = view(f)
    return lambda y: whole(y)[0]


def gap_of_loss(f):
    """f(x) - f*."""
    whole = Batch(f, np.arange(f.n))
    return lambda x: whole(x)[0] - f.f_min


def gap_of_ridge(f, x0):
    """f(x) - f* = 1/2 (x - x*)'H(x - x*), or the loss itself where f* = 0 is reached."""
    if f.interpolates:
        return gap_of_loss(f)
    x_star, whole = f.nearest_minimiser(x0), Quadratic(f)
    return lambda x: whole(x - x_star)[0]


def log_spaced(steps):
    """The first 50 iterations, then about 200 log-spaced ones, and the last."""
    later = np.rint(np.geomspace(50, steps, 200)) if steps > 50 else []
    return {*range(min(steps + 1, 50)), *np.array(later, dtype=int).tolist(), steps}


def run(step, x, steps, record, draw, gap):
    """One method, one trial: (t, f(x^t) - f*, gamma of the step from x^t) at the iterations of `record`."""
    rows = []
    try:
        for t in range(steps + 1):
            if t in record:
                rows.append([t, gap(x), np.nan])
            if t < steps:
                x, gamma = step(draw(), x, t)
                if t in record:
                    rows[-1][2] = gamma
    except FloatingPointError:
        print(f"diverged at iteration {t}")
    return rows


def compare(f, methods, steps, record, trials=1):
    """Run and print every method: name -> (x0, its batches, its gap, its step).

    The numbers as a table: method, trial, iteration, relative gap, step size.
    """
    table = []
    for name, (x0, batches, gap, make) in methods.items():
        for trial in range(trials):
            with np.errstate(over="ignore", invalid="ignore"):
                rows = run(make(), x0, steps, record, batches(f, trial), gap)
            table += [(name, trial, t, found / rows[0][1], gamma) for t, found, gamma in rows]
            print(f"{name:28s} trial {trial}  t = {table[-1][2]:6d}  relative gap {table[-1][3]:.10e}")
    return table


def write(table, path):
    """The table as CSV."""
    with open(path, "w", newline="") as file:
        header = ("method", "trial", "iteration", "relative_gap", "gamma")
        csv.writer(file).writerows([header, *table])
