# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the evaluation corpus: sets 1 and 2, and the development set beside them."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path

from .built_speech import written
from .manifest import FORMAT, FileRecord, Manifest, SkippedRecord, write_manifest
from .prompt_set import prompt_speech
from .reader_set import extreme_voices, reader_speech

NAME = "gr-largesc evaluation sets 1 and 2"
NAME_WITHOUT_READERS = "gr-largesc evaluation set 1"


def build_evaluation_set(
    packages: Path,
    out: Path,
    progress: Callable[[str], None] = lambda subset: None,
    readers: Path | None = None,
) -> Manifest:
    """Writes 16-bit FLAC files and their manifest.

    Args:
        packages: unpacked packages (see files_of).
        out: folder of the corpus; made if it is not there.
        progress: is told the subset of every file that was written.
        readers: folder with ``readers/evaluation`` and ``readers/development``; None for
            ``packages``.

    Raises:
        ValueError: there is not one recording that can be used.
    """
    records: list[FileRecord] = []
    skipped: list[SkippedRecord] = []
    for speech in chain(
        prompt_speech(packages, skipped),
        reader_speech("evaluation", readers or packages, skipped),
        reader_speech("development", readers or packages, skipped),
    ):
        records.append(written(speech, out))
        progress(speech.subset)
    if not records:
        raise ValueError(f"{packages} has no recordings of the evaluation packages")
    lists = dict(extreme_voices(records))
    name = NAME if lists else NAME_WITHOUT_READERS
    manifest = Manifest(format=FORMAT, name=name, files=records, lists=lists, skipped=skipped)
    write_manifest(out, manifest)
    return manifest
