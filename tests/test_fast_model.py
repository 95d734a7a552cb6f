# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast layers against moshi's own: same tokens, same speech, for any Mimi."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec.checkpoint import RANDOM_MIMI, find_checkpoint, load_codec
from gnuradio.largesc.codec.fast_codebook import FastCodebook
from gnuradio.largesc.codec.fast_model import make_fast
from gnuradio.largesc.codec.mimi_builder import build_mimi
from gnuradio.largesc.codec.random_mimi import build_random_mimi
from gnuradio.largesc.codec.speech_codec import SpeechCodec, dequantise, never_compile
from gnuradio.largesc.codec.token_search import read_token_search
from moshi.models.compression import MimiModel
from moshi.modules.conv import StreamingConv1d, StreamingConvTranspose1d
from moshi.modules.transformer import StreamingTransformer
from moshi.quantization.core_vq import EuclideanCodebook
from random_checkpoint import offline_model, random_tokens, speech_like

FRAMES = 30
SEANET = {
    "channels": 1,
    "dimension": 32,
    "causal": True,
    "n_filters": 4,
    "n_residual_layers": 2,  # the second has dilation 2
    "compress": 2,
    "kernel_size": 7,
    "last_kernel_size": 3,
    "norm": "none",
    "pad_mode": "constant",
    "ratios": [8, 6, 5, 4],
    "true_skip": True,
}
TRANSFORMER = {
    "d_model": 32,
    "num_heads": 4,
    "num_layers": 2,
    "causal": True,
    "layer_scale": 0.5,
    "context": 12,  # two steps per frame: the ring is full after six frames
    "conv_layout": True,
    "max_period": 10000,
    "gating": "none",
    "norm": "layer_norm",
    "positional_embedding": "rope",
    "dim_feedforward": 64,
    "input_dimension": 32,
    "output_dimensions": [32],
}
QUANTIZER = {"dimension": 16, "n_q": 10, "bins": 64, "input_dimension": 32, "output_dimension": 32}
VARIANTS: dict[str, dict[str, Any]] = {
    "as Mimi": {},
    "weight norm": {"seanet": {"norm": "weight_norm"}},
    "repeated first step": {"seanet": {"pad_mode": "replicate", "kernel_size": 3}},
    "convolution beside each block": {"seanet": {"true_skip": False}},
    "no layer scale": {"transformer": {"layer_scale": None}},
    "transformer that stays": {"transformer": {"norm": "rms_norm", "gating": "silu"}},
}


@pytest.fixture(autouse=True)
def _without_gradients() -> Iterator[None]:
    never_compile()
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def stock_full_size() -> SpeechCodec:
    return SpeechCodec(build_random_mimi(8), "0000")


def small_mimi(variant: dict[str, Any], num_codebooks: int = 8) -> MimiModel:
    """Kyutai's layout with a few channels, random."""
    parts = {"seanet": SEANET, "transformer": TRANSFORMER, "quantizer": QUANTIZER}
    config: dict[str, Any] = {k: {**part, **variant.get(k, {})} for k, part in parts.items()}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build_mimi(
            {"sample_rate": 24000, "channels": 1, "frame_rate": 12.5, **config}, num_codebooks
        )
        for name, value in model.state_dict().items():
            if name.endswith("embedding_sum"):
                value.normal_(std=0.1)
            elif name.endswith((".weight", ".weight_g")) and value.dim() == 3:
                value.mul_(2.5)  # moshi's initial weights let the signal die out
    return model


