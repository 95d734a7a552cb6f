# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``--silence-threshold``: pauses cost next to nothing, and nothing moves by it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytestmark = pytest.mark.slow

PAUSE_S = 2.4  # 30 frames of silence, a second and a half of them beyond any hangover
THRESHOLD = ("--silence-threshold", -50)
FULL_BPS = 8 * 13 * 12.5  # 8 tokens and a header


@pytest.fixture(scope="module")
def with_pause(speech: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Speech, a pause, the same speech."""
    path = tmp_path_factory.mktemp("pause") / "pause.wav"
    pause = np.zeros(int(24000 * PAUSE_S), dtype=np.float32)
    soundfile.write(path, np.concatenate([speech, pause, speech]), 24000)
    return path


def levels(path: Path) -> np.ndarray:
    """Level of every 20 ms, dB."""
    pcm, _ = soundfile.read(path, dtype="float32")
    rows = pcm[: len(pcm) // 480 * 480].reshape(-1, 480)
    return 20 * np.log10(np.sqrt(np.mean(rows**2, axis=1)) + 1e-4)


def lag_of(one: np.ndarray, other: np.ndarray) -> int:
    """Of the second behind the first, in 20 ms."""
    most = 25
    fits = [
        np.corrcoef(one[most:-most], np.roll(other, -lag)[most:-most])[0, 1]
        for lag in range(-most, most + 1)
    ]
    return int(np.argmax(fits)) - most


@pytest.mark.parametrize("command", ["simulate", "encode"])
def test_a_pause_costs_next_to_nothing_and_nothing_moves(
    run_largesc, with_pause, tmp_path, command
):
    rates, heard = {}, {}
    for name, options in (("full", ()), ("silent", THRESHOLD)):
        out, figures = tmp_path / f"{name}.wav", tmp_path / f"{name}.json"
        packets = tmp_path / f"{name}.lsc"
        target = out if command == "simulate" else packets
        done = run_largesc(command, with_pause, target, "--json", figures, *options)
        assert done.returncode == 0, done.stderr
        rates[name] = json.loads(figures.read_text())["packet_bps"]
        if command == "encode":
            assert run_largesc("decode", packets, out).returncode == 0
        heard[name] = levels(out)
    assert rates["full"] == FULL_BPS
    share = PAUSE_S / (PAUSE_S + 2 * 2.5)
    assert rates["silent"] < FULL_BPS * (1 - 0.7 * share)
    spoken = levels(with_pause)
    assert len(heard["full"]) == len(heard["silent"]) == len(spoken)
    assert lag_of(spoken, heard["silent"]) == lag_of(spoken, heard["full"]) == 0
    second = int(50 * (2.5 + PAUSE_S)) + 5  # where speech goes on
    assert np.corrcoef(heard["full"][second:], heard["silent"][second:])[0, 1] > 0.95


def test_a_live_sender_is_silent_in_a_pause(run_largesc, with_pause, tmp_path):
    sent = {}
    for name, options in (("full", ()), ("silent", THRESHOLD)):
        figures = tmp_path / f"{name}.json"
        target = ("--to", "udp://127.0.0.1:9", "--speed", 20, "--json", figures)
        done = run_largesc("send", with_pause, *target, "--no-announce", *options)
        assert done.returncode == 0, done.stderr
        sent[name] = json.loads(figures.read_text())["packetizer"]
    assert sent["silent"]["packets"] == sent["full"]["packets"]
    assert sent["silent"]["silent"] > 20
    assert sent["silent"]["bytes"] <= sent["full"]["bytes"] - 11 * sent["silent"]["silent"]
