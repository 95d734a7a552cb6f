# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries and models that metrics need: loaded late, named when they are not there."""

import hashlib
import importlib
from importlib import metadata, util
from pathlib import Path
from typing import Any

from .interface import MetricUnavailable

HOW_TO_GET_THEM = "pip install -r requirements-evaluation.txt"


def library(module: str, how: str = HOW_TO_GET_THEM) -> Any:
    """The imported module.

    Raises:
        MetricUnavailable: it cannot be imported; the message says how to get it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MetricUnavailable(f"{module} cannot be loaded ({error}); get it: {how}") from error


def library_file(package: str, path: str, how: str = HOW_TO_GET_THEM) -> Path:
    """A file that comes with a package; the package's own code does not run.

    Raises:
        MetricUnavailable: the package is not installed, or has no such file.
    """
    spec = util.find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or []:
        if (Path(folder) / path).is_file():
            return Path(folder) / path
    raise MetricUnavailable(f"{path} of the package {package} is not there; get it: {how}")


def library_version(distribution: str) -> str:
    """Name and installed version, as ``jiwer 4.0.0``."""
    return f"{distribution} {metadata.version(distribution)}"


def model_hash(path: Path) -> str:
    """First 12 hexadecimal digits of the file's SHA-256, as ``sha256 0123456789ab``."""
    with path.open("rb") as file:
        return "sha256 " + hashlib.file_digest(file, "sha256").hexdigest()[:12]
