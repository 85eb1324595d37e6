import math
from itertools import islice

import numpy as np
import pytest
import torch

from neural.config import LaneConfig, TrainConfig
from neural.data import data_of
from neural.evaluation import evaluate_recomputed
from neural.methods import METHODS
from neural.optimizers import BUILDERS
from neural.point import Change
from neural.train import TrainingLoop
from tests.neural.points import numbers

EVERY_METHOD = tuple(LaneConfig(key) for key in METHODS)


def run(*lanes, **settings):
    return list(TrainingLoop(TrainConfig(lanes, **{"epochs": 1, **settings})).run())


@pytest.fixture(scope="module")
def everything():
    return run(*EVERY_METHOD, seed=3, eval_every=10)


def test_methods_have_builders_and_use_real_fields():
    assert {method.optimizer for method in METHODS.values()} == set(BUILDERS)
    fields = set(LaneConfig("sam_sps").to_dict())
    for method in METHODS.values():
        assert set(method.parameters) | {name for name, _ in method.fixed} <= fields


def test_points_count_steps_epochs_and_costs(everything):
    lanes = len(EVERY_METHOD)
    assert [(p.step, p.lane) for p in everything] == [(s, i) for s in range(1, 24) for i in range(lanes)]
    for p in everything:
        assert p.epoch == p.step / 23
        passes = METHODS[EVERY_METHOD[p.lane].method].passes
        # SA-SAM's first step has no step before it to compare with.
        assert p.grad_evals == p.step * passes - (passes == 3)
        assert p.sam_gap == p.loss_e - p.loss_x
        if math.isfinite(p.gamma_raw):
            assert p.gamma_raw == pytest.approx(p.numerator / p.grad_e_norm**2, rel=1e-5)
        assert (p.test_accuracy is not None) == (p.test_loss is not None) == (p.step in (10, 20, 23))
        assert math.isnan(p.gamma_b) == (METHODS[EVERY_METHOD[p.lane].method].optimizer != "sam_sps")
    for i in range(lanes):
        seconds = [p.seconds for p in everything if p.lane == i]
        assert seconds[0] > 0
        assert seconds == sorted(seconds)


@pytest.mark.parametrize("key", METHODS)
def test_the_account_of_a_step_says_what_it_cost(key):
    (lane,) = TrainingLoop(TrainConfig((LaneConfig(key),))).lanes
    x, y = torch.randn(8, 1, 8, 8), torch.randint(0, 10, (8,))
    for _ in range(3):
        before = lane.grad_evals
        assert lane.step(x, y).evaluations == lane.grad_evals - before


def test_all_lanes_start_from_the_same_weights(everything):
    loop = TrainingLoop(TrainConfig(EVERY_METHOD, seed=3))
    first, *others = [list(lane.network.parameters()) for lane in loop.lanes]
    for other in others:
        assert all(p is not q and torch.equal(p, q) for p, q in zip(first, other, strict=True))
    assert len({p.loss_x for p in everything if p.step == 1}) == 1


def test_all_lanes_see_the_same_batches_and_an_epoch_sees_every_image():
    loop = TrainingLoop(TrainConfig((LaneConfig("sgd_constant"), LaneConfig("sam_sps")), epochs=2))
    seen = ([], [])
    for lane, batches in zip(loop.lanes, seen, strict=True):
        lane.network.register_forward_pre_hook(
            lambda module, args, batches=batches: batches.append(args[0]) if module.training else None
        )
    list(loop.run())
    once, twice = seen
    assert len(once) == loop.total_steps == 46
    assert all(torch.equal(x, y) for x, y in zip(once, twice[::2], strict=True))
    assert all(torch.equal(x, y) for x, y in zip(once, twice[1::2], strict=True))
    for epoch in (once[:23], once[23:]):
        assert len({tuple(image.flatten().tolist()) for image in torch.cat(epoch)}) == 1437
    assert not torch.equal(once[0], once[23])


def test_the_same_configuration_gives_the_same_numbers(everything):
    torch.manual_seed(77)
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    assert numbers(run(*EVERY_METHOD, seed=3, eval_every=10)) == numbers(everything)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)
    other = TrainingLoop(TrainConfig(EVERY_METHOD, seed=4)).run()
    lanes = len(EVERY_METHOD)
    assert not set(numbers(islice(other, lanes))) & set(numbers(everything[:lanes]))


