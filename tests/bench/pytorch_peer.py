# SPDX-License-Identifier: MIT
"""Seconds of a training epoch in plain PyTorch from Python: python3 pytorch_peer.py published|talk

The network as its authors' users would write it today: masked dense weights, autograd, Adam.
"""
import sys
import time

import torch


def stencil(n, m, offsets, ring):
    """taps[j] = cells that output cell j hears, ascending."""
    if ring:
        return [sorted({(j + o) % m for o in offsets}) for j in range(m)]
    return [[j + o for o in offsets if 0 <= j + o < n] for j in range(m)]


class Wave(torch.nn.Module):
    def __init__(self, n, m, offsets, published):
        super().__init__()
        self.published = published
        mask, exponents = torch.zeros(m, n), torch.zeros(m, n)
        for j, taps in enumerate(stencil(n, m, offsets, published)):
            for i, k in enumerate(taps):
                mask[j, k] = 1
                exponents[j, k] = len(taps) - i
        self.register_buffer("mask", mask)
        self.register_buffer("exponents", exponents)
        self.weight = torch.nn.Parameter(torch.rand(m, n) - 0.5)
        self.bias = torch.nn.Parameter(0.1 * torch.rand(m))

    def forward(self, x):
        w = self.weight * self.mask
        if self.published:
            return x @ (w * (1 + self.bias)[:, None] ** self.exponents).T
        return x @ w.T + self.bias


def network(name):
    layers = []
    if name == "published":
        for n in range(20, 11, -2):
            layers += [Wave(n, n - 2, (-1, 0, 1), True), Wave(n - 2, n - 2, (-1, 0, 1), True)]
            if n > 12:
                layers.append(torch.nn.Softmax(dim=1))
    elif name == "talk":
        for n in range(20, 30, 2):
            layers += [Wave(n, n + 2, (-2, -1, 0), False), torch.nn.ELU()]
        for n in range(30, 11, -2):
            layers.append(Wave(n, n - 2, (0, 1, 2), False))
            if n > 12:
                layers.append(torch.nn.ELU())
    else:
        sys.exit("not written in PyTorch")
    return torch.nn.Sequential(*layers)


def main(name, batches=100):
    torch.set_num_threads(1)
    model = network(name)
    adam = torch.optim.Adam(model.parameters(), lr=4e-3)
    mean, deviation = torch.randn(60000, 20), 0.3 * torch.rand(60000, 20)
    labels = torch.randint(0, 10, (60000,))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        order = torch.randperm(60000)
        for b in range(batches):
            chosen = order[b * 128 : (b + 1) * 128]
            x = mean[chosen] + deviation[chosen] * torch.randn(128, 20)
            loss = torch.nn.functional.nll_loss(
                torch.log_softmax(model(x), dim=1), labels[chosen]
            )
            adam.zero_grad()
            loss.backward()
            adam.step()
        best = min(best, time.perf_counter() - start)
    print(best * 469 / batches)


if __name__ == "__main__":
    main(sys.argv[1])
