# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was once measured is measured again: rows of redundancy with lora, a run with silence.

The rows of ``smoke`` are held in test_evaluation_smoke.py, where they are made anyway.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from evaluation_channels import ListedLosses
from gnuradio.largesc.evaluation.run.components import shipped_components
from gnuradio.largesc.evaluation.run.experiment_file import load_experiment
from gnuradio.largesc.evaluation.run.matrix import chosen_entries, plan_of, units_of
from gnuradio.largesc.evaluation.run.unit_work import run_unit
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.frame_player import FramePlayer
from golden_link import LOSSES, SEED, SETTINGS, two_prompts_with_pauses
from golden_rows import GOLDEN, Row, differences, read_golden, this_machine

pytestmark = pytest.mark.slow


def rows_here(experiment_file: Path, corpus_folder: Path) -> list[Row]:
    """Rows of an experiment, without worker processes."""
    components = shipped_components()
    experiment = load_experiment(str(experiment_file), components).experiment
    corpus = components.open_corpus(str(corpus_folder), experiment.corpus.subsets)
    plan = plan_of(experiment, components, str(corpus_folder), corpus)
    units = units_of(experiment.systems, chosen_entries(experiment, corpus), listen=0)
    return [row for unit in units for row in run_unit(plan, unit).rows]


def test_redundancy_bursts_and_lora_give_the_rows_they_gave(evaluation_corpus: Path) -> None:
    rows = rows_here(GOLDEN / "rows-lora.yaml", evaluation_corpus)
    assert differences(read_golden("rows-lora"), rows) == []


class Noting(ListedLosses):
    """Losses of a channel, noted."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[int] = []
        self._channel = LOSSES.build(1 / 12.5)
        self._channel.reset(SEED)

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        super().carry(packet, start, airtime)
        arrivals = self._channel.carry(packet, start, airtime)
        self.arrived += [len(self.packets) - 1] * len(arrivals)
        return arrivals


def test_silence_bursts_and_lora_play_the_tokens_they_played(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    golden = json.loads((GOLDEN / "link-lora.json").read_text())
    pcm = two_prompts_with_pauses()
    filled = []
    fill = FramePlayer.fill

    def noted(player: FramePlayer, *arguments: object) -> object:
        filled.append(fill(player, *arguments))
        return filled[-1]

    monkeypatch.setattr(FramePlayer, "fill", noted)
    channel = Noting()
    outcome = SETTINGS.build().run(pcm, channel, ListedLosses())
    assert channel.arrived == golden["arrived"]
    assert [packet.hex() for packet in channel.packets] == golden["packets"]
    played = np.array([frame.tokens for frame in filled])
    assert played.tolist() == golden["played"]
    assert outcome.bits == 4 * sum(map(len, golden["packets"]))
    if golden["machine"] == this_machine():
        assert hashlib.sha256(pcm.tobytes()).hexdigest() == golden["pcm_sha256"]
        assert hashlib.sha256(outcome.pcm.tobytes()).hexdigest() == golden["heard_sha256"]
