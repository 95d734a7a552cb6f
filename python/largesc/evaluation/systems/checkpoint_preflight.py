# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a checkpoint can run here at all: said in one line, before gigabytes are fetched."""

from ...codec.checkpoint import CheckpointError
from ...codec.hub import HUB_CODECS, HUB_TOKEN_MODELS, HubFile, is_cached, is_reachable
from ...recovery.token_model.token_model_source import token_model_bytes


def check_can_run(checkpoint: str, asks_model: bool) -> None:
    """Looks for files on the hub that are not here, and for the token model's memory.

    Args:
        checkpoint: name or folder.
        asks_model: its token model is needed as well as its codec.

    Raises:
        CheckpointError: files that are not here and a hub that does not answer, or too little
            memory; the message names all that is missing.
    """
    files = {"codec": HUB_CODECS.get(checkpoint)}
    if asks_model:
        files["token model"] = HUB_TOKEN_MODELS.get(checkpoint)
    absent = {what: file for what, file in files.items() if file and not is_cached(file)}
    missing = [_no_network(absent)] if absent and not _answers(absent) else []
    if asks_model and (size := token_model_bytes(checkpoint)) > 0:
        missing += _no_memory(size)
    if missing:
        raise CheckpointError(
            f"{checkpoint} cannot run here: {'; '.join(missing)} (docs/checkpoints.md)"
        )


def _answers(absent: dict[str, HubFile]) -> bool:
    return is_reachable(next(iter(absent.values())))


def _no_network(absent: dict[str, HubFile]) -> str:
    names = " and ".join(f"{what} ({f.size / 1e9:.1f} GB)" for what, f in absent.items())
    command = list(absent.values())[-1].command
    return f"{names} not on this machine, and the hub cannot be reached: connect once, '{command}'"


def _no_memory(size: int) -> list[str]:
    from ...recovery.token_model.available_memory import available_bytes, devices, fits

    if any(fits(size, device) for device in devices()):
        return []
    left = ", ".join(f"{d.type} has {(available_bytes(d) or 0) / 1e9:.1f}" for d in devices())
    return [f"the token model needs {size / 1e9:.1f} GB of memory, {left} left"]
