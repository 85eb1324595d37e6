"""The compiled loop over the iterations of one lane (one method, one trial). It only loops and records."""

from __future__ import annotations

import math
from typing import NamedTuple

from synthetic.compiled.compile import compiled
from synthetic.compiled.losses import Batch, dot, loss_and_gradient, merge, ordered_dot
from synthetic.compiled.rules import (
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
from synthetic.problem import LEAST_SQUARES, LOGISTIC, Array, Rows, View

# Columns of a record
GAP, GAP_OF_AVERAGE, DISTANCE_SQ, GRAD_NORM, GAMMA, GAMMA_RAW, CAPPED, CLAMPED, COLUMNS = range(9)
# Entries of `tally`: capped and clamped steps so far, the iteration of divergence (−1: none), records written
# and the first iteration at or below the target (−1: none yet)
N_CAPPED, N_CLAMPED, DIVERGED_AT, N_RECORDS, REACHED_AT = 0, 1, 2, 3, 4


class Schedules(NamedTuple):
    """What changes with t, for the C iterations of one call: four arrays (C,)."""

    rho: Array
    lambd: Array
    gamma: Array
    f_star: Array


class Watch(NamedTuple):
    """What tells at which iteration the gap first is at or below a target, without a look at every one.

    For an L-smooth f √gap changes by at most √(L/2)‖x − y‖ from y to x: `looked_at` (d,) is the last place of
    which the gap is known, `root` (1,) its √gap there. Where every step sees all the data (`sees_all`) the
    loss at x is `base` + the gap, and nothing need be computed. A negative target is never reached.
    """

    target: float
    sees_all: bool
    base: float
    steepness: float  # √(L/2)
    looked_at: Array
    root: Array


class Course(NamedTuple):
    """Everything about one lane that stays from call to call.

    `every` are all the data. `memory`, `tally` and `records` (R, COLUMNS), NaN at first, change;
    `record_at` (R,) are the iterations to record, ascending; `watch` is for the target.
    Room to work in: `vectors` (7, d), `counts` (n,), all zero, and `batch`, for n samples or a mini-batch,
    whichever is larger. Where mini-batches are not `merged` its weights are those of a mini-batch, 1/m.
    """

    problem: View  # numba keeps the name "view" for arrays
    rule: Rule
    every: Batch
    merged: bool
    memory: Memory
    tally: Rows
    record_at: Rows
    records: Array
    watch: Watch
    vectors: Array
    counts: Rows
    batch: Batch


@compiled
def finite(value: float) -> bool:
    """Whether value is neither infinite nor NaN: a comparison, which no reordering of sums removes."""
    return abs(value) < math.inf


@compiled
def gap_and_gradient(view: View, every: Batch, point: Array, shifted: Array, grad: Array) -> float:
    """f(point) − f_min on all the data; its gradient goes into `grad`."""
    if view.measure == LEAST_SQUARES or view.measure == LOGISTIC:
        return loss_and_gradient(view.measure, view.M, view.c, view.reg, every, point, grad) - view.f_min
    for i in range(point.shape[0]):
        shifted[i] = point[i] - view.origin[i]
    return loss_and_gradient(view.measure, view.M, view.c, view.reg, every, shifted, grad)


@compiled
def note_gap(course: Course, t: int, gap: float) -> None:
    """Note a gap that is known: whether it is the first at or below the target, and where it was."""
    watch, tally = course.watch, course.tally
    if tally[REACHED_AT] < 0 and gap <= watch.target:
        tally[REACHED_AT] = t
    watch.root[0] = math.sqrt(max(gap, 0.0))
    for i in range(watch.looked_at.shape[0]):
        watch.looked_at[i] = course.memory.x[i]


@compiled
def may_have_reached(watch: Watch, x: Array) -> bool:
    """Whether the gap at x can be at or below the target, by what is known of it elsewhere."""
    distance_sq = 0.0
    for i in range(x.shape[0]):
        distance_sq += (x[i] - watch.looked_at[i]) ** 2
    # A little less than the bound: rounding must not hide a crossing.
    return 0.999999 * watch.root[0] - watch.steepness * math.sqrt(distance_sq) <= math.sqrt(watch.target)


@compiled
def look(course: Course, t: int) -> None:
    """Note whether x^t, which is not recorded, is the first at or below the target."""
    view, memory = course.problem, course.memory
    if may_have_reached(course.watch, memory.x):
        gap = gap_and_gradient(view, course.every, memory.x, course.vectors[0], course.vectors[1])
        note_gap(course, t, gap)


@compiled
def write_record(course: Course, t: int) -> None:
    """Write what is known of x^t into the next record, and leave it NaN where x^t is not finite any more."""
    view, memory, tally = course.problem, course.memory, course.tally
    shifted, grad, average = course.vectors[0], course.vectors[1], course.vectors[2]
    record = course.records[tally[N_RECORDS]]
    tally[N_RECORDS] += 1
    for i in range(average.shape[0]):
        average[i] = memory.x_sum[i] / t if t > 0 else memory.x[i]
    gap_of_average = gap_and_gradient(view, course.every, average, shifted, grad)
    gap = gap_and_gradient(view, course.every, memory.x, shifted, grad)
    if not finite(gap):
        return
    distance_sq = 0.0
    for i in range(memory.x.shape[0]):
        distance_sq += (memory.x[i] - view.origin[i]) ** 2
    note_gap(course, t, gap)
    record[GAP] = gap
    record[GAP_OF_AVERAGE] = gap_of_average
    record[DISTANCE_SQ] = distance_sq
    record[GRAD_NORM] = math.sqrt(dot(grad, grad))
    record[CAPPED] = tally[N_CAPPED] / max(t, 1)
    record[CLAMPED] = tally[N_CLAMPED] / max(t, 1)


@compiled
def change_ratio(view: View, batch: Batch, s: Array, memory: Memory, grad: Array) -> tuple[float, float]:
    """‖x^t − x^(t−1)‖ and ‖∇f_S(x^t) − ∇f_S(x^(t−1))‖, both gradients on the same batch."""
    loss_and_gradient(view.kind, view.A, view.b, view.reg, batch, memory.x_previous, grad)
    change_x, change_grad = 0.0, 0.0
    for i in range(s.shape[0]):
        change_x += (memory.x[i] - memory.x_previous[i]) ** 2
        change_grad += (s[i] - grad[i]) ** 2
    return math.sqrt(change_x), math.sqrt(change_grad)


@compiled
def batch_of(course: Course, drawn: Rows) -> Batch:
    """The mini-batch `drawn` (m,) with its weights; `merged`: each sample once, however often drawn."""
    room = course.batch
    if course.merged:
        size = merge(drawn, course.counts, room)
        return Batch(room.rows[:size], room.weights[:size])
    return Batch(drawn, room.weights[: drawn.shape[0]])


@compiled
def run_steps(course: Course, schedules: Schedules, rows: Rows, start: int) -> None:
    """Make the steps t = start … start + C − 1 of one lane, in place.

    `rows` (C, m) are the mini-batches; with one line (1, m) it serves every step. A lane that leaves the
    floats is marked in `tally` and stops.
    """
    view, rule, memory, tally = course.problem, course.rule, course.memory, course.tally
    watch = course.watch
    d, vectors = memory.x.shape[0], course.vectors
    s, g, delta, e = vectors[3], vectors[4], vectors[5], vectors[6]
    for j in range(schedules.rho.shape[0]):
        if tally[DIVERGED_AT] >= 0:
            return
        t, written = start + j, tally[N_RECORDS]
        recorded = written < course.record_at.shape[0] and course.record_at[written] == t
        if recorded:
            write_record(course, t)
        batch = batch_of(course, rows[min(j, rows.shape[0] - 1)])
        rho, gamma = schedules.rho[j], schedules.gamma[j]

        loss_x = loss_and_gradient(view.kind, view.A, view.b, view.reg, batch, memory.x, s)
        if not recorded and watch.target >= 0.0 and tally[REACHED_AT] < 0:
            if not watch.sees_all:
                look(course, t)
            elif loss_x - watch.base <= watch.target:
                tally[REACHED_AT] = t
        if rule.step_size == SMOOTHNESS:
            theta = math.inf
            if t > 0:
                previous, theta = memory.scalars[2], memory.scalars[3]
                change_x, change_grad = change_ratio(view, batch, s, memory, g)
                gamma = smoothness_step_size(change_x, change_grad, previous, theta)
                theta = gamma / previous
            memory.scalars[2], memory.scalars[3] = gamma, theta
            rho = math.sqrt(gamma)
        perturbation(rule, s, rho, schedules.lambd[j], memory, delta)
        for i in range(d):
            e[i] = memory.x[i] + delta[i]
        loss_e = loss_and_gradient(view.kind, view.A, view.b, view.reg, batch, e, g)
        norm_sq = ordered_dot(g, g)
        ratio = gamma
        if rule.step_size == POLYAK:
            ratio = polyak_ratio(loss_e, schedules.f_star[j], ordered_dot(g, delta), norm_sq) + rule.longer
            gamma = polyak_step_size(ratio, rule.gamma_b, rule.safeguard)
            tally[N_CAPPED] += ratio > rule.gamma_b
            tally[N_CLAMPED] += ratio < 0.0
        if not (finite(loss_x) and finite(loss_e) and finite(norm_sq) and finite(gamma)):
            tally[DIVERGED_AT] = t
            return
        if recorded:
            course.records[written, GAMMA] = gamma
            course.records[written, GAMMA_RAW] = ratio
        for i in range(d):
            memory.x_sum[i] += memory.x[i]
        if rule.step_size == SMOOTHNESS:
            for i in range(d):
                memory.x_previous[i] = memory.x[i]
        update(rule, g, gamma, memory)


@compiled
def finish(course: Course, t: int) -> None:
    """Record the last iterate x^t, for which there is no step, and see whether it is finite."""
    if course.tally[DIVERGED_AT] >= 0:
        return
    write_record(course, t)
    if not finite(course.records[course.tally[N_RECORDS] - 1, GAP]):
        course.tally[DIVERGED_AT] = t
