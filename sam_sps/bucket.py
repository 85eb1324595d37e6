"""A list of parameters that share a parameter group, a device and a type, as the kernels need it."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from sam_sps.distributed import Group
from sam_sps.functional import perturb_, update_, update_joined_
from sam_sps.kernels import as_vector, rows
from sam_sps.scalars import Scalar

#: Most elements of a tensor that is joined with others before a sum.
SHORT_NUMEL = 2**12
#: Most elements of all joined tensors of a bucket that are not vectors: bounds the memory that joining needs.
JOINED_NUMEL = 2**14


@dataclass
class Bucket:
    """Parameters of group number `group` with their gradients, all on one device and of one type.

    `owners` are the parameters as the optimizer knows them; `params` and `grads` are what this rank holds of
    them; `is_dense` tells whether all of these are contiguous and of one type. `x` has room for a copy of
    `params` and is kept from step to step; so is room for the short parameters joined.

    "Joined": the long tensors, then all short ones as one, because a network has many and each costs a call.
    Dense ones are joined as vectors, which kernels start on sooner and dot products are made of.
    """

    group: int
    dtype: torch.dtype
    device: torch.device
    shards: tuple[Group, ...]
    owners: list[Tensor] = field(default_factory=list)
    params: list[Tensor] = field(default_factory=list)
    grads: list[Tensor] = field(default_factory=list)
    x: list[Tensor] = field(default_factory=list)
    is_dense: bool = False
    shapes: list[torch.Size] = field(default_factory=list)
    _order: list[int] = field(default_factory=list)
    _n_long: int = 0
    _n_shaped: int = 0
    _are_params_dense: bool = False
    _is_x_dense: bool = False
    _short_params: list[Tensor] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _ordered_params: list[Tensor] = field(default_factory=list)
    _joined_params: list[Tensor] = field(default_factory=list)
    _param_rows: list[Tensor] = field(default_factory=list)
    _joined_x: list[Tensor] = field(default_factory=list)
    _ordered_grads: list[Tensor] = field(default_factory=list)
    _joined_grads: list[Tensor] = field(default_factory=list)
    _short_x: list[Tensor] = field(default_factory=list)
    _work: list[Tensor] = field(default_factory=list)
    _work_parts: list[Tensor] = field(default_factory=list)

    def is_as_before(self, in_step: bool) -> bool:
        """Whether the parameters are of the type, the shapes and on the device that they were.

        Views of them are forgotten if they have moved to other memory; `in_step` nothing else is looked at.
        """
        places = list(map(Tensor.data_ptr, self.params))
        has_moved = places != self._places
        if not in_step:
            if list(map(Tensor.size, self.params)) != self.shapes:
                return False
            # What has its place is on its device and of its type; to ask every parameter takes longer.
            must_ask = has_moved or not all(places)  # what is empty has none
            if must_ask and {(p.device, p.dtype) for p in self.params} != {(self.device, self.dtype)}:
                return False
        if has_moved:
            self._forget_views()
            self._places = places
        return True

    def _forget_views(self) -> None:
        """Let go of the views of the parameters, and so of memory that these may have left."""
        self._ordered_params, self._joined_params = [], []
        self._param_rows, self._short_params = [], []

    def take(self, grads: list[Tensor], dtypes: set[torch.dtype], are_in_order: bool, in_step: bool) -> None:
        """Take over the gradients of a pass.

        `dtypes`, `are_in_order`: their types and whether all are contiguous. `in_step`: x was saved in it.
        """
        self.grads, self._joined_grads = grads, []
        if not self.shapes:
            self._sort()
        if not (in_step and self._ordered_params):
            are_dense = all(map(Tensor.is_contiguous, self.params))
            if are_dense != self._are_params_dense:
                self._forget_views()
            self._are_params_dense = are_dense
        does_x_fit = not self._joined_x or self._is_x_dense == self._are_params_dense
        if not (does_x_fit or in_step):
            self.x, self._joined_x = [], []  # x shall lie in memory as they do
        is_dense = self._are_params_dense and (does_x_fit or not in_step)
        self.is_dense = is_dense and dtypes == {self.dtype} and are_in_order
        self._ordered_grads = self._ordered(grads, self.is_dense)

    def _sort(self) -> None:
        """Order the tensors: long ones, short ones with a shape, short vectors (biases and the like)."""
        self.shapes = list(map(Tensor.size, self.params))
        sizes = map(Tensor.numel, self.params)
        kinds: tuple[list[int], list[int], list[int]] = ([], [], [])
        room = JOINED_NUMEL
        for number, (param, size) in enumerate(zip(self.params, sizes, strict=True)):
            if param.ndim == 1 and size <= SHORT_NUMEL:
                kinds[2].append(number)
            elif size <= min(SHORT_NUMEL, room):
                room -= size
                kinds[1].append(number)
            else:
                kinds[0].append(number)
        self._order = [number for kind in kinds for number in kind]
        self._n_long, self._n_shaped = len(kinds[0]), len(kinds[0]) + len(kinds[1])
        if self._n_long == len(self.params) - 1:  # nothing to join the short one with
            self._n_long = self._n_shaped = len(self.params)

    def _ordered(self, tensors: list[Tensor], are_dense: bool) -> list[Tensor]:
        """Return the tensors, long ones first; views of dense ones as vectors."""
        ordered = [tensors[i] for i in self._order]
        if are_dense:
            ordered[: self._n_shaped] = map(Tensor.ravel, ordered[: self._n_shaped])
        return ordered

    def _joined(self, ordered: list[Tensor], are_dense: bool) -> list[Tensor]:
        if self._n_long == len(ordered):
            return ordered
        return [*ordered[: self._n_long], torch.cat(self._short(ordered, are_dense))]

    def _short(self, ordered: list[Tensor], are_dense: bool) -> list[Tensor]:
        """Return the short ones as vectors, as which dense ones come already."""
        short = ordered[self._n_long :]
        return short if are_dense else list(map(as_vector, short))

    def _find(self) -> None:
        """Make views of the parameters; those of dense ones are kept while these stay where they are."""
        if self._are_params_dense and self._ordered_params:
            return
        self._forget_views()
        # Detached, or autograd would look at every change of a parameter.
        params = list(map(Tensor.detach, self.params))
        self._short_params = self._ordered(params, are_dense=False)[self._n_long :]
        ordered = self._ordered(params, self._are_params_dense)
        joined = [*ordered[: self._n_long], *self._work]
        if self._are_params_dense and self._is_x_dense:  # rows where those of x are
            self._param_rows = [part.view(1, -1) for part in joined]
            joined = [part.view(x.shape) for part, x in zip(joined, self._joined_x, strict=True)]
        self._joined_params = joined
        self._ordered_params = ordered  # last: with it the others count as made

    def joined_x(self) -> list[Tensor]:
        """Return x joined, without a copy where `x` was made by `save`."""
        if not self._joined_x:
            in_order = list(map(Tensor.contiguous, self.x)) if self.is_dense else self.x
            return self._joined(self._ordered(in_order, self.is_dense), self.is_dense)
        if self.is_dense == self._is_x_dense:
            return self._joined_x
        return [*self._ordered(self.x, are_dense=False)[: self._n_long], *self._short_x]

    def joined_e(self) -> list[Tensor]:
        """Return the parameters joined, the short ones in the room that is kept for them."""
        if not self._joined_x:
            return self._joined(self._ordered(self.params, self.is_dense), self.is_dense)
        self._find()
        if self._work:
            torch.cat(self._short(self._ordered_params, self._are_params_dense), out=self._work[0])
        if self.is_dense:
            return self._joined_params
        return [*self._ordered(self.params, are_dense=False)[: self._n_long], *self._work]

    def joined_grads(self) -> list[Tensor]:
        """Return the gradients joined; they are kept until `release`."""
        if not self._joined_grads:
            self._joined_grads = self._joined(self._ordered_grads, self.is_dense)
        return self._joined_grads

    def perturb(self, scale: Scalar) -> None:
        """Set the parameters, which hold x, to e by `perturb_`."""
        if self.is_dense and isinstance(scale, float):
            perturb_(self._ordered_params, [], self._ordered_grads, scale, is_dense=True)
        else:
            perturb_(self.params, self.x, self.grads, scale, self.is_dense)

    def update(self, gamma: Scalar, weight_decay: float, shrink: Scalar) -> None:
        """Set the parameters to x⁺ by `update_`; `x` is left as it is."""
        are_joined = self.device.type == "cpu" and self.is_dense and self._joined_x
        if not (are_joined and isinstance(gamma, float) and isinstance(shrink, float)):
            update_(self.params, self.x, self.grads, gamma, weight_decay, shrink)
            return
        params = self._joined_params, self._param_rows
        update_joined_(*params, self._joined_x, self.joined_grads(), gamma, weight_decay, shrink)
        if self._work:
            torch._foreach_copy_(self._short_params, self._work_parts)

    def release(self) -> None:
        """Let go of the gradients, whose memory the next pass needs."""
        self.grads, self._ordered_grads, self._joined_grads = [], [], []

    def save(self) -> None:
        """Copy the parameters to `x`, bit for bit."""
        if not self.x:
            self._make_room()
        self._find()
        if self._n_long:
            torch._foreach_copy_(self._joined_x[: self._n_long], self._joined_params[: self._n_long])
        if self._short_x:  # in one call
            torch.cat(self._short(self._ordered_params, self._are_params_dense), out=self._short_x[0])

    def _make_room(self) -> None:
        """Make `x`: the short ones are parts of one tensor."""
        self._forget_views()
        short = self._order[self._n_long :]
        shapes = [self.shapes[i] for i in short]
        joined = torch.empty(sum(map(torch.Size.numel, shapes)), dtype=self.dtype, device=self.device)
        self._short_x = [joined] if short else []
        self._work = list(map(torch.empty_like, self._short_x))
        self._work_parts = [part for work in self._work for part in _parts(work, shapes)]
        room = dict(zip(short, _parts(joined, shapes), strict=True))
        x = [room[i] if i in room else torch.empty_like(p) for i, p in enumerate(self.params)]
        self._is_x_dense = self._are_params_dense
        joined_x = [*self._ordered(x, self._is_x_dense)[: self._n_long], *self._short_x]
        self._joined_x = rows(joined_x) if self._is_x_dense and self.device.type == "cpu" else joined_x
        self.x = x  # last: with it the others count as made

    def local(self, scalar: Scalar) -> Scalar:
        """Return a tensor on the device of the bucket, a float as it is."""
        return scalar.to(self.device) if isinstance(scalar, Tensor) else scalar

    def restore(self) -> None:
        """Copy `x` back."""
        torch._foreach_copy_(self.params, self.x)


def _parts(joined: Tensor, shapes: list[torch.Size]) -> list[Tensor]:
    """Return views of `joined`, one after the other, in the shapes."""
    parts = joined.split(list(map(torch.Size.numel, shapes)))
    return [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]
