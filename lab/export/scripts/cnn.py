"""Data, networks, optimizers and loop of the CNN lab, as plain as they can be."""

import copy
import csv
import hashlib
import math
import sys

import dog
import momo
import numpy as np
import prodigyopt
import schedulefree
import torch
from sklearn.datasets import fetch_openml, load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F  # noqa: N812

# What comes from `neural` is replaced by its source there.
from neural.augmentation import crop_and_flip, draws
from neural.corruption import noisy_labels, pixel_scales
from neural.mnist1d import mnist1d
from neural.networks import cnn1d, lenet, mlp, small_cnn, small_cnn_bn
from neural.own_data import split
from neural.resnet import resnet
from neural.textures import textures
from sam_sps import SAM_SPS

NETWORKS = (cnn1d, lenet, mlp, small_cnn, small_cnn_bn, resnet)
PACKAGES = (SAM_SPS, momo, prodigyopt)

# ---- data: training images and labels, test images and labels


def digits(most):
    """The digits of scikit-learn: 1,437 for training, 360 for testing."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels.astype(np.int64), test_size=360, stratify=labels, random_state=0
    )
    kept = some(len(train_x), most)
    return train_x[kept], train_y[kept], test_x, test_y


def generated(draw, most):
    """4,000 drawn images for training, 1,000 for testing."""
    images, labels = draw(5000, 0)
    kept = some(4000, most)
    return images[kept], labels[kept], images[4000:], labels[4000:]


def downloaded(data_id, shape, train, most):
    """The first `train` images of a data set of openml.org, and 2,000 of its last 10,000 for testing."""
    pixels, names = fetch_openml(data_id=data_id, return_X_y=True, as_frame=False)
    images = np.asarray(pixels).astype(np.uint8).reshape(-1, *shape)
    labels = np.array([str(name).strip("'\"") for name in names]).astype(float).astype(np.int64)
    kept, tested = some(train, most), train + some(len(images) - train, 2000)
    train_x, test_x = (images[rows].astype(np.float32) / np.float32(255) for rows in (kept, tested))
    return train_x, labels[kept], test_x, labels[tested]


def brought_images(path, sha256, most):
    """The images and labels of your file, if it is the same one; of each label a fifth is for testing."""
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ValueError(f"{path} is not the file that these numbers were computed from")
    arrays = np.load(path, allow_pickle=False)
    images, labels = arrays["images"], np.unique(arrays["labels"].ravel(), return_inverse=True)[1]
    images = images[:, None] if images.ndim == 3 else images
    images = images if images.shape[1] in (1, 3) else images.transpose(0, 3, 1, 2)
    low, high = float(images.min()), float(images.max())
    if low >= 0 and high <= 255:
        low, high = 0.0, 255.0 if high > 1 else 1.0
    images = ((images.astype(np.float64) - low) / (high - low)).astype(np.float32)
    train, test = split(labels)
    kept = train[some(len(train), most)]
    return images[kept], labels[kept], images[test], labels[test]


def some(n, most):
    """All of 0 ... n - 1, or `most` of them, the same ones each time."""
    return np.arange(n) if most >= n else np.random.default_rng([0, 3]).permutation(n)[:most]


def with_noise(data, share):
    """A share of the training labels replaced by wrong ones."""
    train_x, train_y, test_x, test_y = data
    return train_x, noisy_labels(train_y, share, max(train_y.max(), test_y.max()) + 1), test_x, test_y


def faded(data, kappa):
    """Every pixel times a factor of its own, 1 to 1/kappa."""
    train_x, train_y, test_x, test_y = data
    scales = pixel_scales(train_x.shape[1:], kappa)
    return train_x * scales, train_y, test_x * scales, test_y


def shifted(data, offset):
    """Every pixel plus the offset."""
    train_x, train_y, test_x, test_y = data
    offset = np.float32(offset)
    return train_x + offset, train_y, test_x + offset, test_y


# ---- optimizers: step(closure), the closure computes gradients anew and returns the loss


def norm(tensors):
    """Of all together, in float32, added up in pieces."""
    pieces = [piece for t in tensors for piece in t.reshape(-1).split(2**16)]
    return torch.stack(torch._foreach_norm(pieces)).square().sum().sqrt()


class TwoPoints(torch.optim.Optimizer):
    """Gradient s at x, climb to e, gradient g at e, back to x, update."""

    def __init__(self, params, **values):
        super().__init__(params, values)
        self.values = self.param_groups[0]
        self.params = self.values["params"]
        self.own = {}

    @torch.no_grad()
    def step(self, closure):
        with torch.enable_grad():
            loss = closure()
        if self.values["rho"] > 0:  # else e is x
            x = [p.clone() for p in self.params]
            self.climb([p.grad for p in self.params])
            with torch.enable_grad():
                loss = closure()
            torch._foreach_copy_(self.params, x)
        self.update([p.grad.add(p, alpha=self.values["weight_decay"]) for p in self.params])
        return loss

    def kept(self, name, start, like):
        """What it remembers under a name, at first tensors full of `start`."""
        return self.own.setdefault(name, [torch.full_like(t, start) for t in like])


class SAM(TwoPoints):
    """e = x + rho (1 - lambd + lambd / |s|) s; m = momentum m + g; x = x - lr m."""

    def climb(self, s):
        lambd = self.values["lambd"]
        scale = self.values["rho"] * (1.0 - lambd + lambd / norm(s).clamp(min=1e-12))
        for p, grad in zip(self.params, s, strict=True):
            p.add_(grad * scale)

    def update(self, g):
        momentum = self.values["momentum"]
        if momentum > 0 and "m" in self.own:
            g = [m.mul_(momentum).add_(grad) for m, grad in zip(self.own["m"], g, strict=True)]
        self.own["m"] = g
        for p, m in zip(self.params, g, strict=True):
            p.add_(m, alpha=-self.values["lr"])


class AdaSAM(SAM):
    """SAM's e; m, v moving averages of g and g*g; x = x - lr m / sqrt(max of v)."""

    def update(self, g):
        m, v = self.kept("m", 0.0, g), self.kept("v", 1e-16, g)
        most = self.kept("most", 1e-16, g)
        for i, p in enumerate(self.params):
            m[i].mul_(0.9).add_(g[i], alpha=1 - 0.9)
            v[i].mul_(0.999).addcmul_(g[i], g[i], value=1 - 0.999)
            torch.maximum(most[i], v[i], out=most[i])
            p.sub_(m[i] / most[i].sqrt(), alpha=self.values["lr"])


