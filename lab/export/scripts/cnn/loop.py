"""The run: the schedule, the tests, the loop, and the table of numbers."""

import copy
import csv
import math
import sys

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from neural.augmentation import crop_and_flip, draws


def augmented(images, seed, t):
    """Padded, cropped and mirrored at random."""
    return crop_and_flip(images, draws(seed, t, len(images)))


def cosine(optimizer, steps):
    """The rate falls from lr to 0 along a half cosine."""
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)


def steer(optimizer, schedule, values):
    """New values in the middle of the run, as a slider gave them; an annealed lr is a new peak."""
    for key, value in values.items():
        if key == "lr" and schedule is not None:
            schedule.base_lrs = [value]
            value *= (1 + math.cos(math.pi * schedule.last_epoch / schedule.T_max)) / 2
        optimizer.param_groups[0][key] = value


@torch.no_grad()
def test(network, x, y):
    """Mean loss and accuracy; BatchNorm uses its running statistics."""
    network.eval()
    loss = correct = 0.0
    for images, labels in zip(x.split(256), y.split(256), strict=True):
        answers = network(images)
        loss += F.cross_entropy(answers, labels, reduction="sum").item()
        correct += (answers.argmax(dim=1) == labels).sum().item()
    network.train()
    return loss / len(y), correct / len(y)


@torch.no_grad()
def recomputed(network, train_x, x, y):
    """Accuracy with BatchNorm's statistics computed anew over the training set."""
    network = copy.deepcopy(network).eval()
    layers = [m for m in network.modules() if isinstance(getattr(m, "running_mean", None), torch.Tensor)]
    for layer in layers:
        layer.reset_running_stats()
        layer.training = True
    whole = [part for part in train_x.split(256) if len(part) == min(256, len(train_x))]
    for number, part in enumerate(whole, start=1):
        for layer in layers:
            layer.momentum = 1.0 / number
        network(part)
    return test(network, x, y)[1]


def answering(network, optimizer):
    """The network to be tested: mostly the one that trains, else a copy at the method's average."""
    if not hasattr(optimizer, "answer"):
        return network
    x = [p.detach().clone() for p in network.parameters()]
    optimizer.answer(network)
    found = copy.deepcopy(network)
    with torch.no_grad():
        torch._foreach_copy_(list(network.parameters()), x)
    return found


def train(
    name, network, optimizer, data, seed, batch_size, steps, every, schedule=None, changes=None, augment=None
):
    """Train and print; the numbers of each step as a table.

    Its columns: lane, seed, step, loss at x and at e, lr (where SAM-SPS and SA-SAM write their step size), test
    loss and accuracy.
    """
    train_x, train_y, test_x, test_y = data
    per_epoch, table = math.ceil(len(train_y) / batch_size), []
    for t in range(steps):
        epoch, index = divmod(t, per_epoch)
        if index == 0:
            order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(len(train_y)))
        chosen = order[index * batch_size : (index + 1) * batch_size]
        images, labels, losses = train_x[chosen], train_y[chosen], []
        if augment is not None:
            images = augment(images, seed, t)

        def closure(images=images, labels=labels, losses=losses):
            optimizer.zero_grad()
            loss = F.cross_entropy(network(images), labels)
            loss.backward()
            losses.append(loss.item())
            return loss

        steer(optimizer, schedule, (changes or {}).get(t + 1, {}))
        optimizer.step(closure)
        lr = optimizer.param_groups[0]["lr"]
        if schedule is not None:
            schedule.step()
        due = (t + 1) % every == 0 or t + 1 == steps
        found = test(answering(network, optimizer), test_x, test_y) if due else (None, None)
        table.append((name, seed, t + 1, losses[-2:][0], losses[-1], lr, *found))
    print(f"{name:20s} seed {seed}  step {t + 1}  test loss {found[0]:.6f}  accuracy {found[1]:.4f}")
    return table


def write(table, path):
    """The table as CSV."""
    with open(path, "w", newline="") as file:
        header = ("lane", "seed", "step", "loss_x", "loss_e", "lr", "test_loss", "test_accuracy")
        csv.writer(file).writerows([header, *table])