@pytest.mark.parametrize("index", range(len(EVERY_METHOD)), ids=METHODS)
def test_a_lane_does_not_depend_on_its_neighbours(everything, index):
    alone = run(EVERY_METHOD[index], seed=3, eval_every=10)
    assert numbers(alone) == numbers(everything, index)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LaneConfig("sps_max", rho=0.3), LaneConfig("sam_sps", rho=0.0)),
        (LaneConfig("usam_sps", lambd=0.3), LaneConfig("sam_sps", lambd=0.0)),
        (LaneConfig("usam_constant"), LaneConfig("sam_constant", lambd=0.0)),
        (LaneConfig("usam_cosine"), LaneConfig("sam_cosine", lambd=0.0)),
    ],
)
def test_exact_reductions(one, other):
    points = run(one, other)
    assert numbers(points, 0) == numbers(points, 1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sam_without_radius_is_sgd_in_its_cost_too(momentum):
    lanes = (
        LaneConfig("sam_constant", rho=0.0, momentum=momentum),
        LaneConfig("sgd_constant", momentum=momentum),
    )
    points = run(*lanes)
    assert numbers(points, 0) == numbers(points, 1)


@pytest.mark.parametrize("method", ["sps_max", "sam_sps", "sam_constant", "adasam"])
def test_without_radius_a_step_is_one_pass_that_batchnorm_sees_once(method):
    lane = LaneConfig(method, rho=0.0)
    loop = TrainingLoop(TrainConfig((lane,), network="small_cnn_bn", epochs=1))
    points = list(loop.run())
    assert [p.grad_evals for p in points] == [p.step for p in points]
    assert all(p.loss_e == p.loss_x and p.perturbation_norm == 0 for p in points)
    counts = {n.item() for name, n in loop.lanes[0].network.state_dict().items() if "num_batches" in name}
    assert counts == {len(points)}


@pytest.mark.parametrize("method", ["sam_cosine", "sgd_cosine"])
def test_cosine_annealing(method):
    loop = TrainingLoop(TrainConfig((LaneConfig(method, lr=0.2),), epochs=2))
    rates = [p.gamma for p in loop.run()]
    expected = [0.2 * (1 + math.cos(math.pi * t / 46)) / 2 for t in range(46)]
    assert rates[0] == 0.2
    assert rates == pytest.approx(expected, rel=1e-9)


def test_a_new_peak_continues_the_cosine():
    loop = TrainingLoop(TrainConfig((LaneConfig("sgd_cosine", lr=0.2),), epochs=2))
    rates = []
    for p in loop.run():
        rates.append(p.gamma)
        if p.step == 17:
            loop.set(0, lr=0.1)
    expected = [(0.2 if t < 17 else 0.1) * (1 + math.cos(math.pi * t / 46)) / 2 for t in range(46)]
    assert rates == pytest.approx(expected, rel=1e-9)


def test_a_lowered_cap_holds_from_the_next_step_and_for_its_lane_only():
    lanes = (LaneConfig("sam_sps"), LaneConfig("sam_sps"))
    undisturbed = run(*lanes, epochs=2)
    loop = TrainingLoop(TrainConfig(lanes, epochs=2))
    points, changes = [], ()
    for p in loop.run():
        points.append(p)
        if (p.step, p.lane) == (10, 0):
            changes = loop.set(0, gamma_b=0.01, rho=0.1)
    assert changes == (Change(step=11, lane=0, name="gamma_b", old=1.0, new=0.01),)
    changed = [p for p in points if p.lane == 0]
    assert numbers(changed[:10]) == numbers(undisturbed, 0)[:10]
    assert all(p.gamma > 0.01 and p.gamma_b == 1.0 for p in changed[:10])
    assert changed[10].gamma_raw > 0.01
    assert all(p.gamma <= 0.01 * (1 + 1e-6) and p.gamma_b == 0.01 for p in changed[10:])  # γ is a float32
    assert changed[10].capped
    assert changed[10].gamma == pytest.approx(0.01, rel=1e-6)
    assert numbers(points, 1) == numbers(undisturbed, 1)


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [(m.key, name, 0.037) for m in METHODS.values() for name in m.steerable],
)
def test_every_live_change_takes_hold_at_exactly_the_next_step(method, name, value):
    values = {"momentum": 0.5} | dict(METHODS[method].suggested)  # Prodigy hardly moves at a lower rate
    plain, steered = (TrainingLoop(TrainConfig((LaneConfig(method, **values),))) for _ in range(2))
    expected, points = list(islice(plain.run(), 8)), []
    for p in islice(steered.run(), 8):
        points.append(p)
        if p.step == 5:
            (change,) = steered.set(0, **{name: value})
            assert (change.step, change.name, change.new) == (6, name, value)
    assert numbers(points[:5]) == numbers(expected[:5])
    assert numbers(points[6:]) != numbers(expected[6:])
    if name not in ("weight_decay", "lr", "gamma_b"):
        assert points[5].loss_e != expected[5].loss_e
    assert getattr(steered.lanes[0].config, name) == value


