# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech comes out as loud as it went in: the synthesis has one level, a checkpoint its own."""

import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from codec_level import LevelError, calibrate, level_changes
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint, load_codec
from gnuradio.largesc.codec.source_filter_decoder import SourceFilterDecoder, SpeechParameters
from random_checkpoint import random_checkpoint, random_tokens

STEPS = 400  # of 10 ms
QUIET = -30.0  # natural logarithm of a magnitude that nobody hears


def with_level(folder: Path, level_db: Any) -> str:
    """A copy of the random checkpoint that plays at another level."""
    shutil.copytree(random_checkpoint(), folder)
    config = json.loads((folder / "codec.json").read_text())
    config["source_filter_decoder"]["level_db"] = level_db
    (folder / "codec.json").write_text(json.dumps(config))
    return str(folder)


def synthesised(pulse: float, noise: float, f0: float) -> np.ndarray:
    """Four seconds of flat envelopes, natural logarithms of their magnitude; without the ends."""
    decoder = SourceFilterDecoder()
    flat = torch.ones(1, 64, STEPS)
    contour = torch.full((1, 2 * STEPS), f0)
    speech = SpeechParameters(pulse * flat, noise * flat, contour, contour)
    pcm = decoder.synthesise(speech, contour, torch.ones_like(contour))[0, 0].numpy()
    return np.asarray(pcm[4800:-4800])


def decibels(pcm: np.ndarray) -> float:
    return 20.0 * math.log10(float(np.std(pcm)))


@pytest.mark.parametrize("envelope", [-5.0, -1.0])
def test_noise_is_as_loud_as_its_envelope_says(envelope: float) -> None:
    expected = envelope * 20.0 / math.log(10.0)
    assert decibels(synthesised(QUIET, envelope, 100.0)) == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize("f0", [65.0, 70.0, 80.0, 117.0, 233.0, 410.0])
def test_a_voice_is_as_loud_at_every_pitch(f0: float) -> None:
    # Pulses of unit envelope have a quarter of the power of noise of unit envelope.
    expected = 10.0 * math.log10(0.25) - 3.0 * 20.0 / math.log(10.0)
    assert decibels(synthesised(-3.0, QUIET, f0)) == pytest.approx(expected, abs=0.3)


def test_the_level_of_a_checkpoint_scales_its_speech_and_nothing_else(tmp_path: Path) -> None:
    plain, louder = load_codec(random_checkpoint()), load_codec(with_level(tmp_path / "l", 6.0))
    for tokens in random_tokens(3, seed=1):
        expected = plain.decode(tokens) * 10.0**0.3
        np.testing.assert_allclose(louder.decode(tokens), expected, rtol=1e-5, atol=1e-8)


def test_a_receiver_that_plays_louder_is_no_other_codec(tmp_path: Path) -> None:
    louder = find_checkpoint(with_level(tmp_path / "l", 2.5))
    assert louder.fingerprint == louder.expected_fingerprint
    assert louder.fingerprint == find_checkpoint(random_checkpoint()).fingerprint


@pytest.mark.parametrize("wrong", [12.5, -13, "1", None, True, math.nan, math.inf, [1.0]])
def test_a_level_that_cannot_be_is_refused(wrong: Any, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="level_db must be a number from -12 to 12"):
        load_codec(with_level(tmp_path / "l", wrong))


@pytest.fixture
def readers(tmp_path: Path, speech_file: Path) -> Path:
    """One reader with one recording."""
    folder = tmp_path / "readers" / "reader"
    folder.mkdir(parents=True)
    shutil.copy(speech_file, folder)
    return folder.parent


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The shipped codec in a folder, without a level."""
    folder = tmp_path / "shipped"
    shutil.copytree(find_checkpoint("mini").folder, folder)
    config = json.loads((folder / "codec.json").read_text())
    config["source_filter_decoder"].pop("level_db", None)
    (folder / "codec.json").write_text(json.dumps(config))
    return folder


@pytest.mark.slow
def test_a_calibrated_checkpoint_is_as_loud_as_what_it_heard(shipped: Path, readers: Path) -> None:
    before = level_changes(str(shipped), readers, (8,))["reader"][8]
    written = calibrate(str(shipped), {"reader": {8: before}})
    assert written == pytest.approx(-before, abs=0.051)
    assert level_changes(str(shipped), readers, (8,))["reader"][8] == pytest.approx(0.0, abs=0.06)
    # Measured anew, it is what is missing that is added.
    assert calibrate(str(shipped), {"reader": {4: -0.3, 8: -0.1}}) == written + 0.2


def test_the_shipped_codec_is_as_loud_as_what_it_hears(readers: Path) -> None:
    for change in level_changes("mini", readers, (4, 8))["reader"].values():
        assert change == pytest.approx(0.0, abs=0.7)  # what readers differ by


def test_what_has_no_level_is_said(tmp_path: Path, readers: Path) -> None:
    with pytest.raises(LevelError, match="no recordings"):
        level_changes(random_checkpoint(), tmp_path / "readers" / "reader", (8,))
    kyutai = tmp_path / "kyutai"
    kyutai.mkdir()
    (kyutai / "config.json").write_text('{"mimi_name": "w", "mimi_config_name": "c"}')
    (kyutai / "w").write_bytes(b"")
    (kyutai / "c").write_text('{"seanet": {}}')
    with pytest.raises(LevelError, match="has no source_filter_decoder"):
        calibrate(str(kyutai), {"reader": {8: -1.0}})
