# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The speech codec frame by frame: the embedded model and Mimi at full size behind one class."""

from collections.abc import Iterator
from typing import Any

import moshi.utils.compile
import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.random_mimi import build_random_mimi
from gnuradio.largesc.codec.speech_codec import SpeechCodec, dequantise
from moshi.utils.compile import no_compile
from random_checkpoint import (
    assert_same_speech,
    decode_offline,
    encode_offline,
    latents_offline,
    offline_model,
    random_checkpoint,
    random_tokens,
    speech_like,
)

FULL_SIZE_FRAMES = 4  # a frame takes Mimi at full size 0.15 s


@pytest.fixture(scope="module")
def full_size_offline() -> Any:
    return build_random_mimi(8).requires_grad_(False)


@pytest.fixture(scope="module")
def small() -> SpeechCodec:
    return load_codec(random_checkpoint())


@pytest.fixture(scope="module")
def mini() -> SpeechCodec:
    return load_codec("mini")


@pytest.fixture(params=["mini", "full_size"])
def codec(request: pytest.FixtureRequest) -> Iterator[SpeechCodec]:
    """The embedded codec and Mimi at full size, at the start of a stream."""
    codec: SpeechCodec = request.getfixturevalue(request.param)
    codec.reset()
    yield codec
    codec.reset()