def stream(codec: SpeechCodec, pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codec.reset()
    frames = [codec.encode(frame) for frame in pcm.reshape(-1, codec.frame_size)]
    return np.array([f.tokens for f in frames]), np.array([f.latent for f in frames])


def decode_stream(codec: SpeechCodec, tokens: np.ndarray) -> np.ndarray:
    codec.reset()
    return np.concatenate([codec.decode(row) for row in tokens])


def assert_same(fast: SpeechCodec, stock: SpeechCodec, pcm: np.ndarray) -> None:
    """Tokens equal, latents and samples within 1e-5 of the largest, after a reset too."""
    tokens, latents = stream(stock, pcm)
    assert len(np.unique(tokens, axis=0)) > len(tokens) // 2, "all frames alike prove nothing"
    speech = decode_stream(stock, tokens)
    for _ in range(2):
        found, found_latents = stream(fast, pcm)
        np.testing.assert_array_equal(found, tokens)
        np.testing.assert_allclose(found_latents, latents, atol=1e-5 * np.abs(latents).max())
        np.testing.assert_allclose(
            decode_stream(fast, tokens), speech, atol=1e-5 * max(1.0, np.abs(speech).max())
        )


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_fast_equals_stock_for_any_mimi(variant: str) -> None:
    stock = SpeechCodec(small_mimi(VARIANTS[variant]), "0000")
    model = small_mimi(VARIANTS[variant])
    make_fast(model)
    stays = any(isinstance(m, StreamingTransformer) for m in model.modules())
    assert stays == (variant == "transformer that stays")
    assert_same(SpeechCodec(model, "0000"), stock, speech_like(FRAMES, seed=1))


def test_fast_equals_stock_at_full_size(
    full_size: SpeechCodec, stock_full_size: SpeechCodec
) -> None:
    pcm = speech_like(FRAMES, seed=2)
    tokens, _ = stream(stock_full_size, pcm)
    for k in range(8):
        assert len(np.unique(tokens[:, k])) >= FRAMES // 2, "tokens must follow the input"
    np.testing.assert_array_equal(stream(full_size, pcm)[0], tokens)
    speech = decode_stream(stock_full_size, tokens)
    assert np.abs(speech).max() > 0.1
    np.testing.assert_allclose(decode_stream(full_size, tokens), speech, rtol=0, atol=1e-5)


@pytest.mark.slow
def test_fast_mini_is_as_accurate_as_stock(speech: np.ndarray) -> None:
    """Rounding decides where its pulses lie: 1e-5 cannot hold for every sample, of either."""
    search = read_token_search(find_checkpoint("mini").codec_config)
    stock, fast = SpeechCodec(offline_model("mini"), "0000", search), load_codec("mini")
    pcm = speech[: FRAMES * 1920]
    tokens, _ = stream(stock, pcm)
    np.testing.assert_array_equal(stream(fast, pcm)[0], tokens)
    exact = decode_in_double(offline_model("mini"), tokens)
    expected = decode_stream(stock, tokens)
    stock_error = np.abs(expected - exact)
    fast_error = np.abs(decode_stream(fast, tokens) - exact)
    assert np.abs(exact).max() > 0.1
    assert fast_error.max() < 5e-4
    assert np.mean(fast_error > 1e-5) < 0.05
    assert np.sqrt(np.mean(fast_error**2)) < 2 * np.sqrt(np.mean(stock_error**2))


def decode_in_double(model: MimiModel, tokens: np.ndarray) -> np.ndarray:
    """moshi's own layers in double precision, frame by frame."""
    torch.set_default_dtype(torch.float64)
    try:
        model = model.double()
        model.streaming_forever(1)
        heard = []
        for row in tokens:
            codes = torch.from_numpy(row.astype(np.int64)).view(1, -1, 1)
            (latent,) = model.decoder_transformer(dequantise(model, codes))
            heard.append(model.decoder(latent).view(-1).numpy())
    finally:
        torch.set_default_dtype(torch.float32)
    return np.concatenate(heard)


@pytest.mark.parametrize("known", [1, 3, 8])
def test_fewer_codebooks(known: int) -> None:
    stock = SpeechCodec(small_mimi({}, num_codebooks=known), "0000")
    model = small_mimi({}, num_codebooks=known)
    make_fast(model)
    assert sum(isinstance(m, FastCodebook) for m in model.modules()) == known
    assert_same(SpeechCodec(model, "0000"), stock, speech_like(8, seed=3))


def test_nothing_stock_and_no_second_copy_stays(full_size: SpeechCodec) -> None:
    slow = (StreamingConv1d, StreamingConvTranspose1d, StreamingTransformer, EuclideanCodebook)
    kinds = [type(m).__name__ for m in full_size._model.modules() if isinstance(m, slow)]
    assert kinds == []
    megabytes = sum(p.nbytes for p in full_size._model.parameters()) / 1e6
    assert 250 < megabytes < 340  # 79 M parameters less 24 of 32 codebooks


def test_int8_gives_mostly_the_same_tokens(
    full_size: SpeechCodec, stock_full_size: SpeechCodec
) -> None:
    """Measured: 94 to 95 % (61 to 200 frames; docs/performance.md)."""
    int8 = load_codec(RANDOM_MIMI, int8=True)
    pcm = speech_like(FRAMES, seed=4)
    tokens, latents = stream(full_size, pcm)
    found, found_latents = stream(int8, pcm)
    assert np.mean(found == tokens) > 0.85
    error = np.sqrt(np.mean((found_latents - latents) ** 2)) / latents.std()
    assert 1e-4 < error < 0.05  # 8 bits compute, and compute well
    speech = decode_stream(full_size, tokens)
    noise = decode_stream(int8, tokens) - speech
    assert 10 * np.log10(np.mean(speech**2) / np.mean(noise**2)) > 30


@pytest.mark.slow
def test_codecs_in_two_threads_do_not_disturb_each_other() -> None:
    codecs = [load_codec("mini") for _ in range(2)]
    inputs = [speech_like(FRAMES, seed) for seed in (5, 6)]
    tokens = [random_tokens(FRAMES, seed) for seed in (5, 6)]
    alone = [
        (stream(c, x)[0], decode_stream(c, t))
        for c, x, t in zip(codecs, inputs, tokens, strict=True)
    ]
    together: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def work(k: int) -> None:
        together[k] = stream(codecs[k], inputs[k])[0], decode_stream(codecs[k], tokens[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(2):
        np.testing.assert_array_equal(together[k][0], alone[k][0])
        np.testing.assert_array_equal(together[k][1], alone[k][1])


def test_more_than_one_stream_is_refused() -> None:
    model = small_mimi({})
    make_fast(model)
    with pytest.raises(ValueError, match="one stream at a time, not 2"):
        model.streaming_forever(2)
