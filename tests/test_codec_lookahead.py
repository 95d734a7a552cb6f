# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An encoder that hears ahead: all that comes out is later by so much, and all is put right."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation_channels import ListedLosses
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint, load_codec
from gnuradio.largesc.codec.mimi_builder import build_mimi
from gnuradio.largesc.codec.speech_codec import SpeechCodec, delay_of
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from gnuradio.largesc.flowgraphs.simulation import simulate
from gnuradio.largesc.link.packet_file import PacketFileReader
from gnuradio.largesc.speech_link.file_coding import FileDecoder, encode_file
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from numpy.testing import assert_array_equal
from random_checkpoint import random_checkpoint, speech_like
from simulation_settings import simulation

AHEAD = 2160  # samples: with the decoder's 240 more than a frame
SPEECH = speech_like(6, seed=1)[:-700]


@pytest.fixture(scope="module")
def ahead() -> str:
    return random_checkpoint(AHEAD)


@pytest.fixture(scope="module")
def heard(ahead: str) -> np.ndarray:
    """What the decoder makes of the speech and of silence behind it, in time with the speech."""
    codec = load_codec(ahead)
    padded = np.pad(SPEECH, (0, 3 * 1920 - len(SPEECH) % 1920)).reshape(-1, 1920)
    decoded = np.concatenate([codec.decode(codec.encode(frame).tokens) for frame in padded])
    return decoded[AHEAD + 240 :][: len(SPEECH)]


def test_delay_counts_what_the_encoder_hears_ahead(ahead: str) -> None:
    usual, later = load_codec(random_checkpoint()), load_codec(ahead)
    assert (usual.delay, later.delay) == (240, AHEAD + 240)
    assert delay_of(build_mimi(find_checkpoint(ahead).codec_config)) == later.delay


def test_hearing_ahead_computes_nothing_else(ahead: str) -> None:
    """It says how late the weights speak; tokens and speech are the weights' alone."""
    codecs: list[SpeechCodec] = [load_codec(random_checkpoint()), load_codec(ahead)]
    for frame in speech_like(3, seed=2).reshape(3, -1):
        tokens = [codec.encode(frame).tokens for codec in codecs]
        assert_array_equal(*tokens)
        assert_array_equal(*(codec.decode(tokens[0]) for codec in codecs))


def test_receivers_tell_it_apart(ahead: str) -> None:
    assert load_codec(ahead).fingerprint != load_codec(random_checkpoint()).fingerprint


def test_frames_bring_the_end_out(ahead: str) -> None:
    codec = load_codec(ahead)
    for samples in (1, 1920 - AHEAD % 1920 - 240, 1920, len(SPEECH)):
        frames = list(codec.frames(SPEECH[:samples]))
        assert {frame.shape for frame in frames} == {(1920,)}
        assert 0 <= 1920 * len(frames) - samples - codec.delay < 1920


def test_a_packet_file_is_in_time(ahead: str, heard: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "speech.lsc"
    encode_file(SPEECH, path, SenderSettings(checkpoint=ahead, suppress_noise=False))
    with PacketFileReader(path) as file:
        decoded = np.concatenate(list(FileDecoder(file, ReceiverSettings(), ahead)))
    np.testing.assert_allclose(decoded, heard, atol=1e-6)


@pytest.mark.slow
def test_a_simulation_and_what_is_judged_are_in_time(ahead: str, heard: np.ndarray) -> None:
    kept = {"checkpoint": ahead, "look_ahead": 1, "suppress_noise": False}
    result = simulate(SPEECH, simulation(**kept, loss_rate=0.0))
    np.testing.assert_allclose(result.pcm, heard, atol=1e-6)
    assert result.report["algorithmic_latency_ms"] == pytest.approx(2 * 80 + (AHEAD + 240) / 24)
    system = LargescSettings(**kept).build()
    judged = system.run(SPEECH, ListedLosses(), ListedLosses())
    np.testing.assert_allclose(judged.pcm, heard, atol=1e-6)
    assert system.latency_seconds == pytest.approx((2 * 80 + (AHEAD + 240) / 24) / 1000)


@pytest.mark.parametrize("wrong", [-240, 241, 24240, 960.0, True, "960", None, [960]])
def test_a_lookahead_that_cannot_be_is_refused(wrong: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(random_checkpoint(), tmp_path / "checkpoint"))
    config = json.loads((folder / "codec.json").read_text())
    config["spectral_encoder"]["lookahead_samples"] = wrong
    (folder / "codec.json").write_text(json.dumps(config))
    (folder / "config.json").write_text(
        json.dumps({"mimi_name": "codec.safetensors", "mimi_config_name": "codec.json"})
    )
    with pytest.raises(CheckpointError, match="lookahead_samples must be a multiple of 240"):
        load_codec(str(folder))
