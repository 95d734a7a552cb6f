# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of a listening test: what its hashes stand for. Listeners must not see it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

KEY = "key.json"
FORMAT = 1
REFERENCE = "hidden reference"
ANCHOR = "low anchor (3.5 kHz)"
ORIGINAL = "original"  # in pairs


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemRecord(_Part):
    """A recording of the MUSHRA part.

    Attributes:
        item: hash.
        file, loss: of the run.
        stimuli: labels of systems, reference and anchor, by hash.
    """

    item: str
    file: str
    loss: str
    stimuli: dict[str, str]


class TrialRecord(_Part):
    """A trial of the ABX part.

    Attributes:
        trial: hash.
        file, loss: of the run.
        a, b: labels.
        x: which of them is heard as X.
    """

    trial: str
    file: str
    loss: str
    a: str
    b: str
    x: Literal["a", "b"]


class ListeningKey(_Part):
    """All of a test."""

    format: int = Field(FORMAT, ge=FORMAT, le=FORMAT)
    test: str
    seed: int
    items: list[ItemRecord]
    trials: list[TrialRecord]


def read_key(path: Path) -> ListeningKey:
    """The key of a test.

    Args:
        path: of the key, or of the folder with it.

    Raises:
        ValueError: there is none, or it is damaged.
    """
    file = path / KEY if path.is_dir() else path
    try:
        return ListeningKey.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(
            f"{file} is no key of a listening test: {place}: {first['msg']}"
        ) from error


def refuse_another_key(path: Path, key: ListeningKey) -> None:
    """Keeps the key of a test that listeners may have answered: without it nothing can be read.

    Raises:
        ValueError: there is a file that is not this key.
    """
    if path.exists() and read_key(path) != key:
        raise ValueError(
            f"{path} is the key of another test, whose answers need it: take another folder"
        )
