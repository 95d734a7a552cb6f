# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deep voices keep their pitch: in the synthesis down to 50 Hz, and through the shipped codec."""

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.source_filter_decoder import (
    LOWEST_F0,
    REFERENCE_F0,
    SourceFilterDecoder,
    SpeechParameters,
)
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from synthetic_vowels import FORMANTS, pitch_of, vowel

# What the shipped weights have learnt; below it voices become whispers or rise.
KEPT = (75.0, 90.0, 110.0, 150.0)  # Hz
AWAY = 2.0 ** (2.0 / 12.0)  # two semitones: what four codebooks leave; an octave is twelve


def said(f0: float) -> SpeechParameters:
    """A second of a network's output: a voice with the tilt of speech."""
    tilt = torch.linspace(0.0, -6.0, 64)[None, :, None].expand(1, -1, 100)
    pitch = torch.full((1, 200), 2.0 * float(np.log2(f0 / REFERENCE_F0)))
    return SpeechParameters(tilt - 1.0, tilt - 9.0, pitch, torch.ones(1, 200))


@pytest.fixture(scope="module")
def mini() -> SpeechCodec:
    return load_codec("mini")


@pytest.mark.parametrize("f0", [50.0, 65.0, 70.0, 75.0, 80.0, 90.0, 120.0, 300.0])
def test_the_pitch_of_a_vowel_is_found(f0: float) -> None:
    for formants in FORMANTS.values():
        assert pitch_of(vowel(f0, formants, 0.4)) == pytest.approx(f0, rel=0.01)


@pytest.mark.parametrize("f0", [50.0, 65.0, 70.0, 75.0, 80.0, 90.0, 120.0, 300.0])
def test_the_synthesis_speaks_at_the_pitch_it_is_told(f0: float) -> None:
    decoder, speech = SourceFilterDecoder(), said(f0)
    pcm = decoder.synthesise(speech, speech.f0(), torch.ones(1, 200))[0, 0].numpy()
    assert pitch_of(pcm[4800:14400]) == pytest.approx(f0, rel=0.01)


def test_a_pitch_below_all_voices_is_the_lowest() -> None:
    assert said(20.0).f0().max() == LOWEST_F0


@pytest.mark.parametrize("f0", KEPT)
@pytest.mark.parametrize("codebooks", [4, 8])
def test_the_shipped_codec_keeps_the_pitch_of_a_voice(
    mini: SpeechCodec, f0: float, codebooks: int
) -> None:
    formants = FORMANTS["a"]
    mini.reset()
    decoded = []
    for frame in mini.frames(vowel(f0, formants)):
        tokens = mini.encode(frame).tokens
        tokens[codebooks:] = -1
        decoded.append(mini.decode(tokens))
    steady = np.concatenate(decoded)[mini.delay + 9600 : mini.delay + 19200]
    assert f0 / AWAY < pitch_of(steady) < f0 * AWAY
