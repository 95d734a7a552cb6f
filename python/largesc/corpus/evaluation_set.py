# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the evaluation corpus of unpacked packages."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from .manifest import FORMAT, FileRecord, Manifest, SkippedRecord, write_manifest
from .preparation import LEVEL, TinySpeech, UnusableSpeech, prepared_speech
from .prompt_texts import prompt_texts
from .sequences import ITEMS, chosen_items, spoken
from .sources import PROMPT_TEXTS_PACKAGE, Source, files_of, source, sources_for
from .speech_level import at_level
from .utterance import SAMPLE_RATE

NAME = "gr-largesc evaluation set 1"
SENTENCE_SECONDS = (3.0, 10.0)  # shorter is no sentence, longer no over; one reader has enough
OTHER_SECONDS = (2.5, 10.0)
OTHER_FILES = 20
SEQUENCES = 20
SEQUENCE_ITEMS = {"digits": 6, "phonetic": 5}
OTHER_LANGUAGES = {"spanish": "asterisk-es", "italian": "asterisk-it", "greek": "tuxpaint-el"}


@dataclass(frozen=True)
class _Speech:
    subset: str
    stem: str
    text: str
    pcm: NDArray[np.float32]
    source: Source
    prompts: str


def build_evaluation_set(
    packages: Path, out: Path, progress: Callable[[str], None] = lambda subset: None
) -> Manifest:
    """Writes 16-bit FLAC files and their manifest.

    Args:
        packages: unpacked packages (see files_of).
        out: folder of the corpus; made if it is not there.
        progress: is told the subset of every file that was written.

    Raises:
        ValueError: not one package has a recording that can be used.
    """
    records: list[FileRecord] = []
    skipped = [
        SkippedRecord(path=s.package, reason="the package is not there")
        for s in sources_for("evaluation")
        if next(files_of(s, packages), None) is None
    ]
    for speech in _all_speech(packages, skipped):
        records.append(_written(speech, out))
        progress(speech.subset)
    if not records:
        raise ValueError(f"{packages} has no recordings of the evaluation packages")
    manifest = Manifest(format=FORMAT, name=NAME, files=records, skipped=skipped)
    write_manifest(out, manifest)
    return manifest


def _all_speech(packages: Path, skipped: list[SkippedRecord]) -> Iterator[_Speech]:
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
) -> Iterator[_Speech]:
    for name, path in sorted(prompts.items()):
        if "/" in name or name not in texts:
            continue
        pcm = _usable(path, name, skipped)
        if pcm is not None and _lasts(pcm, SENTENCE_SECONDS):
            yield _Speech("sentences", name, texts[name], pcm, source, name)


def _sequences(
    source: Source, prompts: dict[str, Path], subset: str, length: int, skipped: list[SkippedRecord]
) -> Iterator[_Speech]:
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
            yield _Speech(subset, f"{number:02d}", text, pcm, source, " ".join(names))


def _other_language(
    subset: str, source: Source, packages: Path, skipped: list[SkippedRecord]
) -> Iterator[_Speech]:
    fitting = []
    for path in files_of(source, packages):
        pcm = _usable(path, path.name, skipped)
        if pcm is not None and _lasts(pcm, OTHER_SECONDS):
            fitting.append((path, pcm))
    chosen = np.linspace(0, len(fitting) - 1, min(OTHER_FILES, len(fitting))).round().astype(int)
    for index in chosen:
        path, pcm = fitting[index]
        stem = path.stem.replace("_desc_", "-")
        yield _Speech(subset, stem, "", pcm, source, path.stem)


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


def _written(speech: _Speech, out: Path) -> FileRecord:
    file = io.BytesIO()
    soundfile.write(file, speech.pcm, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    content = file.getvalue()
    name = f"{speech.subset}/{speech.stem}"
    path = out / f"{name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return FileRecord(
        name=name,
        subset=speech.subset,
        reader=speech.source.reader,
        language=speech.source.language,
        text=speech.text,
        seconds=len(speech.pcm) / SAMPLE_RATE,
        source=f"{speech.source.package}: {speech.prompts}",
        licence=speech.source.licence,
        sha256=hashlib.sha256(content).hexdigest(),
    )
