# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which token model fills tokens, and how: two runs that differ in it must not be mixed."""

import hashlib
from dataclasses import asdict

from ...recovery.strategies.recovery_settings import RecoverySettings


def token_model_version(strategy: str, settings: RecoverySettings) -> str:
    """Weights by their SHA-256, and all that decides what the model says, defaults included.

    Raises:
        CheckpointError: the checkpoint has no token model.
    """
    # torch takes seconds to import; who only reads an experiment file need not wait for it.
    from ...codec.checkpoint import find_checkpoint
    from ...recovery.token_model.model_placement import place_model
    from ...recovery.token_model.token_model_files import find_token_model

    files = find_token_model(find_checkpoint(settings.checkpoint))
    parts = [f"token model {files.fingerprint}"]
    if strategy == "lora" and files.adapter is not None:
        with files.adapter.open("rb") as file:
            parts.append(f"adapter {hashlib.file_digest(file, 'sha256').hexdigest()[:16]}")
    values = asdict(settings)
    values |= values.pop("sampling")
    values["precision"] = place_model(files, settings.precision, settings.device).precision
    idle = ("checkpoint", "look_ahead", "device")  # the first two are settings of the link
    parts += [f"{name} {value}" for name, value in values.items() if name not in idle]
    return ", ".join(parts)
