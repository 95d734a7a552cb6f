# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a trained codec as a checkpoint folder; the model card is written by hand."""

import json
from pathlib import Path
from typing import Any

from largesc.codec.checkpoint import fingerprint_of
from largesc.codec.checkpoint_weights import save_weights
from torch import nn


def write_checkpoint(model: nn.Module, codec_config: dict[str, Any], folder: Path) -> None:
    """Weights in 8 bits and the two configurations.

    Args:
        model: ``MimiModel`` with its codebooks.
        codec_config: what :func:`largesc.codec.mimi_builder.build_mimi` built it from.
        folder: made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "codec.safetensors"
    save_weights(model, weights)
    (folder / "codec.json").write_text(json.dumps(codec_config, indent=2) + "\n")
    fingerprint = fingerprint_of(weights, codec_config)
    config = {
        "model_type": "largesc",
        "mimi_name": weights.name,
        "mimi_config_name": "codec.json",
        "largesc": {"format": 1, "fingerprint": fingerprint},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{folder}: {weights.stat().st_size / 1e6:.2f} MB, fingerprint {fingerprint}")
