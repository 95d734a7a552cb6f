# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""State of a run on disk, so that it goes on from any moment: weights and optimiser.

Safetensors and JSON, never pickles. Both files are written beside the old ones and then put in
their place: a kill at any time leaves a whole state.
"""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

TENSORS, FACTS = "state.safetensors", "state.json"


def save_state(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, facts: dict[str, Any]
) -> None:
    """Writes the model's weights, the optimiser's moments and the facts (step, time used).

    Args:
        folder: of the stage.
        model: its ``state_dict`` is saved.
        optimiser: over the model's parameters.
        facts: what JSON can hold.
    """
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            tensors[f"optimiser.{key}.{name}"] = torch.as_tensor(value)
    folder.mkdir(parents=True, exist_ok=True)
    # The step stands in both files; a kill between the two renames shows as a difference.
    step = str(facts["step"])
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    save_file(whole, folder / f"new-{TENSORS}", metadata={"step": step})
    (folder / f"new-{FACTS}").write_text(json.dumps(facts))
    os.replace(folder / f"new-{TENSORS}", folder / TENSORS)
    os.replace(folder / f"new-{FACTS}", folder / FACTS)


def load_state(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer
) -> dict[str, Any] | None:
    """Reads what :func:`save_state` wrote into model and optimiser.

    Returns:
        The facts; None if there is no state.

    Raises:
        RuntimeError: the state is of another model.
    """
    if not (folder / FACTS).is_file():
        return None
    facts: dict[str, Any] = json.loads((folder / FACTS).read_text())
    tensors = load_file(folder / TENSORS)
    model.load_state_dict(
        {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
    )
    for name, parameter in model.named_parameters():
        state = {}
        for key in ("step", "exp_avg", "exp_avg_sq"):
            value = tensors.get(f"optimiser.{key}.{name}")
            if value is not None:
                state[key] = value if key == "step" else value.to(parameter.device)
        if state:
            optimiser.state[parameter] = state
    return facts
