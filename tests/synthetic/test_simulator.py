"""The engine against hand-computed steps, its plain twin and exact reductions."""

import math
import warnings

import numpy as np
import pytest

from benchmarks.plain_loop import plain_loop
from synthetic import (
    Method,
    PolyakStep,
    RidgeConfig,
    RidgeRegression,
    Schedule,
    SimulationConfig,
    sam,
    sam_ps,
    sam_sps,
    sgd,
    simulate,
    sps_max,
    starting_points,
    unified_sam,
    usam,
    usam_ps,
    usam_sps,
    warm_up,
)
from synthetic.compiled.kernel import run_steps
from tests.synthetic.methods import METHODS


def one_dimensional() -> RidgeRegression:
    """f(x) = x², two equal samples: H = 2."""
    return RidgeRegression(np.array([[1.0], [np.sqrt(3.0)]]), np.zeros(2))


def test_hand_computed_polyak_step() -> None:
    # x = 1: s = 2, e = 1 + 0.1·2 = 1.2, h = 2.4, N = 1.44 − 2.4·0.2 = 0.96, γ = 0.96/5.76 = 1/6, x⁺ = 1 − 0.4
    track = simulate(one_dimensional(), [usam_ps(0.1)], SimulationConfig(1), x0=np.ones(1))["usam_ps"]
    assert track.gamma[0, 0] == pytest.approx(1 / 6, rel=1e-14)
    assert track.loss[0] == pytest.approx([1.0, 0.36], rel=1e-14)
    assert track.distance_sq[0, 1] == pytest.approx(0.36, rel=1e-14)
    assert track.grad_norm[0] == pytest.approx([2.0, 1.2], rel=1e-14)
    assert track.relative_gap[0] == pytest.approx([1.0, 0.36], rel=1e-14)
    assert np.isnan(track.gamma[0, 1])
    assert list(track.gradient_evaluations) == [0, 2]


def test_hand_computed_normalised_step_with_cap() -> None:
    # λ = 1, ρ = 0.5: e = 1.5, h = 3, N = 2.25 − 3·0.5 = 0.75, ratio 1/12, capped to 0.05: x⁺ = 0.85
    track = simulate(one_dimensional(), [sam_sps(0.5, gamma_b=0.05)], SimulationConfig(1), x0=np.ones(1))[
        "sam_sps"
    ]
    assert track.gamma_raw[0, 0] == pytest.approx(1 / 12, rel=1e-14)
    assert track.gamma[0, 0] == 0.05
    assert track.distance_sq[0, 1] == pytest.approx(0.85**2, rel=1e-14)
    assert list(track.capped_share[0]) == [0.0, 1.0]


def test_hand_computed_clamped_step() -> None:
    # λ = 1, ρ = 3: e = 4, h = 8, N = 16 − 24 < 0: γ = 0 with the safeguard, −1/8 without
    methods = [sam_ps(3.0), PolyakStep("bare", "bare", 3.0, 1.0, safeguard=False)]
    result = simulate(one_dimensional(), methods, SimulationConfig(1), x0=np.ones(1))
    assert result["sam_ps"].gamma[0, 0] == 0.0
    assert result["sam_ps"].gamma_raw[0, 0] == result["bare"].gamma[0, 0] == pytest.approx(-1 / 8)
    assert result["sam_ps"].distance_sq[0, 1] == 1.0
    assert result["bare"].distance_sq[0, 1] == pytest.approx(4.0)
    assert list(result["sam_ps"].clamped_share[0]) == [0.0, 1.0]


@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize(
    ("method", "reduced"),
    [
        (usam(0.2, 0.0), sgd(0.2)),
        (sam(0.2, 0.0), sgd(0.2)),
        (unified_sam(0.2, 0.1, 0.0), usam(0.2, 0.1)),
        (unified_sam(0.2, 0.1, 1.0), sam(0.2, 0.1)),
        (usam_sps(0.0, 0.5), sps_max(0.5)),
        (sam_sps(0.0, 0.5), sps_max(0.5)),
        (PolyakStep("blend", "", 0.1, 0.0, 0.0, 1.0), usam_sps(0.1)),
        (PolyakStep("blend", "", 0.1, 1.0, 0.0, 1.0), sam_sps(0.1)),
        (usam_sps(0.1, gamma_b=1e-6), usam(1e-6, 0.1)),
        (usam_sps(0.1, f_star="minimum", gamma_b=math.inf), usam_ps(0.1)),
    ],
)
def test_reductions_are_exact(batch_size: int | None, method: Method, reduced: Method) -> None:
    problem = RidgeConfig(n=10, d=10, seed=6).build()
    config = SimulationConfig(50, batch_size, record="all")
    one, other = simulate(problem, [method], config), simulate(problem, [reduced], config)
    np.testing.assert_array_equal(one[method.key].gap, other[reduced.key].gap)
    np.testing.assert_array_equal(one[method.key].gamma, other[reduced.key].gamma)


