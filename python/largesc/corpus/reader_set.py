# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation set 2 and the development set: the readers who are set apart, with true texts."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from .built_speech import BuiltSpeech
from .manifest import FileRecord, ReaderList, SkippedRecord
from .preparation import prepared_speech
from .repositories import SPEECHOCEAN
from .set_apart_readers import (
    PREFIX,
    SUBSETS,
    SetApart,
    SetApartReader,
    checked_recording,
    checked_texts,
    set_apart,
    set_apart_folder,
)
from .sources import SPEECHOCEAN_LICENCE

EXTREMES = 4  # readers in each list of low and high voices


def reader_speech(
    which: SetApart, packages: Path, skipped: list[SkippedRecord]
) -> Iterator[BuiltSpeech]:
    """Recordings of a set that are as its list has them, prepared.

    Args:
        which: the set.
        packages: folder with ``readers/WHICH``: fetched speech, or a mirror.
        skipped: what is missing or cannot be used is added to it.
    """
    folder, subset = set_apart_folder(which, packages), SUBSETS[which]
    if not folder.is_dir():
        skipped.append(SkippedRecord(path=subset, reason="the recordings are not there"))
        return
    listed = set_apart(which)
    try:
        texts = checked_texts(folder, listed)
    except ValueError as error:
        skipped.append(SkippedRecord(path=subset, reason=str(error)))
        return
    for reader in listed.readers:
        for name in reader.recordings:
            try:
                pcm = prepared_speech(checked_recording(folder, reader, name))
            except ValueError as error:
                skipped.append(SkippedRecord(path=f"{subset}/{name}", reason=str(error)))
                continue
            origin = f"{SPEECHOCEAN.name} {SPEECHOCEAN.commit[:8]}: {reader.reader}/{name}"
            facts = (name_of(reader), "en", SPEECHOCEAN_LICENCE, origin, reader.sex, reader.age)
            yield BuiltSpeech(subset, name, texts[name], pcm, *facts)


def name_of(reader: SetApartReader) -> str:
    """As the sources name the reader."""
    return f"{PREFIX}-{reader.reader}"


def extreme_voices(records: list[FileRecord]) -> Mapping[str, ReaderList]:
    """The lowest and the highest voices of the evaluation readers who are there, by pitch."""
    subset = SUBSETS["evaluation"]
    there = {record.reader for record in records if record.subset == subset}
    readers = [r for r in set_apart("evaluation").readers if name_of(r) in there]
    if not readers:
        return {}
    names = [name_of(reader) for reader in sorted(readers, key=lambda r: (r.pitch, r.reader))]
    lists = {"low": names[:EXTREMES], "high": names[-EXTREMES:]}
    return {
        f"{subset}-{which}": ReaderList(subset=subset, readers=sorted(some))
        for which, some in lists.items()
    }
