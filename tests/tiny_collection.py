# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A collection of two readers set apart and one who trains, in a git repository made here."""

import hashlib
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gnuradio.largesc.corpus import reader_set, set_apart_fetch, set_apart_readers
from gnuradio.largesc.corpus.set_apart_readers import SetApartList, SetApartReader, texts_sha256
from gnuradio.largesc.corpus.source import GitRepository

RATE = 16000
READERS = {"0001": 110, "0002": 220}  # Hz
TEXTS = {f"0{reader}0{n}": f"TEXT {n} OF {reader}" for reader in READERS for n in (1, 2)}
TRAINING = "WAVE/SPEAKER0003/0000301.WAV"


def voice(pitch: int, number: int) -> np.ndarray:
    """Int16, a second of harmonics that come and go."""
    t = np.arange(RATE) / RATE
    tone = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 9))
    return (6000 * tone * np.sin(2 * np.pi * (2 + number) * t) ** 2).astype(np.int16)


def tiny_list() -> SetApartList:
    readers = []
    for reader, pitch in READERS.items():
        names = {f"0{reader}0{n}": voice(pitch, n) for n in (1, 2)}
        hashes = {
            n: hashlib.sha256(x.astype("<i2").tobytes()).hexdigest() for n, x in names.items()
        }
        readers.append(SetApartReader(reader, "f", 30, pitch, hashes))
    return SetApartList(tuple(readers), texts_sha256(TEXTS))


def use_tiny_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sets are the tiny one."""
    for module in (reader_set, set_apart_fetch, set_apart_readers):
        monkeypatch.setattr(module, "set_apart", lambda which: tiny_list())


def write_collection(folder: Path) -> None:
    """As speechocean762 is laid out."""
    for reader, pitch in READERS.items():
        for n in (1, 2):
            write_wav(folder / f"WAVE/SPEAKER{reader}/0{reader}0{n}.WAV", voice(pitch, n))
    write_wav(folder / TRAINING, voice(150, 1))
    (folder / "train").mkdir()
    lines = [f"{name}\t{text}\n" for name, text in TEXTS.items()]
    (folder / "train" / "text").write_text("".join(lines[:2]) + "0000301\tWHO TRAINS\n")
    (folder / "test").mkdir()
    (folder / "test" / "text").write_text("".join(lines[2:]))


def write_wav(path: Path, pcm: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, pcm, RATE, format="WAV", subtype="PCM_16")


def repository_of(folder: Path, paths: tuple[str, ...] = ("/*",)) -> GitRepository:
    """Commits what lies in the folder."""
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "speech")):
        subprocess.run(["git", "-C", folder, *arguments], check=True)
    done = subprocess.run(
        ["git", "-C", folder, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    )
    return GitRepository(f"file://{folder}", done.stdout.strip(), paths)


def write_mirror(mirror: Path, collection: Path, repository: GitRepository) -> None:
    """The speech of a collection as an archive."""
    (mirror / "speech").mkdir(parents=True)
    with tarfile.open(
        mirror / "speech" / f"{repository.folder}.tar", "w", format=tarfile.USTAR_FORMAT
    ) as tar:
        for path in sorted(collection.rglob("*")):
            if path.is_file() and ".git" not in path.parts:
                tar.add(path, f"{repository.folder}/{path.relative_to(collection)}")
