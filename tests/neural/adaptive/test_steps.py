"""Steps computed by hand, exact reductions, refusals."""

import math

import pytest
import torch

from neural.adaptive import SASAM, Adam, AdaSAM, LightSAM1, LightSAM2, LightSAM3
from neural.data import digits
from neural.methods import METHODS
from neural.networks import build_network

SHARPNESS_AWARE = [AdaSAM, LightSAM1, LightSAM2, LightSAM3]


def variable(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def bowl(x, curvature=1.0):
    """Closure of f = Σ c x²/2: ∇f(x) = c x, element by element."""

    def closure():
        loss = (curvature * x * x).sum() / 2
        loss.backward()
        return loss

    return closure


def close(actual, expected):
    torch.testing.assert_close(actual.detach(), torch.as_tensor(expected), rtol=1e-14, atol=0)


def test_adasam_by_hand():
    # β₁ = β₂ = 1/2, ε = 1, f = x²: e = 1.5, g = 3 + 0.2; m = 1.6, v = v̂ = (1 + 3.2²)/2 = 5.62
    x = variable(1.0)
    optimizer = AdaSAM([x], lr=0.1, rho=0.5, weight_decay=0.2, beta1=0.5, beta2=0.5, epsilon=1.0)
    optimizer.step(bowl(x, 2.0))
    first = 1 - 0.1 * 1.6 / math.sqrt(5.62)
    close(x, variable(first))
    info = optimizer.last_step
    assert (info.loss_x, info.loss_e, info.gamma) == (1.0, 2.25, 0.1)
    assert info.perturbation_norm == 0.5
    assert info.numerator == 2.25 - 3 * 0.5
    assert info.gamma_raw == pytest.approx(0.75 / 9)
    # A flatter batch: g is small, v falls to about 2.9 and v̂ stays at 5.62.
    optimizer.step(bowl(x, 0.2))
    m = (1.6 + 0.2 * (first + 0.5) + 0.2 * first) / 2
    close(x, variable(first - 0.1 * m / math.sqrt(5.62)))


def test_lightsam_1_by_hand():
    # s = (1, 4), u = 1 + 17 = 18; e = x + 0.3 s/√18; g = (e₁, 4e₂) + 0.5 x, v = 1 + ‖g‖²
    x = variable(1.0, 1.0)
    optimizer = LightSAM1([{"params": [x]}], lr=0.2, rho=0.3, weight_decay=0.5, epsilon=1.0)
    optimizer.step(bowl(x, variable(1.0, 4.0)))
    g = [1 + 0.3 / math.sqrt(18) + 0.5, 4 * (1 + 1.2 / math.sqrt(18)) + 0.5]
    v = 1 + g[0] ** 2 + g[1] ** 2
    close(x, variable(*(1 - 0.2 * c / math.sqrt(v) for c in g)))


def test_lightsam_1_takes_one_norm_over_all_groups():
    together, a, b = variable(3.0, 4.0), variable(3.0), variable(4.0)
    settings = {"lr": 0.2, "rho": 0.3, "weight_decay": 0.0}
    one, two = LightSAM1([together], **settings), LightSAM1([{"params": [a]}, {"params": [b]}], **settings)

    def apart():
        loss = (a * a).sum() / 2 + (b * b).sum() / 2
        loss.backward()
        return loss

    for _ in range(3):
        one.step(bowl(together))
        two.step(apart)
    close(torch.cat([a, b]), together.detach())


def test_lightsam_2_by_hand():
    # Each coordinate by itself: u = 1 + s², e = x + 0.3 s/√u, v = 1 + g²
    x = variable(1.0, 1.0)
    optimizer = LightSAM2([x], lr=0.2, rho=0.3, weight_decay=0.5, epsilon=1.0)
    expected = []
    for c in (1.0, 4.0):
        g = c * (1 + 0.3 * c / math.sqrt(1 + c * c)) + 0.5
        expected.append(1 - 0.2 * g / math.sqrt(1 + g * g))
    optimizer.step(bowl(x, variable(1.0, 4.0)))
    close(x, variable(*expected))


def test_lightsam_3_by_hand():
    # f = x², β₁ = 1/2, β₂ = 3/4, ε = 1.
    # Step 1: s = 2, r = 1, u = (3 + 4)/4; g = 2e + x/4, m = g/2, v = (3 + g²)/4.
    x = variable(1.0)
    optimizer = LightSAM3([x], lr=0.1, rho=0.5, weight_decay=0.25, beta1=0.5, beta2=0.75, epsilon=1.0)
    point, r, u, m, v = 1.0, 0.0, 1.0, 0.0, 1.0
    for _ in range(2):
        optimizer.step(bowl(x, 2.0))
        r, u = (r + 2 * point) / 2, (3 * u + 4 * point**2) / 4
        g = 2 * (point + 0.5 * r / math.sqrt(u)) + 0.25 * point
        m, v = (m + g) / 2, (3 * v + g * g) / 4
        point -= 0.1 * m / math.sqrt(v)
        close(x, variable(point))


def test_a_weight_without_gradient_stays_where_it_is_for_ever():
    # Its second moments decay towards 0, where the step would be 0/0.
    x = torch.tensor([1.0, 1.0], requires_grad=True)
    optimizer = LightSAM3([x], weight_decay=0.0)
    curvature = torch.tensor([1.0, 0.0])
    optimizer.step(bowl(x, curvature))
    for name in ("u", "v"):
        assert optimizer.state[x][name][1] > 0
        optimizer.state[x][name][1] = 0.0
    optimizer.step(bowl(x, curvature))
    assert torch.isfinite(x).all()
    assert x[1] == 1.0


def test_sa_sam_by_hand():
    # f = c‖x‖²/2 with another c in every step: ‖x − x'‖ / (2‖∇f(x) − ∇f(x')‖) = 1/(2c). η₀ = 0.1.
    # c = 5: η₁ = 0.1, θ₁ = 1.  c = 1/20: η₂ = min{10, √2 · 0.1}, θ₂ = √2.  Again: η₃ = min{10, √(1 + √2) η₂}.
    x = variable(3.0, 4.0)
    u = variable(0.6, 0.8).detach()
    optimizer = SASAM([x], lr=0.1, weight_decay=0.3)
    eta2 = math.sqrt(2) * 0.1
    r, calls = 5.0, []
    steps = [(2.0, 0.1), (5.0, 0.1), (0.05, eta2), (0.05, math.sqrt(1 + math.sqrt(2)) * eta2)]
    for c, eta in steps:
        closure = bowl(x, c)

        def counted(closure=closure):
            calls.append(x.detach().clone())
            return closure()

        optimizer.step(counted)
        before, r = r, r - eta * (c * (r + math.sqrt(eta)) + 0.3 * r)
        torch.testing.assert_close(x.detach(), r * u, rtol=1e-13, atol=0)
        assert optimizer.last_step.gamma == pytest.approx(eta, rel=1e-13)
        assert optimizer.last_step.perturbation_norm == pytest.approx(math.sqrt(eta), rel=1e-13)
        assert optimizer.last_step.loss_x == pytest.approx(c * before**2 / 2)
    assert len(calls) == 2 + 3 * 3
    # In every step but the first the first call is at the iterate before.
    torch.testing.assert_close(calls[2], variable(3.0, 4.0).detach(), rtol=0, atol=0)
    assert torch.equal(calls[5], calls[3])


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_an_exception_in_any_pass_of_sa_sam_leaves_the_iterate(failing):
    x = variable(3.0, 4.0)
    optimizer = SASAM([x])
    optimizer.step(bowl(x))
    before, calls = x.detach().clone(), []

    def closure():
        calls.append(1)
        if len(calls) == failing:
            raise KeyboardInterrupt
        return bowl(x)()

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert torch.equal(x.detach(), before)


def test_without_curvature_sa_sam_may_grow_by_the_factor_only():
    # A linear loss: the gradients do not differ, the ratio is +∞, √(1 + θ) η remains.
    x = variable(1.0)

    def slope():
        loss = 2 * x.sum()
        loss.backward()
        return loss

    optimizer = SASAM([x], lr=0.1, weight_decay=0.0)
    optimizer.step(bowl(x, 5.0))
    optimizer.step(bowl(x, 5.0))
    optimizer.step(slope)
    assert optimizer.last_step.gamma == pytest.approx(math.sqrt(2) * 0.1)


def trained(make, steps=25):
    data = digits()
    network = build_network("small_cnn_bn", data.shape, data.classes, seed=0)
    optimizer = make(network.parameters())

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(x), y)
        loss.backward()
        return loss

    for k in range(steps):
        x, y = data.train_x[32 * k : 32 * k + 32], data.train_y[32 * k : 32 * k + 32]
        optimizer.step(closure)
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_adam_is_that_of_torch_bit_for_bit(weight_decay):
    settings = {"lr": 3e-3, "weight_decay": weight_decay}
    expected = trained(lambda params: torch.optim.AdamW(params, **settings))
    assert torch.equal(trained(lambda params: Adam(params, **settings)), expected)
    if weight_decay == 0:
        assert torch.equal(trained(lambda params: torch.optim.Adam(params, lr=3e-3)), expected)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient():
    x = variable(3.0, -4.0)
    Adam([x], lr=0.01, weight_decay=0.0).step(bowl(x))
    torch.testing.assert_close(x.detach(), variable(2.99, -3.99).detach(), rtol=1e-8, atol=0)


