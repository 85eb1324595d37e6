import pytest
import torch

from neural.catalog import NETWORKS
from neural.networks import BUILDERS, build_network, parameter_count


def test_catalogue_and_builders_agree():
    assert set(BUILDERS) == set(NETWORKS)


@pytest.mark.parametrize("key", BUILDERS)
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (1, 7, 5)])
def test_every_network_takes_every_shape(key, shape):
    network = build_network(key, shape, classes=7, seed=0)
    assert network(torch.rand(5, *shape)).shape == (5, 7)


def test_parameter_count():
    # (1·9 + 1)·16 + (16·9 + 1)·32 + (32·2·2 + 1)·10
    assert parameter_count(build_network("small_cnn", (1, 8, 8), 10, seed=0)) == 160 + 4640 + 1290
    # BatchNorm: scale and shift in the place of the convolution's bias
    assert parameter_count(build_network("small_cnn_bn", (1, 8, 8), 10, seed=0)) == 176 + 4672 + 1290


def test_weights_follow_the_seed_and_nothing_else():
    def weights(seed):
        return torch.cat([p.flatten() for p in build_network("small_cnn", (1, 8, 8), 10, seed).parameters()])

    torch.manual_seed(0)
    first = weights(1)
    torch.manual_seed(99)
    state = torch.get_rng_state()
    assert torch.equal(weights(1), first)
    assert not torch.equal(weights(2), first)
    assert torch.equal(torch.get_rng_state(), state)


def test_unknown_network_is_named():
    with pytest.raises(ValueError, match=r"network.*small_cnn.*'vgg'"):
        build_network("vgg", (1, 8, 8), 10, seed=0)
