# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""By how much a codec's speech is louder or quieter than what it heard, reader by reader.

    python benchmarks/codec_level.py CHECKPOINT READERS [--codebooks 4 --codebooks 8] [--write]

READERS is a folder with a folder of recordings for each reader. What is compared is the active
speech level (ITU-T P.56), by which pauses do not count. ``--write`` puts what makes the mean zero
into ``level_db`` of the checkpoint's codec.json: for a folder as ``training/train`` writes it,
with readers who chose nothing else and are not judged by.
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc.audio.audio_file_error import AudioFileError
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint, load_codec
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.corpus.speech_level import active_speech_level
from gnuradio.largesc.frame.tokens import MISSING_TOKEN
from rich.console import Console
from rich.table import Table

RECORDINGS = {".flac", ".wav", ".ogg", ".opus", ".mp3"}
LONGEST = 3  # recordings of a reader: the largest files

# By reader, then by number of codebooks: dB, positive where it comes out louder.
Changes = dict[str, dict[int, float]]


class LevelError(RuntimeError):
    """There is nothing to measure, or nowhere to write it."""


def level_changes(checkpoint: str, readers: Path, codebooks: tuple[int, ...]) -> Changes:
    """Active level of what comes out less that of what went in, mean over a reader's recordings.

    Raises:
        LevelError: no recordings.
        AudioFileError: one that cannot be read.
        CheckpointError: the checkpoint does not load.
    """
    recordings = {
        folder.name: sorted(
            (path for path in folder.iterdir() if path.suffix.lower() in RECORDINGS),
            key=lambda path: (-path.stat().st_size, path.name),
        )[:LONGEST]
        for folder in sorted(readers.iterdir())
        if folder.is_dir()
    }
    recordings = {reader: paths for reader, paths in recordings.items() if paths}
    if not recordings:
        raise LevelError(f"{readers} has no recordings in folders of readers")
    codec = load_codec(checkpoint)
    found: Changes = {}
    for reader, paths in recordings.items():
        changes = [_level_change(codec, read_speech(path).pcm, codebooks) for path in paths]
        means = np.mean(changes, axis=0)
        found[reader] = {count: float(mean) for count, mean in zip(codebooks, means, strict=True)}
    return found


def _level_change(codec: SpeechCodec, pcm: np.ndarray, codebooks: tuple[int, ...]) -> list[float]:
    """Of one recording, for each number of codebooks."""
    codec.reset()
    tokens = np.array([codec.encode(frame).tokens for frame in codec.frames(pcm)])
    before, changes = active_speech_level(pcm), []
    for count in codebooks:
        codec.reset()
        sent = np.where(np.arange(tokens.shape[1]) < count, tokens, MISSING_TOKEN)
        decoded = np.concatenate([codec.decode(frame.astype(np.int16)) for frame in sent])
        heard = decoded[codec.delay :][: len(pcm)]
        changes.append(active_speech_level(heard) - before)
    return changes


def calibrate(checkpoint: str, changes: Changes) -> float:
    """Writes the ``level_db`` that makes the mean change zero; it is returned, to 0.1 dB.

    Raises:
        LevelError: the checkpoint has not our decoder.
        CheckpointError: no such checkpoint.
    """
    found = find_checkpoint(checkpoint)
    config = found.codec_config
    if "source_filter_decoder" not in config:
        raise LevelError(f"{checkpoint} has no source_filter_decoder, and so no level of its own")
    missing = -float(np.mean([change for reader in changes.values() for change in reader.values()]))
    level = round(config["source_filter_decoder"].get("level_db", 0.0) + missing, 1)
    config["source_filter_decoder"]["level_db"] = level
    name = json.loads((found.folder / "config.json").read_text("utf-8"))["mimi_config_name"]
    (found.folder / name).write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    return level


def main(
    checkpoint: Annotated[str, typer.Argument(help="A name, or a folder.")],
    readers: Annotated[Path, typer.Argument(help="A folder of recordings for each reader.")],
    codebooks: Annotated[list[int], typer.Option(min=1, max=8, help="Of a frame.")] = [4, 8],  # noqa: B006
    write: Annotated[bool, typer.Option(help="Calibrate the checkpoint.")] = False,
) -> None:
    try:
        changes = level_changes(checkpoint, readers, tuple(codebooks))
        table = Table("reader", *(f"{count} codebooks (dB)" for count in codebooks))
        for reader, change in changes.items():
            table.add_row(reader, *(f"{change[count]:+.1f}" for count in codebooks))
        means = [np.mean([change[count] for change in changes.values()]) for count in codebooks]
        table.add_row("mean", *(f"{mean:+.1f}" for mean in means))
        Console().print(table)
        if write:
            print(f"level_db {calibrate(checkpoint, changes):g}")
    except (LevelError, CheckpointError, AudioFileError, OSError) as error:
        raise SystemExit(f"codec_level: {error}") from error


if __name__ == "__main__":
    typer.run(main)
