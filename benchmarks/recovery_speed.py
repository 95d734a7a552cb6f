# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time per 80 ms frame of each recovery strategy on one core, and of moshi's layers beside it.

    python benchmarks/recovery_speed.py [--checkpoint NAME] [--look-ahead 1] [--device cpu]

Speech tokens of the verification recording, again and again; every second frame is lost, and what
it takes to fill it is measured: all 8 tokens, or 4 because the sender sends no more. Then the same
with nothing missing. The process keeps to one core and one torch thread. The strategies base and
lora run on the fastest steps there are for the embedded model (``FastSteps``) and, as baseline, on
moshi's own layers in the same loop (``MoshiSteps``); on a GPU there are only the latter.
"""

import json
import os
import platform
import time
from pathlib import Path
from typing import Annotated, NamedTuple
from unittest.mock import patch

import numpy as np
import soundfile
import torch
import typer
from gnuradio.largesc.codec.checkpoint import CheckpointError, load_codec
from gnuradio.largesc.codec.kept_models import KeptModels
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS
from gnuradio.largesc.recovery.strategies import model_recovery
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import (
    STRATEGIES,
    asks_a_model,
    make_recovery,
)
from gnuradio.largesc.recovery.strategies.token_recovery import TokenRecovery
from gnuradio.largesc.recovery.token_model.token_model_steps import MoshiSteps
from rich.console import Console
from rich.markup import escape
from rich.table import Table

FIRST_FRAMES = 10  # not counted: memory is allocated, libraries choose their ways


class Case(NamedTuple):
    """sent: codebooks; lossy: whether every second frame is lost, and only those are counted."""

    title: str
    sent: int
    lossy: bool


CASES = (
    Case("8 missing", NUM_CODEBOOKS, True),
    Case("4 missing", 4, True),
    Case("0 missing", NUM_CODEBOOKS, False),
)


class Row(NamedTuple):
    """A strategy, and whether it runs on moshi's layers instead of ours."""

    strategy: str
    stock: bool = False

    def title(self) -> str:
        return f"{self.strategy}, moshi's layers" if self.stock else self.strategy


class Figures(NamedTuple):
    """Milliseconds per frame."""

    median: float
    percentile_95: float
    maximum: float


def rows(device: str) -> list[Row]:
    """What is measured; on other devices than the CPU the model always runs on moshi's layers."""
    has_own_steps = torch.device(device).type == "cpu"
    found = []
    for strategy in STRATEGIES:
        is_stock = asks_a_model(strategy) and not has_own_steps
        found.append(Row(strategy, stock=is_stock))
        if asks_a_model(strategy) and has_own_steps:
            found.append(Row(strategy, stock=True))
    return found


def speech_tokens(checkpoint: str, frames: int) -> np.ndarray:
    """Tokens int16 ``[frames, 8]`` of the recording, repeated as often as it takes."""
    codec = load_codec(checkpoint)
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    whole = pcm[: len(pcm) // codec.frame_size * codec.frame_size]
    tokens = [codec.encode(frame).tokens for frame in whole.reshape(-1, codec.frame_size)]
    return np.resize(np.array(tokens, dtype=np.int16), (frames, NUM_CODEBOOKS))


def received(tokens: np.ndarray, case: Case) -> np.ndarray:
    """What comes of the frames: in the lossy cases the even ones, and only what is sent."""
    came = tokens.copy()
    came[:, case.sent :] = MISSING_TOKEN
    if case.lossy:
        came[1::2] = MISSING_TOKEN
    return came


def strategy_of(row: Row, settings: RecoverySettings) -> TokenRecovery:
    if not row.stock:
        return make_recovery(row.strategy, settings)
    anew = patch.object(model_recovery, "_kept", KeptModels())
    with anew, patch.object(model_recovery, "steps_of", MoshiSteps):
        return make_recovery(row.strategy, settings)


def times(
    recovery: TokenRecovery, came: np.ndarray, case: Case, settings: RecoverySettings
) -> np.ndarray:
    """Milliseconds of each frame that counts."""
    found, on_gpu = [], torch.device(settings.device).type == "cuda"
    recovery.reset()
    for due, newest in zip(came, came[settings.look_ahead :], strict=False):
        started = time.perf_counter()
        recovery.push(newest, due, case.sent)
        if on_gpu:
            torch.cuda.synchronize()  # with nothing to draw, nobody waits for the GPU
        found.append(1000 * (time.perf_counter() - started))
    counted = found[1::2] if case.lossy else found
    return np.array(counted[FIRST_FRAMES:])


def measured(row: Row, settings: RecoverySettings, tokens: np.ndarray) -> list[Figures]:
    """Figures of all cases.

    Raises:
        CheckpointError: the checkpoint does not have what the strategy needs.
    """
    recovery = strategy_of(row, settings)
    found = [times(recovery, received(tokens, case), case, settings) for case in CASES]
    return [
        Figures(float(np.median(t)), float(np.percentile(t, 95)), float(t.max())) for t in found
    ]


def table_of(found: dict[Row, list[Figures]], settings: RecoverySettings) -> Table:
    title = (
        f"{settings.checkpoint}, look-ahead {settings.look_ahead}, {settings.device}, one core; "
        "ms per 80 ms frame: median / 95th percentile / maximum"
    )
    table = Table("strategy", *(case.title for case in CASES), title=escape(title))
    for row, figures in found.items():
        table.add_row(row.title(), *(" / ".join(f"{v:.2f}" for v in f) for f in figures))
    return table


def report_of(
    found: dict[Row, list[Figures]], settings: RecoverySettings, frames: int
) -> dict[str, object]:
    """The same for programs."""
    strategies = {
        row.title(): {case.title: f._asdict() for case, f in zip(CASES, figures, strict=True)}
        for row, figures in found.items()
    }
    return {
        "checkpoint": settings.checkpoint,
        "look_ahead": settings.look_ahead,
        "device": settings.device,
        "machine": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "load_average": os.getloadavg()[0],
        "frames": frames,
        "ms_per_frame": strategies,
    }


def main(
    checkpoint: Annotated[str, typer.Option(help="Name or folder.")] = "mini",
    look_ahead: Annotated[int, typer.Option(min=0, max=5, help="Frames.")] = 1,
    device: Annotated[str, typer.Option(help="Of the token model: cpu, cuda.")] = "cpu",
    frames: Annotated[int, typer.Option(min=1, help="Counted for each figure.")] = 200,
    json_file: Annotated[Path | None, typer.Option("--json", help="Figures as JSON.")] = None,
) -> None:
    """Time per 80 ms frame of each recovery strategy on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    torch.set_num_threads(1)
    settings = RecoverySettings(checkpoint, look_ahead, device=device)
    tokens = speech_tokens(checkpoint, 2 * (frames + FIRST_FRAMES) + look_ahead)
    console, found = Console(), {}
    for row in rows(device):
        try:
            found[row] = measured(row, settings, tokens)
        except CheckpointError as error:
            console.print(f"{row.title()} left out: {escape(str(error))}")
    console.print(table_of(found, settings))
    console.print(f"{frames} frames; load average at the end: {os.getloadavg()[0]:.1f}")
    if json_file is not None:
        json_file.write_text(json.dumps(report_of(found, settings, frames), indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