def stream(codec: SpeechCodec, pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and latents of a signal, frame by frame from the start."""
    codec.reset()
    frames = [codec.encode(frame) for frame in pcm.reshape(-1, codec.frame_size)]
    return np.array([f.tokens for f in frames]), np.array([f.latent for f in frames])


def decode_stream(codec: SpeechCodec, tokens: np.ndarray) -> np.ndarray:
    """Samples of token frames, frame by frame from the start."""
    codec.reset()
    return np.concatenate([codec.decode(row) for row in tokens])


def test_frame_has_the_shape_of_a_moshi_frame(codec: SpeechCodec) -> None:
    assert (codec.frame_size, codec.sample_rate, codec.frame_rate) == (1920, 24000, 12.5)
    assert (codec.num_codebooks, codec.cardinality) == (8, 2048)
    tokens, latent = codec.encode(speech_like(1, seed=1))
    assert (tokens.shape, tokens.dtype) == ((8,), np.int16)
    assert tokens.min() >= 0
    assert tokens.max() < 2048
    assert (latent.ndim, latent.dtype) == (1, np.float32)
    pcm = codec.decode(tokens)
    assert (pcm.shape, pcm.dtype) == ((1920,), np.float32)
    assert np.isfinite(pcm).all()


def test_codecs_are_told_apart(mini: SpeechCodec, full_size: SpeechCodec) -> None:
    assert full_size.fingerprint == "0000"
    assert len(mini.fingerprint) == 4
    assert int(mini.fingerprint, 16) >= 0
    ahead = offline_model("mini").encoder.lookahead_samples
    assert (mini.delay, full_size.delay) == (240 + ahead, 0)


def test_reset_goes_back_to_the_start(codec: SpeechCodec) -> None:
    pcm, tokens = speech_like(2, seed=2), random_tokens(2, seed=2)
    tokens_before, latents_before = stream(codec, pcm)
    speech_before = decode_stream(codec, tokens)
    tokens_after, latents_after = stream(codec, pcm)
    np.testing.assert_array_equal(tokens_after, tokens_before)
    np.testing.assert_array_equal(latents_after, latents_before)
    np.testing.assert_array_equal(decode_stream(codec, tokens), speech_before)
    # Without it the state of the frames before shows.
    codec.encode(pcm[1920:])
    assert (codec.encode(pcm[:1920]).latent != latents_before[0]).any()
    assert (codec.decode(tokens[0]) != speech_before[:1920]).any()


@pytest.mark.slow
def test_tokens_frame_by_frame_equal_those_of_the_whole_signal(small: SpeechCodec) -> None:
    pcm, model = speech_like(60, seed=3), offline_model(random_checkpoint())
    tokens, latents = stream(small, pcm)
    expected = encode_offline(model, pcm)
    assert len(np.unique(expected[:, 0])) > 30, "a codec that ignores its input would pass"
    np.testing.assert_array_equal(tokens, expected)
    np.testing.assert_allclose(latents, latents_offline(model, pcm), atol=1e-4)


@pytest.mark.parametrize("seed", [1, 2])
def test_speech_frame_by_frame_equals_that_of_all_tokens(small: SpeechCodec, seed: int) -> None:
    tokens = random_tokens(60, seed)
    expected = decode_offline(offline_model(random_checkpoint()), tokens)
    assert_same_speech(decode_stream(small, tokens), expected)


def test_embedded_codec_streams_as_it_runs_offline(mini: SpeechCodec, speech: np.ndarray) -> None:
    pcm, model = speech[: 30 * 1920], offline_model("mini")
    tokens, latents = stream(mini, pcm)
    expected = latents_offline(model, pcm)
    np.testing.assert_allclose(latents, expected, atol=1e-4 * np.abs(expected).max())
    assert_same_speech(decode_stream(mini, tokens), decode_offline(model, tokens))


def test_embedded_codec_hears_sixteen_bits(mini: SpeechCodec, speech: np.ndarray) -> None:
    frames = speech[: 20 * mini.frame_size].reshape(20, -1)
    # Empty above 8 kHz, as speech resampled from 16 kHz is; less than half a step apart.
    finer = frames + np.float32(0.3 / 32768) * np.sin(np.arange(frames.shape[1]) / 9)
    tokens = []
    for version in (frames, finer.astype(np.float32)):
        mini.reset()
        tokens.append([mini.encode(frame).tokens for frame in version])
    assert np.array_equal(*tokens)


def test_full_size_codec_streams_as_it_runs_offline(
    full_size: SpeechCodec, full_size_offline: Any
) -> None:
    pcm = speech_like(FULL_SIZE_FRAMES, seed=4)
    tokens, latents = stream(full_size, pcm)
    expected = latents_offline(full_size_offline, pcm)
    np.testing.assert_allclose(latents, expected, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_array_equal(tokens, encode_offline(full_size_offline, pcm))
    heard, offline = decode_stream(full_size, tokens), decode_offline(full_size_offline, tokens)
    np.testing.assert_allclose(heard, offline, atol=1e-4 * np.abs(offline).max())


@pytest.mark.parametrize("which", ["small", "full size"])
def test_known_prefix_is_dequantised_as_moshi_does(which: str, full_size_offline: Any) -> None:
    model = offline_model(random_checkpoint()) if which == "small" else full_size_offline
    codes = torch.from_numpy(random_tokens(5, seed=5).T.astype(np.int64))[None]
    for known in range(1, 9):
        with_holes = codes.clone()
        with_holes[:, known:] = -1
        expected = model.quantizer.decode(codes[:, :known])
        assert expected.abs().max() > 0
        torch.testing.assert_close(dequantise(model, with_holes), expected)


@pytest.mark.parametrize("which", ["small", "full size"])
def test_missing_token_adds_nothing(which: str, full_size_offline: Any) -> None:
    model = offline_model(random_checkpoint()) if which == "small" else full_size_offline
    codes = torch.from_numpy(random_tokens(3, seed=6).T.astype(np.int64))[None]
    alone = []
    for k in range(8):
        others_missing = torch.full_like(codes, -1)
        others_missing[:, k] = codes[:, k]
        alone.append(dequantise(model, others_missing))
    torch.testing.assert_close(sum(alone), dequantise(model, codes), rtol=1e-4, atol=1e-4)
    nothing = dequantise(model, torch.full_like(codes, -1))
    torch.testing.assert_close(nothing, torch.zeros_like(alone[0]))


def test_frames_with_missing_tokens_decode(codec: SpeechCodec) -> None:
    tokens = random_tokens(3, seed=7)
    tokens[0, 4:], tokens[1], tokens[2, ::2] = -1, -1, -1
    heard = decode_stream(codec, tokens)
    assert heard.shape == (3 * 1920,)
    assert np.isfinite(heard).all()


def test_prefix_sounds_as_with_fewer_codebooks(small: SpeechCodec) -> None:
    tokens = random_tokens(4, seed=8)
    four = load_codec(random_checkpoint(), num_codebooks=4)
    assert four.encode(speech_like(1, seed=8)).tokens.shape == (4,)
    expected = decode_stream(four, tokens[:, :4])
    tokens[:, 4:] = -1
    np.testing.assert_allclose(decode_stream(small, tokens), expected, atol=1e-6)


def test_fewer_codebooks_give_the_first_tokens(small: SpeechCodec) -> None:
    pcm = speech_like(4, seed=9)
    five = load_codec(random_checkpoint(), num_codebooks=5)
    np.testing.assert_array_equal(stream(five, pcm)[0], stream(small, pcm)[0][:, :5])


def test_input_that_is_refused_leaves_the_stream_as_it_was(codec: SpeechCodec) -> None:
    pcm, tokens = speech_like(2, seed=10), random_tokens(2, seed=10)
    expected_latents, expected_speech = stream(codec, pcm)[1], decode_stream(codec, tokens)
    codec.reset()
    codec.encode(pcm[:1920])
    codec.decode(tokens[0])
    not_finite = np.zeros((2, 1920), np.float32)
    not_finite[0, 5], not_finite[1, 1919] = np.nan, np.inf
    for wrong in (pcm[:1919], pcm[:1921], pcm.reshape(2, -1), pcm[:0]):
        with pytest.raises(ValueError, match="a frame has 1920 samples"):
            codec.encode(wrong)
    for wrong in not_finite:
        with pytest.raises(ValueError, match="not finite"):
            codec.encode(wrong)
    for wrong in (tokens[0, :7], tokens, tokens[0, :0]):
        with pytest.raises(ValueError, match="a frame has 8 tokens"):
            codec.decode(wrong)
    for wrong in ([2048, *[0] * 7], [0] * 7 + [-2]):
        with pytest.raises(ValueError, match=r"tokens must be -1\.\.2047"):
            codec.decode(np.array(wrong, np.int16))
    np.testing.assert_array_equal(codec.encode(pcm[1920:]).latent, expected_latents[1])
    np.testing.assert_array_equal(codec.decode(tokens[1]), expected_speech[1920:])


def test_moshi_never_compiles_whatever_other_threads_do() -> None:
    # moshi's layers set and reset this flag; two threads at once left it reset.
    load_codec(random_checkpoint())
    outer, inner = no_compile(), no_compile()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert moshi.utils.compile._compile_disabled
    inner.__exit__(None, None, None)
    assert moshi.utils.compile._compile_disabled
