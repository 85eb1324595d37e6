"""Random programs against the formulas in float64, for as long as the budget lasts."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import torch

from tests.sam_sps.fuzz import Program

N_PROGRAMS, SECONDS = 500, 20.0
#: So many there must be on the slowest machine.
AT_LEAST = 50


def test_no_program_disagrees_with_the_formulas(threads: Callable[[int], None]) -> None:
    threads(torch.get_num_threads())  # programs change it
    begin, ran, steps, wrong = time.perf_counter(), 0, 0, []
    for seed in range(N_PROGRAMS):
        if time.perf_counter() - begin > SECONDS and ran >= AT_LEAST:
            break
        program = Program(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                program.run()
            except Exception as error:
                wrong.append(f"program {seed}: {type(error).__name__}: {error}".splitlines()[0])
        ran, steps = ran + 1, steps + program.steps
    print(f"{ran} programs of {steps} steps, {len(wrong)} disagree")
    assert not wrong, "\n".join([f"{len(wrong)} of {ran}", *wrong[:5]])
    assert ran >= AT_LEAST