@pytest.mark.parametrize(
    ("lane", "values", "message"),
    [
        (0, {"rho": -1.0}, "rho.*-1.0"),
        (0, {"rho": 0.3, "gamma_b": math.nan}, "gamma_b.*nan"),
        (0, {"lr": 0.1}, "lr = 0.1.*sam_sps.*gamma_b"),
        (0, {"method": "sgd_constant"}, "method"),
        (0, {"params": 1.0}, "params"),
        (1, {"momentum": 0.5}, "momentum"),
        (1, {"rho": 0.5}, "rho"),
        (2, {"lambd": 0.5}, "lambd"),
        (3, {"rho": 0.5}, "lane"),
        (-1, {"rho": 0.5}, "lane"),
        ("0", {"rho": 0.5}, "lane"),
    ],
)
def test_a_refused_change_changes_nothing(lane, values, message):
    lanes = (LaneConfig("sam_sps"), LaneConfig("sgd_constant"), LaneConfig("usam_sps"))
    loop = TrainingLoop(TrainConfig(lanes))
    points = list(islice(loop.run(), 3))
    with pytest.raises(ValueError, match=message):
        loop.set(lane, **values)
    points += islice(loop.run(), 6)
    assert numbers(points) == numbers(islice(TrainingLoop(TrainConfig(lanes)).run(), 9))
    assert tuple(lane.config for lane in loop.lanes) == lanes


def test_divergence_is_shown_and_not_hidden():
    points = run(LaneConfig("sgd_constant", lr=1e9), LaneConfig("sam_sps"))
    assert len(points) == 46
    assert not math.isfinite(points[-2].loss_x)
    assert math.isfinite(points[-1].loss_x)


@pytest.mark.parametrize("method", ["sam_sps", "usam_sps", "sps_max"])
def test_polyak_steps_pass_ninety_percent_within_five_epochs(method):
    points = run(LaneConfig(method), epochs=5)
    assert points[-1].step == 115
    assert points[-1].test_accuracy > 0.9


def test_a_batch_may_be_larger_than_the_data():
    points = run(LaneConfig("sgd_constant"), batch_size=5000, epochs=2)
    assert [p.epoch for p in points] == [1.0, 2.0]


@pytest.mark.parametrize("device", ["cuda:99", "mps"])
def test_an_absent_device_is_named(device, monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match=f"device '{device}' is not available"):
        TrainingLoop(TrainConfig((LaneConfig("sam_sps"),), device=device))


def test_lanes_of_another_replica_train_as_a_run_with_that_seed() -> None:
    """replica r of seed s is bit for bit what seed s + r gives."""
    two = TrainConfig((LaneConfig("sam_sps"), LaneConfig("sam_sps", replica=3)), epochs=1, seed=4)
    both = [[p for p in TrainingLoop(two).run() if p.lane == lane] for lane in (0, 1)]
    for seed, points in zip((4, 7), both, strict=True):
        alone = list(TrainingLoop(TrainConfig((LaneConfig("sam_sps"),), epochs=1, seed=seed)).run())
        assert [p.loss_x for p in points] == [p.loss_x for p in alone]
        assert [p.gamma for p in points] == [p.gamma for p in alone]


@pytest.mark.parametrize("network", ["small_cnn_bn", "small_cnn"])
def test_the_last_step_is_evaluated_with_recomputed_statistics_too(network):
    config = TrainConfig((LaneConfig("sam_sps"),), network=network, epochs=1, train_size=640)
    loop = TrainingLoop(config)
    points = list(loop.run())
    assert [p.test_accuracy_recomputed for p in points[:-1]] == [None] * 9
    data = data_of(config)
    expected = evaluate_recomputed(loop.lanes[0].network, data.train_x, data.test_x, data.test_y)
    assert points[-1].test_accuracy_recomputed == (expected.accuracy if network == "small_cnn_bn" else None)
    assert points[-1].test_accuracy is not None
