# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""State of a run on disk, so that it goes on from any moment: weights, optimiser, average.

One safetensors file, never pickles, with what is no tensor as JSON in its metadata. It is written
beside the old one and then put in its place: a kill at any time leaves a whole state.
"""

import json
from pathlib import Path
from typing import Any

import torch
from largesc.codec.tensor_file import save_tensors
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import nn

STATE = "state.safetensors"
MODEL, OPTIMISER, AVERAGE = "model.", "optimiser.", "average."
MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def save_state(
    folder: Path,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    facts: dict[str, Any],
    average: dict[str, torch.Tensor] | None = None,
) -> None:
    """Writes the model's weights, the optimiser's moments, the average and the facts.

    Args:
        folder: of the stage.
        model: its ``state_dict`` is saved.
        optimiser: over the model's parameters.
        facts: what JSON can hold; ``step`` among them.
        average: of weights, by name.
    """
    tensors = {MODEL + name: value for name, value in model.state_dict().items()}
    tensors |= {AVERAGE + name: value for name, value in (average or {}).items()}
    for name, parameter in model.named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            tensors[f"{OPTIMISER}{key}.{name}"] = torch.as_tensor(value)
    folder.mkdir(parents=True, exist_ok=True)
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    save_tensors(whole, folder / STATE, {"facts": json.dumps(facts)})


def load_state(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer
) -> tuple[dict[str, Any], dict[str, torch.Tensor]] | None:
    """Reads what :func:`save_state` wrote into model and optimiser.

    Returns:
        The facts and the average; None if there is no state.

    Raises:
        ValueError: the state is damaged, or of another model.
    """
    facts = read_facts(folder)
    if facts is None:
        return None
    tensors = load_file(folder / STATE)
    try:
        model.load_state_dict(_named(tensors, MODEL))
    except RuntimeError as error:
        raise ValueError(
            f"{folder / STATE} is of another model or version: remove it, and the stage begins anew"
        ) from error
    for name, parameter in model.named_parameters():
        state = {key: tensors.get(f"{OPTIMISER}{key}.{name}") for key in MOMENTS}
        found = {k: v.to(parameter.device) for k, v in state.items() if v is not None}
        if found:
            optimiser.state[parameter] = found
    return facts, _named(tensors, AVERAGE)


def read_facts(folder: Path) -> dict[str, Any] | None:
    """The facts alone: how far a stage is; None if it has no state."""
    if not (folder / STATE).is_file():
        return None
    try:
        with safe_open(folder / STATE, "pt") as file:
            facts: dict[str, Any] = json.loads(file.metadata()["facts"])
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{folder / STATE} is damaged or of another version ({error}): remove it, and the "
            "stage begins anew"
        ) from error
    return facts


def _named(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}
