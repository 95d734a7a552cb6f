# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of speechocean762 who never train: sixteen steer training, fourteen judge it.

How they were chosen: of the readers of 19 years and more the thirty whose five longest recordings
the recogniser understands best, at most eighteen of a sex; by that order, women and men apart, they
went to either set in turn. Of each the ten longest recordings are used, the others not at all.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import soundfile

SetApart = Literal["development", "evaluation"]
SETS: tuple[SetApart, ...] = ("development", "evaluation")
SUBSETS: Mapping[SetApart, str] = {"development": "development", "evaluation": "readers"}
FOLDER = "readers"  # of a folder of packages, and of a mirror
TEXTS = "texts.json"
PREFIX = "speechocean"  # of the readers' names
ENDINGS = (".flac", ".WAV", ".wav")


@dataclass(frozen=True)
class SetApartReader:
    """A reader and their recordings.

    Attributes:
        reader: four digits, as the collection numbers its readers.
        sex: ``f`` or ``m``, as the collection has it.
        age: years.
        pitch: median over the ten recordings, Hz.
        recordings: SHA-256 (hexadecimal) of the samples, little-endian int16, by name.
    """

    reader: str
    sex: Literal["f", "m"]
    age: int
    pitch: int
    recordings: Mapping[str, str]


@dataclass(frozen=True)
class SetApartList:
    """A set of readers.

    Attributes:
        readers: by number.
        texts_sha256: of all texts, a line for each recording (name, tab, text), sorted.
    """

    readers: tuple[SetApartReader, ...]
    texts_sha256: str


@cache
def set_apart(which: SetApart) -> SetApartList:
    """The list of a set, as it comes with this package."""
    text = (files(__package__) / "set_apart" / f"{which}.json").read_text(encoding="utf-8")
    listed = json.loads(text)
    readers = tuple(SetApartReader(**reader) for reader in listed["readers"])
    return SetApartList(readers, listed["texts_sha256"])


def set_apart_folder(which: SetApart, packages: Path) -> Path:
    """Where its recordings lie: ``READER/NAME.flac`` (or ``.wav``) and their texts."""
    return packages / FOLDER / which


def checked_recording(folder: Path, reader: SetApartReader, name: str) -> Path:
    """The file of a recording, whose samples are those of the list.

    Raises:
        ValueError: missing, damaged, or another recording.
    """
    paths = [folder / reader.reader / f"{name}{ending}" for ending in ENDINGS]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ValueError("the recording is missing")
    try:
        pcm, _ = soundfile.read(path, dtype="int16")
    except soundfile.LibsndfileError as error:
        raise ValueError(f"no audio, or damaged ({error.error_string.strip()})") from error
    if hashlib.sha256(pcm.astype("<i2").tobytes()).hexdigest() != reader.recordings[name]:
        raise ValueError("the recording is not the one of the list: damaged or changed")
    return path


def checked_texts(folder: Path, listed: SetApartList) -> dict[str, str]:
    """What is said, by name of the recording.

    Raises:
        ValueError: no texts, or not those of the list.
    """
    path = folder / TEXTS
    try:
        texts = {
            key.split("/")[-1]: str(text) for key, text in json.loads(path.read_text()).items()
        }
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path} is no list of texts") from error
    if texts_sha256(texts) != listed.texts_sha256:
        raise ValueError(f"{path} has not the texts of the list: damaged or changed")
    return texts


def texts_sha256(texts: Mapping[str, str]) -> str:
    """SHA-256 (hexadecimal) of texts by name."""
    lines = "".join(f"{name}\t{text}\n" for name, text in sorted(texts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
