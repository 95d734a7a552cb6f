# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run folders with chosen figures, for tests of reports."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from gnuradio.largesc.evaluation.run.parts import write_table
from gnuradio.largesc.evaluation.run.rows import table_of

RATE = 24000
LOSSES = {"no loss": 0.0, "independent 20 %": 0.2, "independent 40 %": 0.4}
# Errors per loss rate, bit/s: ours gets worse slowly, the peer fast.
SYSTEMS = {"mini 4": ("largesc", 700, 30), "Opus 6k": ("opus", 6000, 80)}


def row(system: str, loss: str, file: str, number: int) -> dict[str, Any]:
    kind, bit_rate, slope = SYSTEMS[system]
    rate = LOSSES[loss]
    return {
        "experiment": "try",
        "system": system,
        "kind": kind,
        "loss": loss,
        "loss_rate": rate,
        "channel_family": "independent" if rate else "none",
        "channel_settings": "{}",
        "axis": "loss_rate",
        "axis_value": rate,
        "seed": 1,
        "subset": "sentences",
        "file": file,
        "reader": "r",
        "language": "en",
        "text": "he said <b>this</b> & that",
        "seconds": 2.0,
        "bits": 2 * bit_rate,
        "packet_seconds": 0.08,
        "latency_seconds": 0.16,
        "encode_seconds": 0.1,
        "decode_seconds": 0.1,
        "problem": "",
        "words": 100,
        "substitutions": round(slope * rate) + number % 3,
        "insertions": 1,
        "deletions": 0,
        "plcmos": 4.0 - slope * rate / 20 + 0.01 * (number % 5),
    }


def with_tokens(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A row as our link has it, of 4 codebooks: recovery gets ever fewer right."""
    missing = round(100 * row["loss_rate"])
    right = {f"tokens_right_{k}": missing // (k + 2) + number % 2 for k in range(4)}
    counts = {f"tokens_missing_{k}": missing for k in range(4)}
    return row | counts | right | {"packets": 25, "recovery_seconds": 0.05}


def write_run(
    folder: Path,
    files: int = 20,
    references: Sequence[str] = (),
    has_tokens: bool = False,
    arguments: Sequence[str] = (),
) -> Path:
    """A finished run with rows, problems and recordings of its first file.

    Args:
        folder: for it; must not be there.
        files: how many.
        references: labels that the experiment names.
        has_tokens: rows of our link tell of tokens.
        arguments: of the command, if the run knows them.
    """
    names = [f"sentences/{number:02d}" for number in range(files)]
    rows = [
        row(system, loss, name, number)
        for system in SYSTEMS
        for loss in LOSSES
        for number, name in enumerate(names)
    ]
    if has_tokens:
        ours = [one for one in rows if one["kind"] == "largesc"]
        rows = [one for one in rows if one["kind"] != "largesc"]
        rows += [with_tokens(one, number) for number, one in enumerate(ours)]
    problems = {
        "SoundStream": ("soundstream", "", "no weights | anywhere"),
        "": ("", "a.wav", "<silent>"),
    }
    rows += [
        {"experiment": "try", "system": system, "kind": kind, "file": file, "problem": problem}
        for system, (kind, file, problem) in problems.items()
    ]
    metadata = {
        "experiment": {"description": "A <try>.", "seeds": [1], "references": list(references)},
        "corpus": {
            "name": "few",
            "files": files,
            "seconds": 40.0,
            "skipped": 1,
            "fingerprint": "f" * 64,
        },
        "metrics": {"wer": "whisper 1"},
        "systems": {
            "mini 4": {"version": "checkpoint mini", "concealment": "hold", "unavailable": ""}
        },
        "machine": {"cpu": "a processor", "workers": 2},
        "wall_seconds": 90.0,
    } | ({"arguments": list(arguments)} if arguments else {})
    folder.mkdir(parents=True)
    write_table(folder / "rows.parquet", table_of(rows, json.dumps(metadata).encode()))
    _write_audio(folder / "audio", names[0])
    return folder


def _write_audio(audio: Path, name: str) -> None:
    audio.mkdir()
    index = []
    tone = 0.2 * np.sin(np.arange(RATE) / 20).astype(np.float32)
    cells = [("", ""), *((system, loss) for system in SYSTEMS for loss in LOSSES)]
    for number, (system, loss) in enumerate(cells):
        path = f"{number}.flac"
        soundfile.write(audio / path, tone * (1 + number) / 8, RATE)
        entry = {"system": system, "loss": loss, "seed": 1, "file": name}
        index.append({**entry, "subset": "sentences", "path": path})
    (audio / "index.json").write_text(json.dumps(index))
