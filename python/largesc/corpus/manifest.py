# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a built corpus: what each file is, where it comes from, under which licence."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MANIFEST = "manifest.json"
FORMAT = 2  # 1 had no readers' sex and age, and no lists of readers


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileRecord(_Part):
    """A file of the corpus.

    Attributes:
        name: as ``sentences/vm-review``; the file is ``NAME.flac`` below the manifest.
        subset, reader, language, text, seconds: as Utterance has them.
        sex: ``f`` or ``m``, as the recording's home has it; None where it has nothing, as for age.
        age: years.
        source: package (or repository and commit) and recordings it was made of.
        licence: of the recording.
        sha256: of the file, hexadecimal.
    """

    name: str = Field(pattern=r"^[\w-]+/[\w.-]+$")
    subset: str
    reader: str
    sex: Literal["f", "m"] | None = None
    age: int | None = Field(None, ge=0)
    language: str
    text: str
    seconds: float = Field(gt=0.0)
    source: str
    licence: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class SkippedRecord(_Part):
    """A recording that could not be used, and why."""

    path: str
    reason: str


class ReaderList(_Part):
    """Some readers of a subset, which may be asked for as if they were a subset.

    Attributes:
        subset: whose readers they are.
        readers: as the files of the subset name them.
    """

    subset: str
    readers: list[str]


class Manifest(_Part):
    """All files of a corpus.

    Attributes:
        format: version of the manifest.
        name: of the corpus, in reports.
        files: in a settled order.
        lists: of readers, by name (``readers-low``).
        skipped: what could not be used.
    """

    format: int = Field(FORMAT, ge=1, le=FORMAT)
    name: str
    files: list[FileRecord]
    lists: dict[str, ReaderList] = {}
    skipped: list[SkippedRecord] = []


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        ValueError: it is not one of this version; says where.
    """
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(f"{path} is no manifest of a corpus: {place}: {first['msg']}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes it; the corpus is complete from then on."""
    beside = folder / f".{MANIFEST}"
    beside.write_text(
        manifest.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8"
    )
    beside.replace(folder / MANIFEST)


def fingerprint(folder: Path) -> str:
    """SHA-256 over the manifest, which has the hashes of all files."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
