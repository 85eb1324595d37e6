"""The bounds against their worst enemies: searched problems, and every smooth convex function at once."""

from __future__ import annotations

import pytest
from PEPit import PEP
from PEPit.functions import SmoothConvexFunction

from synthetic.theory import least_squares, tighter
from tests.synthetic.theory.search import excess, full_batch, mini_batches, search

HELD = 1 + 1e-9  # rounding
SEARCHES = {
    "T3.1 tighter": full_batch(2, steps=2),
    "T3.2 tighter": full_batch(2, steps=10),
    "least squares": full_batch(3, steps=1),
    "C3.6 tighter": mini_batches(2, 1, steps=2, noisy=False),
    "C3.6 convex tighter": mini_batches(2, 1, steps=5, noisy=False),
    "T3.5 tighter": mini_batches(2, 1, steps=2, noisy=True, lowest_cap=0.5),
    "T3.8 tighter": mini_batches(2, 1, steps=5, noisy=True),
}


def promise_more(monkeypatch: pytest.MonkeyPatch, times: float) -> None:
    """Every tighter constant times this."""
    drop, alpha, factor = tighter.tight_drop, tighter.tight_alpha, least_squares.worst_factor
    monkeypatch.setattr(tighter, "tight_drop", lambda setting: times * drop(setting))
    monkeypatch.setattr(tighter, "tight_alpha", lambda setting, eta: times * alpha(setting, eta))
    monkeypatch.setattr(least_squares, "worst_factor", lambda setting: 1 - times * (1 - factor(setting)))


@pytest.mark.parametrize("key", SEARCHES)
def test_no_problem_breaks_a_bound_and_one_breaks_two_percent_more(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worst, case = search(key, *SEARCHES[key])
    assert worst <= HELD, case
    promise_more(monkeypatch, 1.02)
    assert excess(key, case) > 1, (worst, case)


@pytest.mark.parametrize("key", ["T3.5", "T3.8", "C3.6", "T3.5 tighter", "T3.8 tighter", "C3.6 tighter"])
def test_no_problem_in_the_plane_breaks_a_bound_in_expectation(key: str) -> None:
    worst, case = search(key, *mini_batches(3, 2, steps=3, noisy=not key.startswith("C3.6")), seed=1)
    assert 0.1 < worst <= HELD, case


@pytest.mark.parametrize("r", [0.0, 0.5, 0.9])
def test_certificate_over_every_smooth_convex_function(r: float) -> None:
    """The largest ‖x⁺ − x*‖² − ‖x − x*‖² + c (f(x) − f*) over all convex, 1-smooth f at once is 0.

    c = (1−r)(3+r)/2, and with 2% more it is above 0. No f has a shorter step than (1−r)/(2(1+r)); that
    step is the worst.
    """
    shortest, c = (1 - r) / (2 * (1 + r)), (1 - r) * (3 + r) / 2
    worst = [certified(r, shortest * longer, c) for longer in (1.0, 1.05, 1.5, 5.0)]
    assert worst[0] == pytest.approx(0.0, abs=1e-6)
    assert max(worst[1:]) < -1e-3
    assert certified(r, shortest, 1.02 * c) == pytest.approx(0.02 * c, abs=1e-6)


def certified(r: float, gamma: float, c: float) -> float:
    """The worst case where the Polyak step is γ, that is N = γ‖h‖², by a semidefinite programme."""
    problem = PEP()
    f = problem.declare_function(SmoothConvexFunction, L=1.0)
    x_star, x = f.stationary_point(), problem.set_initial_point()
    grad_x, f_x = f.oracle(x)
    e = x + r * grad_x
    h, f_e = f.oracle(e)
    problem.add_constraint(f_e - f(x_star) - h * (e - x) == gamma * h**2)
    problem.set_initial_condition(f_x - f(x_star) == 1)
    after = x - gamma * h
    change = (after - x_star) ** 2 - (x - x_star) ** 2
    problem.set_performance_metric(change + c * (f_x - f(x_star)))
    return float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))