class LightSAM1(TwoPoints):
    """u += |s|^2, e = x + rho s / sqrt(u); v += |g|^2, x = x - lr g / sqrt(v)."""

    def climb(self, s):
        root = self.root("u", norm(s))
        for p, grad in zip(self.params, s, strict=True):
            p.add_(grad / root, alpha=self.values["rho"])

    def update(self, g):
        root = self.root("v", norm(g))
        for p, grad in zip(self.params, g, strict=True):
            p.sub_(grad.mul_(self.values["lr"] / root))

    def root(self, name, length):
        (total,) = self.kept(name, 1e-16, [length])
        total += length.square()
        return total.sqrt()


class LightSAM2(TwoPoints):
    """The same for each coordinate: u += s*s, v += g*g."""

    def climb(self, s):
        for p, grad, u in zip(self.params, s, self.kept("u", 1e-16, s), strict=True):
            p.add_(grad / u.addcmul_(grad, grad).sqrt(), alpha=self.values["rho"])

    def update(self, g):
        for p, grad, v in zip(self.params, g, self.kept("v", 1e-16, g), strict=True):
            p.sub_(grad / v.addcmul_(grad, grad).sqrt(), alpha=self.values["lr"])


class LightSAM3(TwoPoints):
    """Both steps as in Adam, without a correction of the start."""

    def climb(self, s):
        for p, way in zip(self.params, self.scaled("r", "u", s), strict=True):
            p.add_(way, alpha=self.values["rho"])

    def update(self, g):
        for p, way in zip(self.params, self.scaled("m", "v", g), strict=True):
            p.sub_(way, alpha=self.values["lr"])

    def scaled(self, first, second, grads):
        m, v = self.kept(first, 0.0, grads), self.kept(second, 1e-16, grads)
        for i, grad in enumerate(grads):
            m[i].mul_(0.9).add_(grad, alpha=1 - 0.9)
            v[i].mul_(0.999).addcmul_(grad, grad, value=1 - 0.999)
        least = torch.finfo(torch.float32).tiny
        return [a / b.clamp(min=least).sqrt() for a, b in zip(m, v, strict=True)]