def test_methods_of_a_comparison_share_start_and_batches() -> None:
    problem = RidgeConfig(n=10, d=5, interpolated=False).build()
    config = SimulationConfig(30, batch_size=2, trials=3)
    twins = [usam_sps(0.1), PolyakStep("again", "", 0.1, 0.0, 0.0, 1.0)]
    result = simulate(problem, twins, config)
    np.testing.assert_array_equal(result["usam_sps"].loss, result["again"].loss)
    alone = simulate(problem, twins[1:], config)
    np.testing.assert_array_equal(alone["again"].loss, result["again"].loss)
    assert len(set(result["again"].loss[:, 0])) == 1  # one start
    assert len(set(result["again"].loss[:, -1])) == 3  # three sequences of batches


def test_published_draws_are_one_legacy_sequence() -> None:
    problem = RidgeConfig(n=10, d=5, interpolated=False).build()
    config = SimulationConfig(30, batch_size=3, trials=2, seed=3107, draws="published", record="all")
    result = simulate(problem, [usam(0.1, 0.1), usam_sps(0.1)], config)
    generator = np.random.RandomState(3107)
    x0 = starting_points(problem, config)[0]
    for method in (usam(0.1, 0.1), usam_sps(0.1)):
        for trial in range(2):
            batches = (generator.randint(0, 10, size=3) for _ in range(30))
            xs = [x for x, _ in plain_loop(problem, method, x0, batches)]
            np.testing.assert_allclose(result[method.key].loss[trial], problem.loss(np.array(xs)), rtol=1e-9)


def test_divergence_is_a_result() -> None:
    problem = RidgeConfig(n=10, d=10, seed=6).build()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = simulate(problem, [usam(50.0, 0.1), usam_ps(0.1)], SimulationConfig(2000, record="all"))
    wild, calm = result["usam"], result["usam_ps"]
    at = wild.diverged_at[0]
    assert 0 < at < 2000
    assert wild.diverged_share == 1.0
    assert np.all(np.isfinite(wild.loss[0, :at]))
    assert np.all(np.isnan(wild.loss[0, at + 1 :]))
    assert calm.diverged_at[0] == -1
    assert np.all(np.isfinite(calm.loss))


def test_start_at_the_minimum_stays() -> None:
    problem = RidgeRegression(np.eye(3), np.zeros(3))
    methods = [sgd(0.1), sam(0.1, 0.1), usam_ps(0.1), sam_ps(0.1)]
    result = simulate(problem, methods, SimulationConfig(5), x0=np.zeros(3))
    for track in result.tracks.values():
        assert np.all(track.loss == 0)
        assert np.all(track.relative_gap == 0)
        assert track.diverged_at[0] == -1


def test_full_batch_equals_all_rows_without_replacement() -> None:
    problem = RidgeConfig(n=8, d=8, seed=1).build()
    full = simulate(problem, [usam_ps(0.1)], SimulationConfig(20, None))["usam_ps"]
    rows = simulate(problem, [usam_ps(0.1)], SimulationConfig(20, 8, replacement=False))["usam_ps"]
    np.testing.assert_allclose(full.gap, rows.gap, rtol=1e-6)


@pytest.mark.parametrize(
    ("record", "T", "expected"),
    [
        ("all", 4, [0, 1, 2, 3, 4]),
        ("log", 4, [0, 1, 2, 3, 4]),
        ((), 9, [0, 9]),
        ((3, 1, 3), 9, [0, 1, 3, 9]),
    ],
)
def test_records(record: str | tuple[int, ...], T: int, expected: list[int]) -> None:
    assert list(SimulationConfig(T, record=record).record_at()) == expected


def test_log_records_are_dense_early_and_few() -> None:
    at = SimulationConfig(50_000).record_at()
    assert list(at[:50]) == list(range(50))
    assert at[-1] == 50_000
    assert len(at) < 260


