"""Methods: each makes a step(batch, x, t) -> new x, step size."""

import numpy as np

from lab.export.scripts.ridge.batches import dot


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
