"""Parameters that are sharded over ranks, and losses of one rank's share of the batch."""

from __future__ import annotations

import operator
import sys
from functools import reduce
from typing import Any

from torch import Tensor
from torch import distributed as dist

from sam_sps.scalars import Scalar, Truth, is_finite, stacked

#: A process group (or "auto": the default group if torch.distributed is initialised; None: no reduction).
Group = Any

#: Standard deviation over the ranks, relative to the mean, up to which the norms of their gradients are the
#: same. Rounding makes it 1e-7 or less; parts of a model differ by much more.
LARGEST_SPREAD = 1e-2

DIFFERENT_GRADIENTS = (
    "the gradients differ between the ranks of process_group, so no step is right on all of them. Is "
    "SAM_SPS inside ZeroRedundancyOptimizer, which gives every rank some of the parameters (use "
    "fully_shard, or SAM_SPS itself)? Is the model not wrapped in DistributedDataParallel, a whole pass in "
    "no_sync(), or a parameter of one rank alone (pipeline stage, expert)? If the ranks train separate "
    "models, pass process_group=None"
)


def is_dtensor(tensor: Any) -> bool:
    """Whether it is a DTensor."""
    # Importing the module takes seconds, and no DTensor can exist before somebody else has imported it.
    module = sys.modules.get("torch.distributed.tensor")
    return module is not None and isinstance(tensor, module.DTensor)


def are_shards_possible() -> bool:
    """Whether there may be sharded parameters: these need a process group."""
    return dist.is_available() and dist.is_initialized()


def local_part(tensor: Any) -> Tensor:
    """Return this rank's shard of a DTensor (sharing its memory), and any other tensor itself."""
    return tensor.to_local() if is_dtensor(tensor) else tensor


def shard_groups(param: Any, grad: Any) -> tuple[Group, ...]:
    """Return the process groups over which a parameter is sharded; sums over its elements need them all.

    Raises a RuntimeError if the shards cannot be added up: for a parameter flattened by FSDP1, or a gradient
    that is a partial sum or lies elsewhere than its parameter.
    """
    if getattr(param, "_is_flat_param", False) or getattr(param, "_fsdp_flattened", False):
        raise RuntimeError(
            "SAM_SPS cannot see how FullyShardedDataParallel (FSDP1) has cut its parameters; use fully_shard"
        )
    if not is_dtensor(param):
        if is_dtensor(grad):
            raise RuntimeError("the gradient of a plain parameter must not be a DTensor")
        return ()
    if not is_dtensor(grad) or grad.placements != param.placements:
        raise RuntimeError("a DTensor parameter and its gradient must have the same placements")
    mesh, placements = param.device_mesh, param.placements
    if any(placement.is_partial() for placement in placements):
        raise RuntimeError("SAM_SPS does not support DTensor parameters with partial placements")
    return tuple(mesh.get_group(i) for i, place in enumerate(placements) if not place.is_replicate())


def add_over(groups: tuple[Group, ...], values: Tensor) -> Tensor:
    """Return `values` summed over the ranks of each group."""
    for group in groups:
        dist.all_reduce(values, group=group)
    return values


def mean_over(process_group: Group, scalars: list[Scalar], alike: list[Scalar]) -> tuple[list[Scalar], Truth]:
    """Return the means of the scalars over the ranks, and whether `alike`, which must agree, differ there.

    Both are the same on all ranks, bit for bit. Numbers that are not finite are not compared.
    """
    if isinstance(process_group, str):
        process_group = dist.group.WORLD if dist.is_available() and dist.is_initialized() else None
    if process_group is None or dist.get_world_size(process_group) == 1:
        return scalars, False
    values = stacked([*scalars, *alike, *(number * number for number in alike)])
    values = add_over((process_group,), values) / dist.get_world_size(process_group)
    means: list[Any] = list(values.unbind())
    if not any(isinstance(scalar, Tensor) for scalar in scalars):
        means = values.tolist()
    first, second = len(scalars), len(scalars) + len(alike)
    pairs = zip(means[first:second], means[second:], strict=True)
    variances = [(square - mean * mean, LARGEST_SPREAD**2 * mean * mean) for mean, square in pairs]
    differ = [(variance > largest) & is_finite(variance) for variance, largest in variances]
    return means[:first], reduce(operator.or_, differ, False)


def checked_process_group(process_group: Group) -> Group:
    """Return the argument, or raise a ValueError if it is neither "auto", None nor a process group."""
    is_group = dist.is_available() and isinstance(process_group, dist.ProcessGroup)
    if process_group is None or is_group or (isinstance(process_group, str) and process_group == "auto"):
        return process_group
    raise ValueError(f'process_group must be "auto", None or a ProcessGroup, got {process_group!r}')
