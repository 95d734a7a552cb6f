# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech to evaluate on, whatever folder it lies in."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .common_voice import common_voice_files, is_common_voice
from .librispeech import is_librispeech, librispeech_files
from .listed_file import Listing, listing_fingerprint
from .manifest import MANIFEST, fingerprint, read_manifest
from .noise import SUFFIX, with_noise
from .preparation import prepared_speech
from .utterance import Utterance
from .verified_file import verified_speech


@dataclass(frozen=True)
class Entry:
    """A file that is there; attributes as Utterance's."""

    name: str
    subset: str
    reader: str
    language: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Skipped:
    """A file that cannot be used, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """Speech with texts.

    Attributes:
        name: in reports.
        fingerprint: SHA-256, hexadecimal: other files, other fingerprint.
        entries: what can be loaded, in a settled order.
        skipped: what cannot.
    """

    name: str
    fingerprint: str
    entries: list[Entry]
    skipped: list[Skipped]
    _files: Mapping[str, Path] = field(repr=False)
    _hashes: Mapping[str, str] = field(repr=False)

    def load(self, name: str) -> Utterance:
        """Speech of an entry.

        Raises:
            ValueError: the file is bad after all: damaged, silent, changed since it was built.
        """
        entry = next((entry for entry in self.entries if entry.name == name), None)
        if entry is None:
            raise ValueError(f"the corpus {self.name} has no {name}")
        pcm = self._speech(name)
        if entry.subset.endswith(SUFFIX):
            pcm = with_noise(pcm, name)
        return Utterance(name, entry.subset, entry.reader, entry.language, entry.text, pcm)

    def _speech(self, name: str) -> NDArray[np.float32]:
        path = self._files[name]
        expected = self._hashes.get(name)
        return prepared_speech(path) if expected is None else verified_speech(path, expected)


def default_folder() -> Path:
    """Where the evaluation corpus is built: in the user's cache (XDG base directories)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gr-largesc" / "evaluation-corpus"


def open_corpus(where: str, subsets: Sequence[str] = ()) -> Corpus:
    """The corpus in a folder.

    Args:
        where: a built corpus, a LibriSpeech or a Common Voice folder; empty for the evaluation
            corpus in the user's cache.
        subsets: that shall be there; none for all. With ``-noise`` behind the name of a subset its
            files have noise added; these are there only if they are asked for.

    Raises:
        ValueError: nothing there, or no such layout; says what to do.
    """
    folder = Path(where) if where else default_folder()
    corpus = _opened(folder, built_is_expected=not where)
    noisy = [
        (replace(entry, name=entry.name.replace(entry.subset, subset, 1), subset=subset), entry)
        for subset in subsets
        if subset.endswith(SUFFIX)
        for entry in corpus.entries
        if entry.subset == subset.removesuffix(SUFFIX)
    ]
    entries = [entry for entry in corpus.entries if not subsets or entry.subset in subsets]
    return replace(
        corpus,
        # Where none is left, all stay: who looks for the subset can name those that are there.
        entries=entries + [noise for noise, _ in noisy] or corpus.entries,
        _files={**corpus._files, **{n.name: corpus._files[e.name] for n, e in noisy}},
        _hashes={
            **corpus._hashes,
            **{n.name: corpus._hashes[e.name] for n, e in noisy if e.name in corpus._hashes},
        },
    )


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
    raise ValueError(
        f"{folder} is no corpus: it has no {MANIFEST} (`largesc corpus build`), no *.trans.txt as "
        "LibriSpeech, no clips and *.tsv as Common Voice"
    )


def _built(folder: Path) -> Corpus:
    manifest = read_manifest(folder)
    entries = [
        Entry(r.name, r.subset, r.reader, r.language, r.text, r.seconds) for r in manifest.files
    ]
    return Corpus(
        manifest.name,
        fingerprint(folder),
        entries,
        [Skipped(record.path, record.reason) for record in manifest.skipped],
        {record.name: folder / f"{record.name}.flac" for record in manifest.files},
        {record.name: record.sha256 for record in manifest.files},
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
        {file.name: file.path for file in listing.files},
        {},
    )
