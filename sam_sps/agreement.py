"""Whether both passes of a step belong to one loss: what is wrong in a training script shows there.

For a quadratic f, and nearly for others, f(e) − f(x) = (⟨∇f(x), e − x⟩ + ⟨∇f(e), e − x⟩)/2, the trapezoidal
rule. A pass that did not see e, or gradients multiplied by a number that the loss is not, miss it by far.
"""

from __future__ import annotations

import warnings

from sam_sps.step_info import StepInfo

#: Steps in a row before something is said. Dropout misses at random: rarely ten times in a row to one side.
STEPS = 50
#: Without dropout the ratio of the two sides was between 0.8 and 1.2 in most steps on digits, up to ρ = 1.
#: Where a script halves or doubles one of them, that is to be found.
FACTOR = 1.8
#: Losses are not compared more finely, in relation to their size: a bfloat16 has no more digits.
RESOLUTION = 2.0**-8

#: A rise that shows in any loss: with sharded parameters, of which copies are known to exist, one step tells.
CLEAR = 4.0 * RESOLUTION

#: Steps in a row, and relative difference of the two norms, from which the second pass did not see e.
UNSEEN_STEPS = 3
UNSEEN_NORMS = 1e-6

UNSEEN = (
    "The second pass gave the very loss of the first, although the parameters had been moved to e: it did "
    "not see them. With fully_shard leave resharding after "
    "backward on (no set_reshard_after_backward(False) in the last backward of a pass), or call reshard() on "
    "the modules at the end of the closure. Else look for copies of the weights, cached or cast; or rho is "
    "so small that the loss does not notice."
)

DISAGREE = (
    "In {} steps in a row f(e) - f(x) was {} than the gradients say, the last time by a factor of {:.3g}: "
    "the loss that is returned and the gradients do not belong together, and the step size is wrong. Are "
    "gradients divided once more (gradient_accumulation_steps of Accelerate), clipped, summed while the loss "
    "is a mean, or multiplied by a GradScaler (use scaled_step)? Or did a part of the model not see e?"
)


class Agreement:
    """Looks at what was measured in every step; warns once, or raises where no step can be right."""

    def __init__(self) -> None:
        self._n_unseen = 0
        self._n_large = 0
        self._n_small = 0
        self._has_warned = False

    def on_step(self, info: StepInfo, rise: float, is_sharded: bool) -> None:
        """Look at a step for which the trapezoidal rule gives `rise`.

        Raises a RuntimeError if parameters are sharded and the second pass did not see e.
        """
        if info.evaluations != 2 or info.skipped:
            return
        change = info.loss_e - info.loss_x
        norm_change = abs(info.grad_e_norm - info.grad_x_norm)
        is_unseen = change == 0.0 and norm_change <= UNSEEN_NORMS * info.grad_x_norm
        is_fine = rise > 0.0 and max(rise, abs(change)) > RESOLUTION * abs(info.loss_x)
        self._n_unseen = self._n_unseen + 1 if rise > 0.0 and is_unseen else 0
        self._n_large = self._n_large + 1 if is_fine and change > FACTOR * rise else 0
        self._n_small = self._n_small + 1 if is_fine and FACTOR * change < rise else 0
        is_clear = rise > CLEAR * abs(info.loss_x) and change == 0.0
        if is_sharded and (is_clear or self._n_unseen >= UNSEEN_STEPS):
            raise RuntimeError(UNSEEN)
        if self._n_unseen >= UNSEEN_STEPS:
            self._warn(UNSEEN)
        if max(self._n_large, self._n_small) >= STEPS:
            side = "larger" if self._n_large else "smaller"
            self._warn(DISAGREE.format(STEPS, side, change / rise))

    def _warn(self, message: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(message, UserWarning, stacklevel=5)
