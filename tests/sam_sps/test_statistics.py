"""Running statistics computed anew: by hand, against torch's own, and everything put back."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from sam_sps import recompute_statistics
from tests.sam_sps.problems import batch, copies, same_bits, small_network


def batches(number: int = 4) -> list[tuple[Tensor, Tensor]]:
    return [batch(seed) for seed in range(number)]


def test_means_and_variances_by_hand() -> None:
    layer = nn.BatchNorm1d(1, momentum=0.3)
    layer.running_mean.fill_(100.0)  # type: ignore[union-attr]
    # Means 1 and 4, variances ((−1)² + 1²) / 1 = 2 and 8.
    recompute_statistics(layer, [torch.tensor([[0.0], [2.0]]), torch.tensor([[2.0], [6.0]])])
    assert layer.running_mean.item() == 2.5  # type: ignore[union-attr]
    assert layer.running_var.item() == pytest.approx(5.0)  # type: ignore[union-attr]
    assert layer.momentum == 0.3
    assert layer.training


@pytest.mark.parametrize("training", [True, False])
def test_without_dropout_it_is_torchs_own_bit_for_bit(training: bool) -> None:
    ours, theirs = small_network().train(training), small_network().train(training)
    before = copies(ours)
    recompute_statistics(ours, batches())
    update_bn(batches(), theirs)
    assert same_bits(list(ours.buffers()), list(theirs.buffers()))
    assert same_bits(copies(ours), before)
    assert all(module.training == training for module in ours.modules())


def test_dropout_draws_nothing_and_does_not_shift_the_statistics() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.BatchNorm1d(8))
    plain = nn.Sequential(model[0], nn.BatchNorm1d(8))
    data = [torch.randn(16, 8) for _ in range(3)]
    state = torch.get_rng_state()
    recompute_statistics(model, data)
    assert torch.equal(torch.get_rng_state(), state)
    recompute_statistics(plain, data)
    assert same_bits(list(model[2].buffers()), list(plain[1].buffers()))


def test_statistics_that_lag_behind_are_mended() -> None:
    layer = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, affine=False))
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        layer[0].weight.mul_(30.0)
    layer.eval()
    assert layer(x).std() > 5.0
    recompute_statistics(layer, [x])
    assert layer(x).std().item() == pytest.approx(1.0, abs=0.02)
    assert not layer.training


def test_layers_frozen_in_a_model_that_trains_are_left_alone() -> None:
    model = nn.Sequential(nn.BatchNorm2d(1), nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4))
    model[0].eval()
    frozen = [buffer.clone() for buffer in model[0].buffers()]
    recompute_statistics(model, batches())
    assert same_bits(list(model[0].buffers()), frozen)
    assert model[2].num_batches_tracked == 4
    assert [module.training for module in model] == [False, True, True]


def test_without_such_layers_nothing_happens() -> None:
    def never() -> Iterator[Tensor]:
        pytest.fail("a batch was drawn")
        yield torch.empty(0)

    recompute_statistics(nn.Linear(2, 2), never())
    recompute_statistics(nn.BatchNorm1d(2, track_running_stats=False), never())


@pytest.mark.parametrize("broken", ["empty", "one sample", "exception"])
def test_after_an_exception_everything_is_as_before(broken: str) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, momentum=0.2))
    model(torch.randn(8, 2))
    before = copy.deepcopy(model.state_dict())

    def data() -> Iterator[Tensor]:
        if broken != "empty":
            yield torch.randn(8, 2)
            yield torch.randn(1, 2)  # no variance
        if broken == "exception":
            raise AssertionError("not reached")

    with pytest.raises(ValueError, match=r"^(batches must hold|Expected more than 1)"):
        recompute_statistics(model, data())
    assert same_bits(list(model.state_dict().values()), list(before.values()))
    assert model[1].momentum == 0.2
    assert all(module.training for module in model.modules())


def test_batches_of_another_form() -> None:
    ours, theirs = small_network(), small_network()
    recompute_statistics(ours, [{"images": x} for x, _ in batches()], lambda each: ours(each["images"]))
    recompute_statistics(theirs, (x for x, _ in batches()))
    assert same_bits(list(ours.buffers()), list(theirs.buffers()))


def test_instance_norm_too() -> None:
    layer = nn.InstanceNorm1d(1, track_running_stats=True)
    recompute_statistics(layer, [torch.tensor([[[0.0, 2.0]]]), torch.tensor([[[2.0, 6.0]]])])
    assert layer.running_mean.item() == 2.5  # type: ignore[union-attr]
