# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes trained codec weights as a checkpoint folder.

    PYTHONPATH=python python training/export_checkpoint.py WEIGHTS FOLDER

The model card (README.md) is written by hand.
"""

import argparse
import json
from pathlib import Path

from largesc.codec.checkpoint import fingerprint_of
from largesc.codec.checkpoint_weights import save_weights
from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from safetensors.torch import load_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    model = build_mimi(EMBEDDED_CONFIG)
    model.load_state_dict(load_file(arguments.weights))
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "codec.safetensors"
    save_weights(model, weights)
    (folder / "codec.json").write_text(json.dumps(EMBEDDED_CONFIG, indent=2) + "\n")
    fingerprint = fingerprint_of(weights, EMBEDDED_CONFIG)
    config = {
        "model_type": "largesc",
        "mimi_name": weights.name,
        "mimi_config_name": "codec.json",
        "largesc": {"format": 1, "fingerprint": fingerprint},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{folder}: {weights.stat().st_size / 1e6:.2f} MB, fingerprint {fingerprint}")


if __name__ == "__main__":
    main()
