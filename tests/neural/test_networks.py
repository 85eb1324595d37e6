import pytest
import torch

from neural.catalog import DATASETS, NETWORKS, networks_for
from neural.networks import BUILDERS, build_network
from neural.resnet import Block


def test_catalogue_and_builders_agree():
    assert set(BUILDERS) == set(NETWORKS)


ONE_ROW = {"cnn1d"}


@pytest.mark.parametrize("key", [key for key in BUILDERS if key not in ONE_ROW])
@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 16, 16), (1, 28, 28), (3, 32, 32), (1, 7, 5)])
def test_every_network_takes_every_shape(key, shape):
    network = build_network(key, shape, classes=7, seed=0)
    assert network(torch.rand(5, *shape)).shape == (5, 7)
    assert network(torch.rand(1, *shape)).shape == (1, 7)  # the last batch of an epoch may be one image


@pytest.mark.parametrize("key", sorted(ONE_ROW))
@pytest.mark.parametrize("shape", [(1, 1, 40), (3, 1, 9), (1, 1, 4)])
def test_a_network_for_series_takes_images_of_one_row_only(key, shape):
    network = build_network(key, shape, classes=7, seed=0)
    assert network(torch.rand(5, *shape)).shape == (5, 7)
    with pytest.raises(ValueError, match=r"one row.*\(1, 8, 8\)"):
        build_network(key, (1, 8, 8), classes=7, seed=0)


@pytest.mark.parametrize("dataset", DATASETS)
def test_two_dimensional_networks_are_not_for_series_nor_the_others_for_images(dataset):
    if DATASETS[dataset].source == "archive":
        expected = {"resnet20", "resnet32"}
    else:
        expected = {"cnn1d", "mlp"} if dataset == "mnist1d" else set(NETWORKS) - {"cnn1d", "resnet32"}
    assert set(networks_for(dataset)) == expected


PAIRS = [(key, dataset) for dataset in DATASETS for key in networks_for(dataset)]


@pytest.mark.parametrize(("key", "dataset"), PAIRS)
def test_the_catalogue_says_how_large_the_networks_are(key, dataset):
    choice = DATASETS[dataset]
    network = build_network(key, choice.shape, choice.classes, seed=0)
    assert NETWORKS[key].parameters[dataset] == sum(p.numel() for p in network.parameters())
    norms = [
        module for module in network.modules() if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)
    ]
    assert NETWORKS[key].batch_norm == bool(norms)
    assert all(p.requires_grad and p.dtype == torch.float32 for p in network.parameters())


def test_sizes_known_from_elsewhere():
    # (1·9 + 1)·16 + (16·9 + 1)·32 + (32·2·2 + 1)·10
    assert NETWORKS["small_cnn"].parameters["digits"] == 160 + 4640 + 1290
    # BatchNorm: scale and shift in the place of the convolution's bias
    assert NETWORKS["small_cnn_bn"].parameters["digits"] == 176 + 4672 + 1290
    assert NETWORKS["resnet20"].parameters["cifar10"] == 269_722  # 0.27 million in table 6 of He et al.
    assert NETWORKS["lenet"].parameters["mnist"] == 156 + 2416 + (784 + 1) * 120 + 121 * 84 + 85 * 10

    # without biases: 5·25 + 50, twice 3·25·25 + 50, and 125 features, to ten classes
    assert NETWORKS["cnn1d"].parameters["mnist1d"] == 175 + 2 * 1925 + 126 * 10
    assert NETWORKS["mlp"].parameters["mnist1d"] == 41 * 100 + 101 * 100 + 101 * 10


def test_resnets_have_the_layers_of_their_names():
    for key, depth in (("resnet8", 8), ("resnet20", 20)):
        modules = list(build_network(key, (3, 32, 32), 10, seed=0).modules())
        assert sum(isinstance(m, torch.nn.Conv2d | torch.nn.Linear) for m in modules) == depth


def test_a_shortcut_takes_every_second_pixel_and_pads_channels_with_zeros():
    block, x = Block(2, 4), torch.rand(3, 2, 5, 4)
    torch.nn.init.zeros_(block.norm2.weight)  # leaves the shortcut alone
    y = block(x)
    assert y.shape == (3, 4, 3, 2)
    assert torch.equal(y[:, 1:3], x[:, :, [0, 2, 4]][..., [0, 2]])
    assert not y[:, [0, 3]].any()
    same = Block(2, 2)
    torch.nn.init.zeros_(same.norm2.weight)
    assert torch.equal(same(x), x)


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
