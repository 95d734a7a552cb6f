# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation set 1: prompts of Debian packages, most of them of one reader in a studio."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .built_speech import BuiltSpeech
from .manifest import SkippedRecord
from .preparation import LEVEL, TinySpeech, UnusableSpeech, prepared_speech
from .prompt_texts import prompt_texts
from .sequences import ITEMS, chosen_items, spoken
from .source import Source
from .sources import PROMPT_TEXTS_PACKAGE, files_of, source, sources_for
from .speech_level import at_level
from .utterance import SAMPLE_RATE

SENTENCE_SECONDS = (3.0, 10.0)  # shorter is no sentence, longer no over; one reader has enough
OTHER_SECONDS = (2.5, 10.0)
OTHER_FILES = 20
SEQUENCES = 20
SEQUENCE_ITEMS = {"digits": 6, "phonetic": 5}
OTHER_LANGUAGES = {"spanish": "asterisk-es", "italian": "asterisk-it", "greek": "tuxpaint-el"}


def prompt_speech(packages: Path, skipped: list[SkippedRecord]) -> Iterator[BuiltSpeech]:
    """Everything of the set.

    Args:
        packages: unpacked packages (see files_of).
        skipped: what cannot be used is added to it.
    """
    skipped += [
        SkippedRecord(path=s.home.name, reason="the package is not there")
        for s in sources_for("evaluation")
        if not s.below and next(files_of(s, packages), None) is None
    ]
    english = source("asterisk-en")
    texts = prompt_texts(packages)
    prompts = _prompts(english, packages)
    if prompts and not texts:
        reason = "the package is not there: no sentences, no sequences"
        skipped.append(SkippedRecord(path=PROMPT_TEXTS_PACKAGE, reason=reason))
    if texts:
        yield from _sentences(english, prompts, texts, skipped)
        for subset, length in SEQUENCE_ITEMS.items():
            yield from _sequences(english, prompts, subset, length, skipped)
    for subset, group in OTHER_LANGUAGES.items():
        yield from _other_language(subset, source(group), packages, skipped)


def _prompts(source: Source, packages: Path) -> dict[str, Path]:
    """Files by prompt name: the path below the voice's folder, without suffix."""
    root = source.pattern.split("/**")[0].count("/") + 1
    files = {}
    for path in files_of(source, packages):
        parts = path.parts[path.parts.index("usr") :]
        files["/".join(parts[root:]).removesuffix(path.suffix)] = path
    return files


def _sentences(
    source: Source, prompts: dict[str, Path], texts: dict[str, str], skipped: list[SkippedRecord]
) -> Iterator[BuiltSpeech]:
    for name, path in sorted(prompts.items()):
        if "/" in name or name not in texts:
            continue
        pcm = _usable(path, name, skipped)
        if pcm is not None and _lasts(pcm, SENTENCE_SECONDS):
            yield _built("sentences", name, texts[name], pcm, source, name)


def _sequences(
    source: Source, prompts: dict[str, Path], subset: str, length: int, skipped: list[SkippedRecord]
) -> Iterator[BuiltSpeech]:
    words = ITEMS[subset]
    missing = [name for name in words if name not in prompts]
    if missing:
        skipped.append(SkippedRecord(path=subset, reason=f"no recording of {', '.join(missing)}"))
        return
    items = {name: _usable(prompts[name], name, skipped) for name in words}
    for number, names in enumerate(chosen_items(subset, SEQUENCES, length), start=1):
        parts = [pcm for name in names if (pcm := items[name]) is not None]
        if len(parts) == len(names):
            text = " ".join(words[name] for name in names)
            pcm = at_level(spoken(parts), LEVEL)
            yield _built(subset, f"{number:02d}", text, pcm, source, " ".join(names))


def _other_language(
    subset: str, source: Source, packages: Path, skipped: list[SkippedRecord]
) -> Iterator[BuiltSpeech]:
    fitting = []
    for path in files_of(source, packages):
        pcm = _usable(path, path.name, skipped)
        if pcm is not None and _lasts(pcm, OTHER_SECONDS):
            fitting.append((path, pcm))
    chosen = np.linspace(0, len(fitting) - 1, min(OTHER_FILES, len(fitting))).round().astype(int)
    for index in chosen:
        path, pcm = fitting[index]
        stem = path.stem.replace("_desc_", "-")
        yield _built(subset, stem, "", pcm, source, path.stem)


def _built(
    subset: str, stem: str, text: str, pcm: NDArray[np.float32], source: Source, prompts: str
) -> BuiltSpeech:
    origin = f"{source.home.name}: {prompts}"
    facts = (source.reader, source.language, source.licence, origin)
    return BuiltSpeech(subset, stem, text, pcm, *facts)


def _usable(path: Path, name: str, skipped: list[SkippedRecord]) -> NDArray[np.float32] | None:
    try:
        return prepared_speech(path)
    except TinySpeech:
        return None
    except UnusableSpeech as error:
        skipped.append(SkippedRecord(path=name, reason=str(error)))
        return None


def _lasts(pcm: NDArray[np.float32], limits: tuple[float, float]) -> bool:
    return limits[0] <= len(pcm) / SAMPLE_RATE <= limits[1]
