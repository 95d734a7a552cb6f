# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the controller's network on measured costs."""

from pathlib import Path

import numpy as np
import torch
from largesc.codec.tensor_file import save_arrays
from largesc.control.importance_network import (
    FORMAT,
    TOLD,
    NetworkWeights,
    given_of,
    never_rising,
    told_costs,
)
from torch import nn
from torch.nn import functional

from .cost_set import CostSet
from .settings import ControllerSettings

STEPS_WITHOUT = 8  # epochs that bring no better validation, after which a member ends
BATCH = 64
DROPPED_GIVEN, DROPPED_HIDDEN = 0.1, 0.3


def inputs_of(costs: CostSet) -> np.ndarray:
    """What the network is given, float32 ``[N, D + 3]``."""
    names = ("latent", "before", "level", "flux")
    return given_of(*(costs.arrays[name] for name in names))


def mean_costs(costs: CostSet) -> np.ndarray:
    """D(n, m) averaged over active speech, float64 ``[2, 9]``."""
    average: np.ndarray = np.average(costs.costs, axis=0, weights=costs.weights)
    return average


def parts_of(readers: np.ndarray, parts: int, seed: int) -> list[np.ndarray]:
    """Masks bool ``[N]`` of the frames of each part of the readers."""
    names, number = np.unique(readers, return_inverse=True)
    own = np.random.default_rng([seed, 4]).permutation(len(names)) % parts
    return [own[number] == part for part in range(parts)]


def train_network(costs: CostSet, settings: ControllerSettings, seed: int) -> NetworkWeights:
    """A network that tells the costs' expectations.

    It begins as the plain rule and learns what that leaves open. Several are trained, each with
    other readers to see when to end; the one that is returned has all their hidden layers and
    tells the mean of what they tell.
    """
    given, rule = inputs_of(costs), fit_rule(costs)
    mean, scale = given.mean(axis=0), 1.0 / (given.std(axis=0) + 1e-3)
    x = torch.from_numpy((given - mean) * scale).float()
    told = costs.costs[:, :, :-1].reshape(len(given), TOLD)
    left = told - rule_inputs(costs) @ rule
    spread = left.std(axis=0) + 1e-3
    y = torch.from_numpy(left / spread).float()
    members = []
    parts = parts_of(costs.readers, max(2, settings.members), seed + 1)
    for number, apart in enumerate(parts[: settings.members]):
        torch.manual_seed(seed + number)
        members.append(_member(x, y, torch.from_numpy(apart), settings))
    first, last = [m[1] for m in members], [m[-1] for m in members]
    output = np.concatenate([_array(one.weight) for one in last], axis=1) / len(members)
    offset = np.mean([_array(one.bias) for one in last], axis=0)
    arrays = (
        *(mean, scale),
        np.concatenate([_array(one.weight) for one in first]),
        np.concatenate([_array(one.bias) for one in first]),
        *(output * spread[:, None], offset * spread + rule[0]),
        *(rule[1:].T, mean_costs(costs)),
    )
    return NetworkWeights(*(np.ascontiguousarray(own, np.float32) for own in arrays))


def rule_inputs(costs: CostSet) -> np.ndarray:
    """1, level and flux, float64 ``[N, 3]``."""
    level, flux = (costs.arrays[name].astype(np.float64) for name in ("level", "flux"))
    return np.stack([np.ones(len(level)), level, flux], axis=1)


def fit_rule(costs: CostSet) -> np.ndarray:
    """The plain rule: factors of 1, level and flux for each cost of 0..7 tokens, ``[3, 16]``, by
    least squares."""
    told = costs.costs[:, :, :-1].reshape(len(costs.readers), TOLD)
    factors: np.ndarray = np.linalg.lstsq(rule_inputs(costs), told, rcond=None)[0]
    return factors


def rule_costs(factors: np.ndarray, costs: CostSet) -> np.ndarray:
    """What the plain rule tells, ``[N, 2, 9]``."""
    return never_rising((rule_inputs(costs) @ factors).reshape(-1, 2, TOLD // 2))


def save_network(weights: NetworkWeights, path: Path, costs: CostSet) -> None:
    """Writes ``controller.safetensors``, with the codec that it belongs to."""
    names = ("codec", "recovery", "look_ahead")
    said = {"format": FORMAT, **{name: str(costs.facts[name]) for name in names}}
    save_arrays(weights._asdict(), path, said)


def tell(weights: NetworkWeights, costs: CostSet) -> np.ndarray:
    """What the network tells of all frames at once, ``[N, 2, 9]``."""
    return told_costs(weights, inputs_of(costs))


def _array(tensor: torch.Tensor) -> np.ndarray:
    array: np.ndarray = tensor.detach().numpy()
    return array


def _member(
    x: torch.Tensor, y: torch.Tensor, apart: torch.Tensor, settings: ControllerSettings
) -> nn.Sequential:
    network = nn.Sequential(
        nn.Dropout(DROPPED_GIVEN),
        nn.Linear(x.shape[1], settings.hidden),
        nn.ReLU(),
        nn.Dropout(DROPPED_HIDDEN),
        nn.Linear(settings.hidden, y.shape[1]),
    )
    nn.init.zeros_(network[-1].weight)
    nn.init.zeros_(network[-1].bias)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    own, other = torch.nonzero(~apart)[:, 0], torch.nonzero(apart)[:, 0]
    if not len(other) or not len(own):  # one reader
        own = other = torch.arange(len(x))
    best, state, since = float("inf"), network.state_dict(), 0
    for _ in range(settings.epochs):
        network.train()
        for batch in own[torch.randperm(len(own))].split(BATCH):
            optimiser.zero_grad()
            functional.mse_loss(network(x[batch]), y[batch]).backward()
            optimiser.step()
        network.eval()
        with torch.no_grad():
            error = float(functional.mse_loss(network(x[other]), y[other]))
        if error < best:
            best, since = error, 0
            state = {name: value.clone() for name, value in network.state_dict().items()}
        since += 1
        if since > STEPS_WITHOUT:
            break
    network.load_state_dict(state)
    return network
