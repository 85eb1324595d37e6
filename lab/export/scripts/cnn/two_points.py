"""Optimizers with two gradients: step(closure), the closure computes gradients anew and returns the loss."""

import math

import torch


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
