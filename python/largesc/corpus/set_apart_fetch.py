# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches the recordings of readers who are set apart; each is compared with its hash."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .git_checkout import RepositoryError, check_out
from .kaldi_texts import kaldi_texts
from .repositories import SPEECHOCEAN
from .set_apart_readers import (
    FOLDER,
    TEXTS,
    SetApart,
    checked_recording,
    checked_texts,
    set_apart,
    set_apart_folder,
)
from .source import GitRepository

PARTS = ("train", "test")  # of the collection; each has texts


def fetch_set_apart(
    which: SetApart,
    packages: Path,
    mirror: Path | None = None,
    repository: GitRepository = SPEECHOCEAN,
) -> list[str]:
    """Brings a set's recordings and texts into ``readers/WHICH`` below ``packages``.

    Args:
        which: the set.
        packages: folder for everything.
        mirror: has the same folder; None for git.
        repository: that the readers are of.

    Returns:
        A line for everything that cannot be had. What is damaged is not left in the folder.
    """
    folder = set_apart_folder(which, packages)
    if not any(_unlike_list(which, folder)):
        return []
    shutil.rmtree(folder, ignore_errors=True)
    if mirror is not None:
        origin = set_apart_folder(which, mirror)
        if not origin.is_dir():
            return [f"the mirror lacks {FOLDER}/{which}"]
        return _copied(which, origin, folder)
    beside = packages / f".{FOLDER}-{which}"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        check_out(repository, _paths(which), beside)
    except RepositoryError as error:
        return [str(error)]
    _arrange(which, beside)
    problems = _copied(which, beside, folder)
    shutil.rmtree(beside)
    return problems


def _unlike_list(which: SetApart, folder: Path) -> Iterator[str]:
    """What is not there, or not as the list has it."""
    listed = set_apart(which)
    try:
        checked_texts(folder, listed)
    except ValueError as error:
        yield str(error)
    for reader in listed.readers:
        for name in reader.recordings:
            try:
                checked_recording(folder, reader, name)
            except ValueError as error:
                yield f"{reader.reader}/{name}: {error}"


def _copied(which: SetApart, origin: Path, folder: Path) -> list[str]:
    """Copies what is as the list has it; says what is not."""
    problems = list(_unlike_list(which, origin))
    listed = set_apart(which)
    folder.mkdir(parents=True)
    with suppress(ValueError):
        checked_texts(origin, listed)
        shutil.copyfile(origin / TEXTS, folder / TEXTS)
    for reader in listed.readers:
        (folder / reader.reader).mkdir()
        for name in reader.recordings:
            with suppress(ValueError):
                path = checked_recording(origin, reader, name)
                shutil.copyfile(path, folder / reader.reader / path.name)
    return problems


def _paths(which: SetApart) -> list[str]:
    """In the repository."""
    return [
        *(f"/{part}/text" for part in PARTS),
        *(
            f"/WAVE/SPEAKER{reader.reader}/{name}.WAV"
            for reader in set_apart(which).readers
            for name in reader.recordings
        ),
    ]


def _arrange(which: SetApart, checkout: Path) -> None:
    """Gives a checkout the shape that a set has in a mirror."""
    texts = kaldi_texts(checkout / part / "text" for part in PARTS)
    listed = {}
    for reader in set_apart(which).readers:
        found = checkout / "WAVE" / f"SPEAKER{reader.reader}"
        if found.is_dir():
            found.rename(checkout / reader.reader)
        for name in reader.recordings:
            listed[f"{reader.reader}/{name}"] = texts.get(name, "")
    (checkout / TEXTS).write_text(json.dumps(listed, indent=0), encoding="utf-8")
