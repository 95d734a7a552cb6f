# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech to evaluate on, whatever folder it lies in."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .chance import chance_of
from .common_voice import common_voice_files, is_common_voice
from .conditions import Condition, split_condition
from .librispeech import is_librispeech, librispeech_files
from .listed_file import Listing, listing_fingerprint, seconds_of
from .listed_folder import is_listed_folder, listed_folder_files
from .manifest import MANIFEST, ReaderList, fingerprint, read_manifest
from .preparation import prepared_speech
from .set_apart_readers import SUBSETS
from .utterance import Utterance
from .verified_file import verified_speech

TALKERS = 6  # of the condition in which others talk
STEERING = SUBSETS["development"]  # a subset that judges nothing unless it is asked for


@dataclass(frozen=True)
class Entry:
    """A file that is there.

    Attributes:
        name, subset, reader, language, text, seconds: as Utterance's.
        sex: ``f`` or ``m``; None if nobody wrote it down, as for age.
        age: years.
    """

    name: str
    subset: str
    reader: str
    language: str
    text: str
    seconds: float
    sex: Literal["f", "m"] | None = None
    age: int | None = None


@dataclass(frozen=True)
class Skipped:
    """A file that cannot be used, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class _Made:
    """A file that stands for one of the folder.

    Attributes:
        of: entry of the folder.
        condition: that it is brought into; None for none.
    """

    of: Entry
    condition: Condition | None

    @property
    def seed(self) -> str:
        """The same whichever list of readers the file was asked for by."""
        suffix = self.condition.suffix if self.condition else ""
        return self.of.name.replace(self.of.subset, self.of.subset + suffix, 1)


@dataclass(frozen=True)
class Corpus:
    """Speech with texts.

    Attributes:
        name: in reports.
        fingerprint: SHA-256, hexadecimal: other files, other fingerprint.
        entries: what can be loaded, in a settled order.
        skipped: what cannot.
        lists: readers of a subset who can be asked for by a name of their own.
    """

    name: str
    fingerprint: str
    entries: list[Entry]
    skipped: list[Skipped]
    lists: Mapping[str, ReaderList]
    _files: Mapping[str, Path] = field(repr=False)
    _hashes: Mapping[str, str] = field(repr=False)
    _all: Sequence[Entry] = field(repr=False)
    _made: Mapping[str, _Made] = field(default_factory=dict, repr=False)

    def load(self, name: str) -> Utterance:
        """Speech of an entry.

        Raises:
            ValueError: the file is bad after all: damaged, silent, changed since it was built;
                or its condition needs others who talk, and there are none.
        """
        entry = next((entry for entry in self.entries if entry.name == name), None)
        if entry is None:
            raise ValueError(f"the corpus {self.name} has no {name}")
        made = self._made.get(name, _Made(entry, None))
        pcm = self._speech(made.of.name)
        if made.condition is not None:
            pcm = made.condition.apply(pcm, made.seed, lambda: self._others(made))
        return Utterance(name, entry.subset, entry.reader, entry.language, entry.text, pcm)

    def _speech(self, name: str) -> NDArray[np.float32]:
        path = self._files[name]
        expected = self._hashes.get(name)
        return prepared_speech(path) if expected is None else verified_speech(path, expected)

    def _others(self, made: _Made) -> list[NDArray[np.float32]]:
        """Other readers of the same subset; other files of the reader, if nobody else is there."""
        subset = [e for e in self._all if e.subset == made.of.subset and e.name != made.of.name]
        others = [entry for entry in subset if entry.reader != made.of.reader] or subset
        if not others:
            raise ValueError(f"{made.of.subset} has nobody beside {made.of.name} to talk")
        drawn = [others[index] for index in chance_of(made.seed).permutation(len(others))]
        one_each = {entry.reader: entry for entry in reversed(drawn)}
        drawn.sort(key=lambda entry: one_each[entry.reader] is not entry)
        return [self._speech(entry.name) for entry in drawn[:TALKERS]]


def default_folder() -> Path:
    """Where the evaluation corpus is built: in the user's cache (XDG base directories)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gr-largesc" / "evaluation-corpus"


