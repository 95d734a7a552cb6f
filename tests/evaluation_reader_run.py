# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run on readers who differ, for tests of reports and of listening tests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from gnuradio.largesc.evaluation.run.parts import write_table
from gnuradio.largesc.evaluation.run.rows import table_of

RATE = 24000
# Errors of 100 words, clean, by system and reader; and what noise adds.
ERRORS = {
    "original": {"ann": 1, "bob": 9, "cat": 5},
    "mini 8 hold": {"ann": 10, "bob": 40, "cat": 20},
    "Codec2 1300": {"ann": 60, "bob": 30, "cat": 30},
}
KINDS = {"original": "identity", "mini 8 hold": "largesc", "Codec2 1300": "codec2"}
NOISE_ERRORS = {"original": 2, "mini 8 hold": 20, "Codec2 1300": 20}
FILES = 4  # of each reader


def rows_of_readers(subset: str, noise: bool = False) -> list[dict[str, Any]]:
    """Rows of every system, reader and file; the last file of a reader has one error more."""
    return [
        {
            "experiment": "readers",
            "system": system,
            "kind": KINDS[system],
            "loss": "no loss",
            "loss_rate": 0.0,
            "channel_family": "none",
            "channel_settings": "{}",
            "axis": "loss_rate",
            "axis_value": 0.0,
            "seed": 1,
            "subset": subset,
            "file": f"{subset}/{reader}-{number}",
            "reader": reader,
            "language": "en",
            "text": "some words",
            "seconds": 1.0,
            "bits": 1300,
            "encode_seconds": 0.1,
            "decode_seconds": 0.1,
            "problem": "",
            "words": 100,
            "substitutions": errors + (number == FILES - 1) + noise * NOISE_ERRORS[system],
            "insertions": 0,
            "deletions": 0,
            "plcmos": 4.5 - errors / 100 - noise,
        }
        for system, by_reader in ERRORS.items()
        for reader, errors in by_reader.items()
        for number in range(FILES)
    ]


def write_reader_run(
    folder: Path,
    subsets: Sequence[str] = ("readers", "readers-noise"),
    corpus: str = "gr-largesc evaluation set 2",
    heard: Sequence[str] = tuple(ERRORS["original"]),
) -> Path:
    """A finished run; subsets with ``-noise`` are noisy; the first file of readers is heard."""
    rows = [row for s in subsets for row in rows_of_readers(s, s.endswith("-noise"))]
    metadata = {"experiment": {"description": "Readers."}, "corpus": {"name": corpus}}
    folder.mkdir(parents=True)
    write_table(folder / "rows.parquet", table_of(rows, json.dumps(metadata).encode()))
    audio = folder / "audio"
    audio.mkdir()
    index = []
    for subset in subsets:
        for reader in heard:
            for system in ("", *ERRORS):
                path = f"{len(index)}.flac"
                soundfile.write(audio / path, _tone(subset, reader, system), RATE)
                loss = "no loss" if system else ""
                entry = {"system": system, "loss": loss, "seed": 1, "path": path}
                index.append({**entry, "file": f"{subset}/{reader}-0", "subset": subset})
    (audio / "index.json").write_text(json.dumps(index))
    return folder


def _tone(subset: str, reader: str, system: str) -> np.ndarray:
    """A second of two tones, 200 Hz and 6 kHz, of which codecs lose some; all differ."""
    time = np.arange(RATE) / RATE
    pitch = 200 + 10 * list(ERRORS["original"]).index(reader) + 5 * subset.endswith("-noise")
    high = {"": 0.1, "original": 0.1, "mini 8 hold": 0.05, "Codec2 1300": 0.0}[system]
    level = 0.5 if system == "mini 8 hold" else 1.0
    tones = 0.2 * np.sin(2 * np.pi * pitch * time) + high * np.sin(2 * np.pi * 6000 * time)
    return (level * tones).astype(np.float32)
