"""Optimizers of others, each made to be stepped and tested as the rest."""

import dog
import schedulefree
import torch
from torch import nn


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
