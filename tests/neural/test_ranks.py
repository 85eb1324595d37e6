"""What ranks share: batches, and BatchNorm over the joined batch. Two real ranks are in test_recipes."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
from torch import distributed, nn

from neural.networks import BUILDERS, build_network
from neural.ranks import JoinedBatchNorm, Ranks, over_ranks


@pytest.fixture
def _a_group_of_one() -> Iterator[None]:
    distributed.init_process_group("gloo", rank=0, world_size=1, store=distributed.HashStore())
    yield
    distributed.destroy_process_group()


def test_shares_of_ranks_make_the_batch() -> None:
    for n in (3, 7, 80, 128):
        for world in (1, 2, 3):
            parts = [list(range(n))[Ranks(rank, world).part(n)] for rank in range(world)]
            assert [one for part in parts for one in part] == list(range(n))
            assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert Ranks(1, 2, 1).device("cuda") == "cuda:1"
    assert Ranks(1, 2, 1).device("cpu") == "cpu"
    assert Ranks().device("cuda") == "cuda"


@pytest.mark.parametrize("key", BUILDERS)
def test_no_batchnorm_is_left_that_sees_one_rank_alone(key: str) -> None:
    shape = (1, 1, 40) if key == "cnn1d" else (3, 32, 32)
    network = over_ranks(build_network(key, shape, 10, 0))
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    assert all(isinstance(module, JoinedBatchNorm) for module in norms)


@pytest.mark.usefixtures("_a_group_of_one")
@pytest.mark.parametrize(("kind", "shape"), [(nn.BatchNorm1d, (6, 3, 5)), (nn.BatchNorm2d, (6, 3, 4, 5))])
def test_of_one_rank_it_is_batchnorm(kind: type[nn.Module], shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    plain = kind(3)
    nn.init.normal_(plain.weight)
    joined = over_ranks(copy.deepcopy(plain))
    x = 2 + 3 * torch.randn(shape)
    weights = torch.randn(shape)
    gradients = []
    for layer in (plain, joined):
        for _ in range(2):
            inputs = x.clone().requires_grad_()
            (layer(inputs) * weights).sum().backward()
        gradients.append(inputs.grad)
    torch.testing.assert_close(gradients[1], gradients[0], rtol=1e-4, atol=1e-5)
    for one, other in zip(plain.parameters(), joined.parameters(), strict=True):
        torch.testing.assert_close(other.grad, one.grad, rtol=1e-4, atol=1e-4)
    for name, buffer in plain.named_buffers():
        torch.testing.assert_close(joined.get_buffer(name), buffer, rtol=1e-5, atol=1e-6)
    plain.eval(), joined.eval()
    assert torch.equal(
        joined(x),
        torch.nn.functional.batch_norm(
            x, joined.running_mean, joined.running_var, joined.weight, joined.bias, False, 0.0, joined.eps
        ),
    )
