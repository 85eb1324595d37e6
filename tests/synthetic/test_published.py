"""The four published figures: constants, ends of the curves, editions, the early part by the plain loop."""

import numpy as np
import pytest

from benchmarks.plain_loop import plain_loop
from synthetic import FIGURES, Result, run_figure
from synthetic.published import SEED, deterministic_problem, stochastic_problem

TABLE = {
    "usam_theory_det": (10_000, 1, 100, ["AF22", "Khanh24", "Unified", "USAM-PS"]),
    "ada_comparison_det": (
        10_000,
        1,
        100,
        ["AdaSAM", "LightSAM-I", "LightSAM-II", "LightSAM-III", "SA-SAM", "USAM-PS"],
    ),
    "usam_theory_stoch": (10_000, 5, 10, ["AF22", "Unified", "USAM-SPS"]),
    "ada_comparison_stoch": (
        50_000,
        3,
        10,
        ["AdaSAM", "LightSAM-I", "LightSAM-II", "LightSAM-III", "SA-SAM", "USAM-SPS"],
    ),
}


@pytest.fixture(scope="module")
def released() -> dict[str, Result]:
    return {name: run_figure(name) for name in FIGURES}


def test_deterministic_constants() -> None:
    problem, _ = deterministic_problem()
    assert (problem.mu, problem.L, problem.kappa) == pytest.approx((0.001, 0.1, 100), rel=1e-12)
    assert problem.f_min == 0
    assert problem.interpolates


def test_stochastic_constants() -> None:
    problem, x0 = stochastic_problem()
    assert problem.mu == pytest.approx(0.0010003530, abs=5e-11)
    assert pytest.approx(3.5912747, abs=5e-8) == problem.L
    assert problem.L_max == pytest.approx(133.39052, abs=5e-6)
    assert problem.reg == 0.001
    described, other = stochastic_problem("described")
    s = np.linalg.svd(described.A, compute_uv=False)
    assert s[0] / s[-1] == pytest.approx(10)
    assert not np.array_equal(x0, other)


def test_recipes_are_those_of_the_table(released: dict[str, Result]) -> None:
    assert list(released) == list(TABLE)
    for name, (iterations, trials, batch_size, names) in TABLE.items():
        config = released[name].config
        assert (config.iterations, config.trials, config.batch_size) == (iterations, trials, batch_size)
        assert [track.method.name for track in released[name].tracks.values()] == names
        for track in released[name].tracks.values():
            assert list(track.iterations) == list(range(0, iterations + 1, 100))
            assert track.diverged_share == 0


def test_published_ends(released: dict[str, Result]) -> None:
    deterministic = released["usam_theory_det"]
    assert deterministic["af22"].loss[0, -1] < 1e-30
    assert deterministic["af22"].relative_gap[0, -1] < 1e-30
    stochastic = released["usam_theory_stoch"]
    means = {key: track.loss[:, -1].mean() for key, track in stochastic.tracks.items()}
    assert means["af22"] == pytest.approx(0.0337, abs=5e-5)
    assert means["unified"] == pytest.approx(44.99, abs=5e-3)
    assert means["usam_sps"] == pytest.approx(0.01936, abs=5e-6)


@pytest.mark.parametrize("name", ["usam_theory_det", "ada_comparison_det", "usam_theory_stoch"])
def test_released_draws_in_the_published_order(released: dict[str, Result], name: str) -> None:
    """Against the plain loop with one generator: the first 1,000 iterations of the first lane."""
    figure = FIGURES[name]
    problem, x0 = figure.problem()
    generator = np.random.RandomState(SEED)
    method = figure.methods(problem)[0]
    batches = (generator.randint(0, problem.n, size=figure.batch_size) for _ in range(1000))
    xs = [x for t, (x, _) in enumerate(plain_loop(problem, method, x0, batches)) if t % 100 == 0]
    expected = problem.loss(np.array(xs))
    np.testing.assert_allclose(released[name][method.key].loss[0, :11], expected, rtol=1e-8)


def test_second_lane_goes_on_where_the_first_stopped(released: dict[str, Result]) -> None:
    figure = FIGURES["usam_theory_stoch"]
    problem, x0 = figure.problem()
    generator = np.random.RandomState(SEED)
    generator.randint(0, 100, size=(10_000, 10))
    batches = (generator.randint(0, 100, size=10) for _ in range(200))
    xs = [x for x, _ in plain_loop(problem, figure.methods(problem)[0], x0, batches)]
    track = released[figure.name]["af22"]
    np.testing.assert_allclose(track.loss[1, 1:3], problem.loss(np.array(xs)[[100, 200]]), rtol=1e-10)


def test_described_editions_differ_where_they_say() -> None:
    for figure in FIGURES.values():
        released, described = figure.config(), figure.config("described")
        assert described.batch_size == (10 if figure.stochastic else None)
        assert released.batch_size == figure.batch_size
        same = np.array_equal(figure.problem()[0].A, figure.problem("described")[0].A)
        assert same != figure.stochastic
    result = run_figure("usam_theory_det", "described")
    # true full batch: the constant steps follow their exact rate, 1 − γμ(1 + ρμ), at the end
    for key in ("khanh24", "unified"):
        method = result[key].method
        factor = 1 - method.gamma * 0.001 * (1 + method.rho * 0.001)  # type: ignore[attr-defined]
        gap = result[key].gap[0]
        assert gap[-1] / gap[-2] == pytest.approx(factor**200, rel=0.01)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="name must be one of 'usam_theory_det'"):
        run_figure("figure_1")
    with pytest.raises(ValueError, match="edition must be one of 'released', 'described', got 'draft'"):
        run_figure("usam_theory_det", "draft")