@pytest.mark.parametrize("cls", SHARPNESS_AWARE)
def test_without_radius_both_points_are_one(cls):
    x = variable(3.0, 4.0)
    optimizer = cls([x], rho=0.0)
    optimizer.step(bowl(x))
    info = optimizer.last_step
    assert info.loss_e == info.loss_x
    assert info.perturbation_norm == 0.0


@pytest.mark.parametrize("cls", [*SHARPNESS_AWARE, SASAM, Adam])
def test_the_defaults_are_what_the_methods_suggest(cls):
    key = {"LightSAM1": "lightsam_1", "LightSAM2": "lightsam_2", "LightSAM3": "lightsam_3", "SASAM": "sa_sam"}
    suggested = METHODS[key.get(cls.__name__, cls.__name__.lower())].suggested
    group = cls([variable(1.0)]).param_groups[0]
    assert {name: group[name] for name, _ in suggested} == dict(suggested)


@pytest.mark.parametrize("cls", [*SHARPNESS_AWARE, SASAM, Adam])
@pytest.mark.parametrize(("name", "value"), [("lr", 0.0), ("lr", math.nan), ("weight_decay", -1.0)])
def test_bad_hyperparameters_are_named(cls, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        cls([variable(1.0)], **{name: value})
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        cls([{"params": [variable(1.0)], name: value}])


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (AdaSAM, "rho", -0.1),
        (AdaSAM, "beta1", 1.0),
        (AdaSAM, "beta2", -0.1),
        (LightSAM1, "epsilon", 0.0),
        (LightSAM2, "rho", math.inf),
        (LightSAM3, "beta2", 1.0),
    ],
)
def test_bad_constants_are_named(cls, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        cls([variable(1.0)], **{name: value})