class SASAM(TwoPoints):
    """eta from the change of the gradient, e = x + sqrt(eta) s / |s|, x = x - eta g."""

    def __init__(self, params, **values):
        super().__init__(params, rho=1.0, **values)  # above 0: it always climbs
        self.before = None  # x of the step before, and the gradient there on this batch

    @torch.no_grad()
    def step(self, closure):
        if self.before is not None:
            x = [p.clone() for p in self.params]
            torch._foreach_copy_(self.params, self.before)
            with torch.enable_grad():
                closure()
            self.s_before = [p.grad for p in self.params]
            torch._foreach_copy_(self.params, x)
        return super().step(closure)

    def climb(self, s):
        x, length = [p.clone() for p in self.params], norm(s)
        if self.before is None:
            self.eta, self.theta = torch.full_like(length, self.values["lr"]), math.inf
        else:
            change_x = norm(torch._foreach_sub(x, self.before))
            change_s = norm(torch._foreach_sub(s, self.s_before))
            ratio = torch.where(change_s > 0, change_x / (2 * change_s), math.inf)
            grown = torch.as_tensor(1 + self.theta).sqrt() * self.eta
            new = torch.minimum(ratio, grown)
            self.eta, self.theta = new, new / self.eta
        scale = self.eta.sqrt() / length.clamp(min=1e-12)
        for p, grad in zip(self.params, s, strict=True):
            p.add_(grad * scale)
        self.before = x

    def update(self, g):
        for p, grad in zip(self.params, g, strict=True):
            p.sub_(grad.mul_(self.eta))
        self.values["lr"] = self.eta.item()


class Muon(torch.optim.Optimizer):
    """torch's Muon on the matrices inside of the network, filter banks among them; AdamW on the rest."""

    def __init__(self, params, lr, weight_decay):
        params = list(params)
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})
        self.inner = [p for p in params if p.ndim >= 2][:-1]
        self.matrices = [nn.Parameter(p.detach().flatten(1).clone()) for p in self.inner]
        others = [p for p in params if all(p is not one for one in self.inner)]
        rate = {"lr": lr, "weight_decay": weight_decay}
        self.parts = [torch.optim.AdamW(others, **rate)]
        if self.inner:
            self.parts.append(torch.optim.Muon(self.matrices, **rate, adjust_lr_fn="match_rms_adamw"))

    @torch.no_grad()
    def step(self, closure):
        with torch.enable_grad():
            loss = closure()
        for p, matrix in zip(self.inner, self.matrices, strict=True):
            matrix.copy_(p.flatten(1))
            matrix.grad = p.grad.flatten(1)
        for part in self.parts:
            part.param_groups[0].update({key: self.param_groups[0][key] for key in ("lr", "weight_decay")})
            part.step()
        for p, matrix in zip(self.inner, self.matrices, strict=True):
            p.copy_(matrix.view(p.shape))
        return loss


class DoG(dog.DoG):
    """DoG of its authors; what is tested is the average of its iterates."""

    def __init__(self, params, **values):
        params = list(params)
        super().__init__([{"params": params, **values}], reps_rel=1e-4)
        self.averager = dog.PolynomialDecayAverager(nn.ParameterList(params))

    def step(self, closure):
        loss = super().step(closure)
        self.averager.step()
        return loss

    @torch.no_grad()
    def answer(self, network):
        average = self.averager.averaged_model.parameters()
        torch._foreach_copy_(list(network.parameters()), list(average))


class ScheduleFree(schedulefree.AdamWScheduleFree):
    """Schedule-free AdamW of its authors; what is tested is the average of its iterates."""

    def __init__(self, params, **values):
        super().__init__([{"params": list(params), **values}])
        self.train()

    def answer(self, network):
        self.eval()
        for group in self.param_groups:
            group["train_mode"] = True


# ---- the run


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
