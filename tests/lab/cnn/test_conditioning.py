"""The condition numbers beside the slider are those of the networks, and they grow with the offset."""

import pytest

from benchmarks.conditioning import measured as measure
from lab.cnn.conditioning import measured
from lab.params import CnnConfig
from neural.catalog import networks_for

STOPS = CnnConfig.rows()["offset"].ticks


PAIRS = [(dataset, network) for dataset in ("digits", "textures") for network in networks_for(dataset)]


@pytest.mark.parametrize(("dataset", "network"), PAIRS)
def test_from_an_offset_of_3_on_each_stop_is_worse_than_the_one_before(dataset: str, network: str) -> None:
    values = [measured(dataset, network, offset) for offset in STOPS]
    numbers = [value[1] for value in values if value is not None]
    assert len(numbers) == len(STOPS)
    assert numbers[2] > numbers[0]
    assert numbers[2:] == sorted(numbers[2:])
    assert numbers[-1] > 8 * numbers[0]


@pytest.mark.parametrize("offset", [0.0, 10.0])
def test_the_table_is_what_is_measured(offset: float) -> None:
    found = measured("digits", "small_cnn_bn", offset)
    assert found is not None
    assert measure("digits", "small_cnn_bn", offset) == pytest.approx(found[1], rel=0.05)


@pytest.mark.parametrize(("dataset", "offset"), [("cifar10", 3.0), ("digits", 5.0)])
def test_what_was_not_measured_is_not_said(dataset: str, offset: float) -> None:
    assert measured(dataset, "small_cnn", offset) is None