def open_corpus(where: str, subsets: Sequence[str] = ()) -> Corpus:
    """The corpus in a folder.

    Args:
        where: a built corpus, a LibriSpeech, a Common Voice or a listed folder; empty for the
            evaluation corpus in the user's cache.
        subsets: that shall be there; none for all but the one whose readers steer development. A
            list of readers (``readers-low``) can be asked for as a subset, and with the suffix
            of a condition (``-noise``; see :mod:`.conditions`) any of them is made to be in it.

    Raises:
        ValueError: nothing there, or no such layout; says what to do.
    """
    folder = Path(where) if where else default_folder()
    corpus = _opened(folder, built_is_expected=not where)
    if not subsets:
        judging = [entry for entry in corpus.entries if entry.subset != STEERING]
        return replace(corpus, entries=judging or corpus.entries)
    there = {entry.subset for entry in corpus.entries}
    entries = [entry for entry in corpus.entries if entry.subset in subsets]
    made: dict[str, _Made] = {}
    for subset in subsets:
        if subset not in there:
            for entry, origin in _in_condition(corpus, subset):
                entries.append(entry)
                made[entry.name] = origin
    # Where none is left, all stay: who looks for the subset can name those that are there.
    return replace(corpus, entries=entries or corpus.entries, _made=made)


def open_whole_corpus(where: str) -> Corpus:
    """As :func:`open_corpus`, with every subset that the folder has, and a look at every file.

    Files of a built corpus that are gone or cut short are skipped; a run finds them by their hash.
    """
    folder = Path(where) if where else default_folder()
    corpus = _opened(folder, built_is_expected=not where)
    if not corpus._hashes:  # files of other folders were looked at already
        return corpus
    whole, skipped = [], list(corpus.skipped)
    for entry in corpus.entries:
        try:
            seconds_of(corpus._files[entry.name])
            whole.append(entry)
        except ValueError as error:
            skipped.append(Skipped(f"{entry.name}.flac", f"{error}: build the corpus again"))
    return replace(corpus, entries=whole, skipped=skipped)


def _in_condition(corpus: Corpus, subset: str) -> Iterator[tuple[Entry, _Made]]:
    """Files of a subset that is made: a list of readers, a condition, or both."""
    there = {entry.subset for entry in corpus.entries}
    base, condition = split_condition(subset)
    if base not in there and base not in corpus.lists:
        return
    readers = corpus.lists.get(base)
    origin = base if readers is None else readers.subset
    for entry in corpus.entries:
        if entry.subset == origin and (readers is None or entry.reader in readers.readers):
            name = entry.name.replace(origin, subset, 1)
            yield replace(entry, name=name, subset=subset), _Made(entry, condition)


def _opened(folder: Path, built_is_expected: bool) -> Corpus:
    if (folder / MANIFEST).is_file():
        return _built(folder)
    if built_is_expected:
        raise ValueError(
            f"the evaluation corpus is not in {folder}; `largesc corpus build` makes it"
        )
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    if is_librispeech(folder):
        return _listed(folder, librispeech_files(folder))
    if is_common_voice(folder):
        return _listed(folder, common_voice_files(folder))
    if is_listed_folder(folder):
        return _listed(folder, listed_folder_files(folder))
    raise ValueError(
        f"{folder} is no corpus: it has no {MANIFEST} (`largesc corpus build`), no *.trans.txt as "
        "LibriSpeech, no clips and *.tsv as Common Voice, no list with the columns path and text, "
        "no audio with a text of the same name beside it"
    )


def _built(folder: Path) -> Corpus:
    manifest = read_manifest(folder)
    entries = [
        Entry(r.name, r.subset, r.reader, r.language, r.text, r.seconds, r.sex, r.age)
        for r in manifest.files
    ]
    return Corpus(
        manifest.name,
        fingerprint(folder),
        entries,
        [Skipped(record.path, record.reason) for record in manifest.skipped],
        manifest.lists,
        {record.name: folder / f"{record.name}.flac" for record in manifest.files},
        {record.name: record.sha256 for record in manifest.files},
        entries,
    )


def _listed(folder: Path, listing: Listing) -> Corpus:
    entries = [
        Entry(f.name, f.subset, f.reader, f.language, f.text, f.seconds) for f in listing.files
    ]
    return Corpus(
        f"{listing.layout} {folder.resolve().name}",
        listing_fingerprint(listing),
        entries,
        [Skipped(path, reason) for path, reason in listing.skipped],
        {},
        {file.name: file.path for file in listing.files},
        {},
        entries,
    )
