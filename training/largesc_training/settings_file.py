# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The YAML file of a training's settings, and what is wrong with it in a line."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Settings = TypeVar("Settings", bound=BaseModel)


def values_of(path: Path | None) -> dict[str, Any]:
    """Keys and values of a file; none without one, or of an empty one.

    Raises:
        ValueError: no YAML, or no keys in it.
        OSError: the file cannot be read.
    """
    if path is None:
        return {}
    try:
        values = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict | None):
        raise ValueError(f"{path} has no keys, as `batch_size: 8`")
    return values or {}


def settings_of(kind: type[Settings], values: Any, path: Path | None) -> Settings:
    """Settings of a kind.

    Raises:
        ValueError: unknown key or value out of range; names each with its file.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ValueError("; ".join(_in_words(found, path) for found in error.errors())) from None


def _in_words(found: Any, path: Path | None) -> str:
    key, where = ".".join(map(str, found["loc"])), "" if path is None else f"{path}: "
    if found["type"] == "extra_forbidden":
        return f"{where}there is no setting '{key}'"
    return f"{where}{key + ': ' if key else ''}{found['msg']}, not {found['input']!r}"