def test_chosen_records_are_the_same_numbers() -> None:
    problem = RidgeConfig(n=10, d=5, interpolated=False).build()
    dense = simulate(problem, [usam_sps(0.1)], SimulationConfig(3000, 3, record="all"))["usam_sps"]
    sparse = simulate(problem, [usam_sps(0.1)], SimulationConfig(3000, 3))["usam_sps"]
    for name in ("loss", "gamma", "capped_share", "gap_of_average"):
        np.testing.assert_array_equal(getattr(sparse, name), getattr(dense, name)[:, sparse.iterations])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iterations", 0),
        ("iterations", 1.5),
        ("batch_size", 0),
        ("trials", 0),
        ("seed", -1),
        ("replacement", "yes"),
        ("draws", "random"),
        ("start", "zero"),
        ("record", "some"),
        ("record", (2000,)),
        ("record", (-1,)),
    ],
)
def test_bad_config_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .*got"):
        SimulationConfig(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("batch_size", [None, 3])
def test_a_cap_of_zero_is_a_step_of_zero(batch_size: int | None) -> None:
    problem = RidgeConfig(n=8, d=4, seed=2).build()
    track = simulate(problem, [usam_sps(0.1, gamma_b=0.0)], SimulationConfig(20, batch_size))["usam_sps"]
    assert np.all(track.gamma[0, :-1] == 0)
    assert np.all(track.capped_share[0, 1:] == 1)
    assert np.all(track.relative_gap == 1)
    assert track.diverged_share == 0


def test_a_step_without_a_radius_has_one_gradient() -> None:
    at = np.array([0, 1, 5])
    for method in (sgd(0.1), usam(0.1, 0.0), usam_sps(0.0)):
        assert list(method.evaluations_before(at)) == [0, 1, 5]
    for method in (usam(0.1, 0.2), usam_sps(0.2), sam(0.1, Schedule(0.3, "inverse_sqrt"))):
        assert list(method.evaluations_before(at)) == [0, 2, 10]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sgd(0.0), "gamma must be"),
        (lambda: sgd(float("nan")), "gamma must be"),
        (lambda: usam(0.1, -0.1), "rho must be"),
        (lambda: unified_sam(0.1, 0.1, 1.1), "lambd must be"),
        (lambda: usam_sps(0.1, gamma_b=-1e-9), r"gamma_b must be a number in \[0, inf\], got -1e-09"),
        (lambda: usam_sps(0.1, gamma_b=None), r"gamma_b must be a number in \[0, inf\], got None"),  # type: ignore[arg-type]
        (lambda: usam_sps(0.1, f_star="best"), "f_star must be"),
        (lambda: usam_sps(0.1, f_star=float("inf")), "f_star must be"),
        (lambda: PolyakStep("a", "a", safeguard=1), "safeguard must be"),  # type: ignore[arg-type]
        (lambda: Schedule(1.0, "linear"), "shape must be"),
        (lambda: Schedule(-1.0, "inverse"), "value must be"),
    ],
)
def test_bad_parameters_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


def test_bad_comparisons_are_refused() -> None:
    problem = RidgeConfig(n=4, d=3).build()
    with pytest.raises(ValueError, match="distinct keys"):
        simulate(problem, [sgd(0.1), sgd(0.2)], SimulationConfig(5))
    with pytest.raises(ValueError, match="at least one"):
        simulate(problem, [], SimulationConfig(5))
    with pytest.raises(ValueError, match=r"batch_size .* at most 4, got 5"):
        simulate(problem, [sgd(0.1)], SimulationConfig(5, 5, replacement=False))
    with pytest.raises(ValueError, match=r"x0 must be finite, of shape \(3,\) or \(2, 3\), got shape \(4,\)"):
        simulate(problem, [sgd(0.1)], SimulationConfig(5, trials=2), x0=np.zeros(4))


def test_progress_reaches_one() -> None:
    seen: list[float] = []
    problem = RidgeConfig(n=4, d=3).build()
    simulate(problem, [sgd(0.1), usam_ps(0.1)], SimulationConfig(5, trials=2), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_loop_is_compiled_once_for_all() -> None:
    warm_up()
    problem = RidgeConfig(n=4, d=3, interpolated=False, reg=0.1).build()
    for config in (SimulationConfig(3), SimulationConfig(3, 2), SimulationConfig(3, 2, draws="published")):
        simulate(problem, METHODS, config)
    assert len(run_steps.signatures) == 1  # type: ignore[attr-defined]


def test_methods_are_hashable_values_with_words() -> None:
    assert len({hash(method) for method in METHODS}) == len(METHODS)
    assert usam_ps(0.1) == usam_ps(0.1) != usam_ps(0.2)
    for method in METHODS:
        assert method.source
        assert "x^{t+1}" in method.formula
