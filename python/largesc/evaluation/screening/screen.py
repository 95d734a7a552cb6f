# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays every way over every channel; goes on where it was stopped."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...control.importance_network import ImportanceNetwork
from ...speech_link.link_sender import packet_codec_for
from ...speech_link.settings import SenderSettings
from ..channels.channel_model import ChannelModel
from ..channels.interface import channel_seed
from ..run.parts import write_table
from .cost_sources import cost_source
from .measured_frames import MeasuredFrames
from .replay import FRAME_SECONDS, costs_of, replay
from .screen_settings import ScreenSettings
from .ways import Way, controlled_ways, fixed_ways

PARTS, ABOUT = "screened", b"largesc"
# Bits that silence takes by itself.
BARE_SILENCE = 8 * packet_codec_for(SenderSettings()).packet_size(0)


class ScreenError(ValueError):
    """A folder holds another screening."""


def screen(
    frames: MeasuredFrames,
    network: ImportanceNetwork,
    settings: ScreenSettings,
    out: Path,
    say: Callable[[str], None],
) -> pd.DataFrame:
    """Rows of all ways, channels, seeds and readers.

    Columns: ``group``, ``way``, ``budget``, ``loss``, ``family``, ``loss_rate``, ``seed``,
    ``reader``, ``frames`` (that are no silence), ``bits`` (of all packets but bare silence) and
    ``cost`` (dB x frames, summed up), ``spent`` (CPU seconds of the whole replay).

    Args:
        frames: measured.
        network: that tells the controller the costs.
        settings: what is screened.
        out: folder of the run.
        say: is told of progress.

    Raises:
        ScreenError: the folder holds a screening of other frames or settings.
    """
    ways = [
        *fixed_ways(frames.told["look_ahead"]),
        *controlled_ways(settings.budgets, settings.other_budgets),
    ]
    about = json.dumps(_made_with(frames, settings), sort_keys=True)
    found = []
    for number, channel in enumerate(settings.losses):
        for seed in settings.seeds[:1] if channel.is_lossless else settings.seeds:
            path = out / PARTS / f"{number:02d}-{seed}.parquet"
            if not path.is_file():
                began = time.process_time()
                rows = _screened(frames, network, settings, ways, channel, seed)
                _write(path, rows, about)
                say(f"{channel.label}, seed {seed}: {time.process_time() - began:.0f} s of CPU")
            found.append(_read(path, about))
    return pd.concat(found, ignore_index=True)


def _screened(
    frames: MeasuredFrames,
    network: ImportanceNetwork,
    settings: ScreenSettings,
    ways: list[Way],
    model: ChannelModel,
    seed: int,
) -> pd.DataFrame:
    silent = np.array([one.level < settings.silence_threshold for one in frames.facts])
    channel = model.build(FRAME_SECONDS)
    rows = []
    for way in ways:
        channel.reset(channel_seed(seed, "screen"))
        began = time.process_time()
        source = cost_source(way.told, frames.costs, network)
        came = replay(way, frames, silent, channel, frames.told["look_ahead"], source)
        each = pd.DataFrame(
            {
                "reader": frames.readers,
                "frames": ~silent,
                "bits": came.bits - np.where(silent, BARE_SILENCE, 0),
                "cost": costs_of(came.known, frames, silent),
            }
        )[settings.settled :]
        sums = each.groupby("reader", as_index=False).sum()
        sums["spent"] = time.process_time() - began
        rows.append(sums.assign(group=way.group, way=way.name, budget=way.budget))
    told = {"loss": model.label, "family": model.family, "loss_rate": model.axis_value}
    return pd.concat(rows, ignore_index=True).assign(seed=seed, **told)


def _made_with(frames: MeasuredFrames, settings: ScreenSettings) -> dict[str, Any]:
    chosen = {"budgets", "other_budgets", "losses", "silence_threshold", "settled"}
    costs = {"frames": len(frames.facts), "costs": round(float(frames.costs.sum()), 6)}
    return costs | frames.told | settings.model_dump(mode="json", include=chosen)


def _write(path: Path, rows: pd.DataFrame, about: str) -> None:
    table = pa.Table.from_pandas(rows, preserve_index=False)
    write_table(path, table.replace_schema_metadata({ABOUT: about.encode()}))


def _read(path: Path, about: str) -> pd.DataFrame:
    table = pq.read_table(path)
    if table.schema.metadata.get(ABOUT) != about.encode():
        raise ScreenError(f"{path.parent.parent} holds a screening of other frames or settings")
    return table.to_pandas()
