"""Two gloo ranks on the CPU, launched once by torchrun; the scenarios are in distributed_worker.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from sam_sps import SAM_SPS

WORKER = Path(__file__).with_name("distributed_worker.py")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result = tmp_path_factory.mktemp("ranks") / "result.json"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    run = subprocess.run(
        [*command, str(WORKER), str(result)],
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(result.read_text())


@pytest.mark.parametrize("name", ["ddp shared", "ddp on device", "accumulation", "helper"])
def test_replicas_are_equal_and_agree_with_one_process_on_the_joined_batch(
    seen: dict[str, Any], name: str
) -> None:
    assert seen[f"{name}: spread"] == 0.0
    assert seen[f"{name}: distance"] <= 1e-10


def test_without_a_process_group_the_replicas_drift(seen: dict[str, Any]) -> None:
    """Shows that the test above can fail."""
    assert seen["ddp separate: spread"] > 0.01


@pytest.mark.parametrize("name", ["different on host", "different on device", "not wrapped", "zero"])
def test_different_gradients_are_refused_on_all_ranks(seen: dict[str, Any], name: str) -> None:
    """A pass in no_sync(), a model that is not wrapped, ZeroRedundancyOptimizer."""
    assert "ZeroRedundancyOptimizer" in seen[name]
    assert "pass process_group=None" in seen[name]


def test_different_gradients_leave_x_as_it_was(seen: dict[str, Any]) -> None:
    assert seen["different on host: moved"] == 0.0
    assert seen["different on device: moved"] == 0.0
    assert seen["different on device: skipped"] == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_loss_that_is_not_finite_on_one_rank_skips_the_step_on_all(
    seen: dict[str, Any], number: int
) -> None:
    assert seen[f"non-finite in pass {number}: moved"] == 0.0
    assert seen[f"non-finite in pass {number}: spread"] == 0.0
    assert seen[f"non-finite in pass {number}: skipped"] == 1


@pytest.mark.parametrize("name", ["fsdp2", "fsdp2 on device"])
def test_sharded_parameters_agree_with_one_process(seen: dict[str, Any], name: str) -> None:
    # Uneven shards: 7 and 4 rows over two ranks.
    assert seen[f"{name}: sharded"] == [[4, 64], [4], [2, 7], [2]]
    assert seen[f"{name}: distance"] <= 1e-10
    assert seen[f"{name}: counts"] == 30


def test_options_of_the_perturbation_on_shards_are_those_of_one_process(seen: dict[str, Any]) -> None:
    assert seen["fsdp2 options: distance"] <= 1e-10
    assert seen["fsdp2 options: evaluations"] == 40  # 30 steps, every third with two passes


def test_parameters_that_stay_gathered_are_refused(seen: dict[str, Any]) -> None:
    assert "set_reshard_after_backward(False)" in seen["gathered, by hand False"]
    assert seen["gathered, by hand False: rise"] == 0.0
    assert seen["gathered, by hand True"] == "no error"
    assert seen["gathered, by hand True: rise"] > 0.01


def test_gathered_within_a_pass_alone_they_see_the_perturbation(seen: dict[str, Any]) -> None:
    assert seen["fsdp2 accumulation: distance"] <= 1e-10


@pytest.mark.parametrize("original", [False, True])
def test_flattened_parameters_are_refused(seen: dict[str, Any], original: bool) -> None:
    assert "use fully_shard" in seen[f"fsdp1 {original}"]


@pytest.mark.parametrize("value", ["world", 0, True, object()])
def test_process_group_is_checked(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^process_group must be"):
        SAM_SPS([torch.nn.Parameter(torch.ones(1))], process_group=value)
