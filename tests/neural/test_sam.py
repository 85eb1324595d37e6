import math

import pytest
import torch

from neural.data import digits
from neural.networks import build_network
from neural.sam import SAM, SGD


def half_square(*tensors):
    """Closure of f = ‖x‖²/2 over all tensors together: ∇f(x) = x."""

    def closure():
        loss = sum((t * t).sum() for t in tensors) / 2
        loss.backward()
        return loss

    return closure


def test_two_steps_by_hand():
    # x = 5u with u = (0.6, 0.8). Step 1: e = 5.5u, m = 5.5 + 0.1·5 = 6, x = 5 − 0.6 = 4.4.
    # Step 2: e = 4.9u, m = 0.5·6 + 4.9 + 0.44 = 8.34, x = 4.4 − 0.834 = 3.566.
    x = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    u = torch.tensor([0.6, 0.8], dtype=torch.float64)
    optimizer = SAM([x], lr=0.1, momentum=0.5, weight_decay=0.1, rho=0.5, lambd=1.0)

    loss = optimizer.step(half_square(x))
    torch.testing.assert_close(x.detach(), 4.4 * u, rtol=1e-14, atol=0)
    assert loss.item() == pytest.approx(5.5**2 / 2)
    info = optimizer.last_step
    assert info.loss_x == pytest.approx(12.5)
    assert info.loss_e == pytest.approx(15.125)
    assert info.numerator == pytest.approx(15.125 - 5.5 * 0.5)
    assert info.gamma_raw == pytest.approx(12.375 / 5.5**2)
    assert info.gamma == 0.1
    assert info.gammas == (0.1,)
    assert info.grad_x_norm == pytest.approx(5)
    assert info.grad_e_norm == pytest.approx(5.5)
    assert info.perturbation_norm == pytest.approx(0.5)
    assert (info.capped, info.clamped, info.skipped) == (False, False, False)

    optimizer.step(half_square(x))
    torch.testing.assert_close(x.detach(), 3.566 * u, rtol=1e-14, atol=0)


@pytest.mark.parametrize(("lambd", "factor"), [(0.0, 1.5), (0.35, 1 + 0.5 * (0.65 + 0.35 / 5)), (1.0, 1.1)])
def test_the_blend_takes_one_norm_over_all_groups(lambd, factor):
    # x = (3, 4) in two groups: e = factor · x, x⁺ = x − 0.1 factor x
    a = torch.tensor([3.0], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([4.0], dtype=torch.float64, requires_grad=True)
    optimizer = SAM([{"params": [a]}, {"params": [b]}], lr=0.1, weight_decay=0, rho=0.5, lambd=lambd)
    optimizer.step(half_square(a, b))
    assert a.item() == pytest.approx(3 * (1 - 0.1 * factor), rel=1e-14)
    assert b.item() == pytest.approx(4 * (1 - 0.1 * factor), rel=1e-14)


def train(make, steps=25):
    data = digits()
    network = build_network("small_cnn", data.shape, data.classes, seed=0)
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


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("weight_decay", [0.0, 5e-4])
def test_without_radius_sam_is_sgd_is_torch_sgd_bit_for_bit(momentum, weight_decay):
    settings = {"lr": 0.1, "momentum": momentum, "weight_decay": weight_decay}
    expected = train(lambda params: torch.optim.SGD(params, **settings))
    assert torch.equal(train(lambda params: SGD(params, **settings)), expected)
    assert torch.equal(train(lambda params: SAM(params, rho=0.0, **settings)), expected)
    assert not torch.equal(train(lambda params: SAM(params, rho=0.1, **settings)), expected)


def test_an_exception_in_the_second_pass_leaves_the_iterate():
    x = torch.tensor([3.0, 4.0], requires_grad=True)
    optimizer = SAM([x], lr=0.1, rho=0.5)
    calls = []

    def closure():
        calls.append(x.detach().clone())
        if len(calls) == 2:
            raise KeyboardInterrupt
        return half_square(x)()

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert not torch.equal(calls[1], calls[0])
    assert torch.equal(x.detach(), torch.tensor([3.0, 4.0]))


def test_no_gradients_is_a_clear_error():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="no gradients"):
        SAM([x]).step(lambda: torch.zeros(()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr", -0.1),
        ("lr", math.nan),
        ("momentum", 1.0),
        ("weight_decay", -1.0),
        ("rho", -0.1),
        ("rho", math.inf),
        ("lambd", 1.1),
    ],
)
def test_bad_hyperparameters_are_named(name, value):
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        SAM([x], **{name: value})
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        SAM([{"params": [x], name: value}])
