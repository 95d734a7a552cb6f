# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a checkpoint says of its token model, and where its weights are: here, or on the hub.

The hub's own names have one there (``HUB_TOKEN_MODELS``), and so may a folder, whose configuration
then says ``"moshi_name": "hf://OWNER/NAME/FILE"``: an adapter lies in it, its base does not.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from ...codec.checkpoint import EMBEDDED, Checkpoint, CheckpointError
from ...codec.hub import (
    HUB_SCHEME,
    HUB_TOKEN_MODELS,
    HubError,
    HubFile,
    hub_file,
    is_cached,
    pinned_file,
)
from .token_model_config import has_token_model

MOSHI_NAME = "model.safetensors"  # where config.json names none, as in moshi's loaders


def token_model_config(checkpoint: Checkpoint) -> dict[str, Any]:
    """Keys of a checkpoint's config.json; empty for a codec alone on the hub.

    Moshi's repositories have no config.json: theirs are those that moshi's package has for the 7B.

    Raises:
        CheckpointError: the folder names weights on the hub that are not pinned.
    """
    config = _read(checkpoint.name, checkpoint.folder)
    if token_model_on_hub(checkpoint) is None or has_token_model(config):
        return config
    from moshi.models import loaders

    return loaders._lm_kwargs | config


def describes_token_model(checkpoint: Checkpoint) -> bool:
    """Whether a checkpoint has a token model; nothing is fetched to know.

    Raises:
        CheckpointError: as above.
    """
    return has_token_model(token_model_config(checkpoint))


def token_model_on_hub(checkpoint: Checkpoint) -> HubFile | None:
    """The weights that a checkpoint's token model has on the hub; None if it has none there.

    Raises:
        CheckpointError: the folder names a file that is not pinned.
    """
    return _on_hub(checkpoint.name, _read(checkpoint.name, checkpoint.folder))


def fetch_token_model(file: HubFile) -> Path:
    """The weights in the hub's cache, downloaded if they are not there.

    Raises:
        CheckpointError: they cannot be had; see ``hub_file``.
    """
    try:
        return hub_file(file)
    except HubError as error:
        raise CheckpointError(str(error)) from error


def token_model_weights(checkpoint: Checkpoint) -> Path:
    """The weights' path, which may not be there in a folder; from the hub they are fetched.

    Raises:
        CheckpointError: the hub's cannot be had, or no memory here could hold them: gigabytes are
            not fetched for nothing.
    """
    config = token_model_config(checkpoint)
    file = token_model_on_hub(checkpoint)
    if file is None:
        return checkpoint.folder / config.get("moshi_name", MOSHI_NAME)
    if not is_cached(file):
        _check_worth_fetching(checkpoint.name, file)
    return fetch_token_model(file)


def token_model_bytes(name: str) -> int:
    """Size of the weights that a checkpoint of this name has, here or on the hub; 0 without any.

    Imports no torch and fetches nothing.

    Raises:
        CheckpointError: as above.
    """
    folder = _folder(name)
    config = _read(name, folder)
    file = _on_hub(name, config)
    if file is not None:
        return file.size
    return local_token_model(name).model


class LocalSize(NamedTuple):
    """Bytes of a token model's files in a checkpoint's folder; 0 where it has none there."""

    model: int
    adapter: int


def local_token_model(name: str) -> LocalSize:
    """What a checkpoint of this name has of a token model, without the hub.

    Imports no torch, and says nothing of what is wrong in the folder: loading does.
    """
    folder = _folder(name)
    config = _read(name, folder)
    if name in HUB_TOKEN_MODELS or not has_token_model(config):
        return LocalSize(0, 0)
    adapter = config.get("lora_name")
    model = _size(folder / str(config.get("moshi_name", MOSHI_NAME)))
    return LocalSize(model, _size(folder / str(adapter)) if adapter else 0)


def _folder(name: str) -> Path:
    embedded = EMBEDDED / name
    return embedded if embedded.is_dir() else Path(name)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _read(name: str, folder: Path) -> dict[str, Any]:
    if name in HUB_TOKEN_MODELS:
        return {}  # what other programs left in the hub's cache says nothing
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _on_hub(name: str, config: dict[str, Any]) -> HubFile | None:
    if name in HUB_TOKEN_MODELS:
        return HUB_TOKEN_MODELS[name]
    address = config.get("moshi_name")
    if not isinstance(address, str) or not address.startswith(HUB_SCHEME):
        return None
    try:
        return pinned_file(address, HUB_TOKEN_MODELS)
    except HubError as error:
        raise CheckpointError(f"checkpoint {name!r}: {error}") from error


def _check_worth_fetching(name: str, file: HubFile) -> None:
    from .available_memory import check_fits, devices, fits

    if any(fits(file.size, device) for device in devices()):
        return
    try:
        check_fits(file.size, devices()[0], f"the token model of checkpoint {name!r}")
    except ValueError as error:
        raise CheckpointError(str(error)) from error
