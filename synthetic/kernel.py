"""The compiled loop over the iterations of one lane (one method, one trial). It only loops and records."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from synthetic.compiled import compiled
from synthetic.losses import dot, loss_and_gradient
from synthetic.problem import LEAST_SQUARES, LOGISTIC, Array, Rows, View
from synthetic.rules import (
    POLYAK,
    SMOOTHNESS,
    Memory,
    Rule,
    perturbation,
    polyak_ratio,
    polyak_step_size,
    smoothness_step_size,
    update,
)

# Columns of a record
GAP, GAP_OF_AVERAGE, DISTANCE_SQ, GRAD_NORM, GAMMA, GAMMA_RAW, CAPPED, CLAMPED, COLUMNS = range(9)
# Entries of `tally`: capped and clamped steps so far, the iteration of divergence (−1: none), records written
N_CAPPED, N_CLAMPED, DIVERGED_AT, N_RECORDS = 0, 1, 2, 3


class Schedules(NamedTuple):
    """What changes with t, for the C iterations of one call: four arrays (C,)."""

    rho: Array
    lambd: Array
    gamma: Array
    f_star: Array


@compiled
def finite(value: float) -> bool:
    """Whether value is neither infinite nor NaN: a comparison, which no reordering of sums removes."""
    return abs(value) < math.inf


@compiled
def gap_and_gradient(view: View, every: Rows, point: Array, shifted: Array, grad: Array) -> float:
    """f(point) − f_min on all the data; its gradient goes into `grad`."""
    if view.measure == LEAST_SQUARES or view.measure == LOGISTIC:
        return loss_and_gradient(view.measure, view.M, view.b, view.reg, every, point, grad) - view.f_min
    for i in range(point.shape[0]):
        shifted[i] = point[i] - view.origin[i]
    return loss_and_gradient(view.measure, view.M, view.b, view.reg, every, shifted, grad)


@compiled
def write_record(
    view: View, every: Rows, memory: Memory, tally: Rows, t: int, work: Array, records: Array
) -> None:
    """Write what is known of x^t into the next record, and leave it NaN where x^t is not finite any more."""
    record = records[tally[N_RECORDS]]
    tally[N_RECORDS] += 1
    average = work[2]
    for i in range(average.shape[0]):
        average[i] = memory.x_sum[i] / t if t > 0 else memory.x[i]
    gap_of_average = gap_and_gradient(view, every, average, work[0], work[1])
    gap = gap_and_gradient(view, every, memory.x, work[0], work[1])
    if not finite(gap):
        return
    distance_sq = 0.0
    for i in range(memory.x.shape[0]):
        distance_sq += (memory.x[i] - view.origin[i]) ** 2
    record[GAP] = gap
    record[GAP_OF_AVERAGE] = gap_of_average
    record[DISTANCE_SQ] = distance_sq
    record[GRAD_NORM] = math.sqrt(dot(work[1], work[1]))
    record[CAPPED] = tally[N_CAPPED] / max(t, 1)
    record[CLAMPED] = tally[N_CLAMPED] / max(t, 1)


@compiled
def change_ratio(view: View, rows: Rows, s: Array, memory: Memory, work: Array) -> tuple[float, float]:
    """‖x^t − x^(t−1)‖ and ‖∇f_S(x^t) − ∇f_S(x^(t−1))‖, both gradients on the same batch."""
    loss_and_gradient(view.kind, view.A, view.b, view.reg, rows, memory.x_previous, work[0])
    change_x, change_grad = 0.0, 0.0
    for i in range(s.shape[0]):
        change_x += (memory.x[i] - memory.x_previous[i]) ** 2
        change_grad += (s[i] - work[0, i]) ** 2
    return math.sqrt(change_x), math.sqrt(change_grad)


@compiled
def run_steps(
    view: View,
    rule: Rule,
    schedules: Schedules,
    rows: Rows,
    every: Rows,
    memory: Memory,
    tally: Rows,
    start: int,
    record_at: Rows,
    records: Array,
) -> None:
    """Make the steps t = start … start + C − 1 of one lane, in place.

    `rows` (C, m) are the mini-batches; with one line (1, m) it serves every step. `record_at` (R,) are the
    iterations to record, ascending; `records` (R, COLUMNS) starts as NaN. A lane that leaves the floats is
    marked in `tally` and stops.
    """
    d = memory.x.shape[0]
    work = np.empty((3, d))
    s, g, delta, e = np.empty(d), np.empty(d), np.empty(d), np.empty(d)
    for j in range(schedules.rho.shape[0]):
        if tally[DIVERGED_AT] >= 0:
            return
        t = start + j
        recorded = tally[N_RECORDS] < record_at.shape[0] and record_at[tally[N_RECORDS]] == t
        if recorded:
            write_record(view, every, memory, tally, t, work, records)
        batch = rows[min(j, rows.shape[0] - 1)]
        rho, gamma = schedules.rho[j], schedules.gamma[j]

        loss_x = loss_and_gradient(view.kind, view.A, view.b, view.reg, batch, memory.x, s)
        if rule.step_size == SMOOTHNESS:
            theta = math.inf
            if t > 0:
                previous, theta = memory.scalars[2], memory.scalars[3]
                change_x, change_grad = change_ratio(view, batch, s, memory, work)
                gamma = smoothness_step_size(change_x, change_grad, previous, theta)
                theta = gamma / previous
            memory.scalars[2], memory.scalars[3] = gamma, theta
            rho = math.sqrt(gamma)
        perturbation(rule, s, rho, schedules.lambd[j], memory, delta)
        for i in range(d):
            e[i] = memory.x[i] + delta[i]
        loss_e = loss_and_gradient(view.kind, view.A, view.b, view.reg, batch, e, g)
        norm_sq = dot(g, g)
        ratio = gamma
        if rule.step_size == POLYAK:
            ratio = polyak_ratio(loss_e, schedules.f_star[j], dot(g, delta), norm_sq)
            gamma = polyak_step_size(ratio, rule.gamma_b, rule.safeguard)
            tally[N_CAPPED] += ratio > rule.gamma_b
            tally[N_CLAMPED] += ratio < 0.0
        if not (finite(loss_x) and finite(loss_e) and finite(norm_sq) and finite(gamma)):
            tally[DIVERGED_AT] = t
            return
        if recorded:
            records[tally[N_RECORDS] - 1, GAMMA] = gamma
            records[tally[N_RECORDS] - 1, GAMMA_RAW] = ratio
        for i in range(d):
            memory.x_sum[i] += memory.x[i]
        if rule.step_size == SMOOTHNESS:
            memory.x_previous[:] = memory.x
        update(rule, g, gamma, memory)


@compiled
def finish(view: View, every: Rows, memory: Memory, tally: Rows, t: int, records: Array) -> None:
    """Record the last iterate x^t, for which there is no step, and see whether it is finite."""
    if tally[DIVERGED_AT] >= 0:
        return
    write_record(view, every, memory, tally, t, np.empty((3, memory.x.shape[0])), records)
    if not finite(records[tally[N_RECORDS] - 1, GAP]):
        tally[DIVERGED_AT] = t
