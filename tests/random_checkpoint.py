# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A checkpoint of the embedded codec's layout with seeded random weights, and speech for it.

Tests of streaming, of the blocks and of loading must not depend on how well the checkpoint in
the repository happens to be trained.
"""

import functools
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from gnuradio.largesc.codec.checkpoint import find_checkpoint, fingerprint_of
from gnuradio.largesc.codec.checkpoint_weights import load_weights, save_weights
from gnuradio.largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from moshi.models.compression import MimiModel

_folders = TemporaryDirectory(prefix="largesc-test-checkpoint-")


@functools.cache
def random_checkpoint(lookahead_samples: int = 0) -> str:
    """Path of the checkpoint's folder; it lasts as long as the process.

    The same weights with and without an encoder that hears ahead.
    """
    folder = Path(_folders.name) / str(lookahead_samples)
    folder.mkdir()
    if lookahead_samples:
        ahead = {**EMBEDDED_CONFIG["spectral_encoder"], "lookahead_samples": lookahead_samples}
        shutil.copy(Path(random_checkpoint()) / "codec.safetensors", folder)
        _write_configuration(folder, {**EMBEDDED_CONFIG, "spectral_encoder": ahead})
    else:
        write_checkpoint(folder, _random_model())
    return str(folder)


def write_checkpoint(folder: Path, model: MimiModel) -> None:
    """A model of the embedded codec as a checkpoint folder."""
    save_weights(model, folder / "codec.safetensors")
    _write_configuration(folder, EMBEDDED_CONFIG)


def _write_configuration(folder: Path, codec_config: dict[str, Any]) -> None:
    weights = folder / "codec.safetensors"
    (folder / "codec.json").write_text(json.dumps(codec_config))
    config = {
        "mimi_name": weights.name,
        "mimi_config_name": "codec.json",
        "largesc": {"format": 1, "fingerprint": fingerprint_of(weights, codec_config)},
    }
    (folder / "config.json").write_text(json.dumps(config))


def offline_model(name: str) -> MimiModel:
    """The model of an embedded-layout checkpoint, to be run over a whole signal at once."""
    checkpoint = find_checkpoint(name)
    model = build_mimi(checkpoint.codec_config)
    load_weights(model, checkpoint.codec_weights)
    return model.requires_grad_(False)


def encode_offline(model: MimiModel, pcm: np.ndarray) -> np.ndarray:
    """Tokens int16 ``[frames, 8]`` of a signal of whole frames, in one go."""
    codes = model.encode(torch.from_numpy(pcm).view(1, 1, -1))
    return codes[0].numpy().T.astype(np.int16)


def latents_offline(model: MimiModel, pcm: np.ndarray) -> np.ndarray:
    """Unquantised latents float32 ``[frames, dimension]`` of whole frames, in one go."""
    return model.encode_to_latent(torch.from_numpy(pcm).view(1, 1, -1), quantize=False)[0].numpy().T


def decode_offline(model: MimiModel, tokens: np.ndarray) -> np.ndarray:
    """Samples float32 of token frames ``[frames, 8]``, none missing, in one go."""
    codes = torch.from_numpy(tokens.T.astype(np.int64))[None]
    return model.decode(codes)[0, 0].numpy()


def random_tokens(frames: int, seed: int) -> np.ndarray:
    """Tokens int16 ``[frames, 8]``, all values equally likely."""
    return np.random.default_rng(seed).integers(0, 2048, (frames, 8)).astype(np.int16)


def speech_like(frames: int, seed: int) -> np.ndarray:
    """Harmonics of a moving pitch, noise and silence in turn, float32 at 24 kHz."""
    random = np.random.default_rng(seed)
    t = np.arange(1920 * frames) / 24000
    phase = np.cumsum(120 + 60 * np.sin(2 * np.pi * 0.7 * t + random.uniform(0, 6))) / 24000
    harmonics = sum(np.sin(2 * np.pi * k * phase) / k for k in range(1, 20))
    level = np.repeat(random.choice([0, 0.02, 0.1, 0.5], 2 * frames), 960)
    voiced = np.repeat(random.choice([0, 1], 2 * frames), 960)
    noise = random.standard_normal(len(t))
    return (0.5 * level * (voiced * harmonics + (1 - voiced) * noise)).astype(np.float32)


def assert_same_speech(actual: np.ndarray, expected: np.ndarray) -> None:
    """Equal to 1e-4, but for the few samples where rounding may decide otherwise.

    Voicing and the number of harmonics are steps in the decoder: where one lies within rounding
    of a sample, that sample belongs to the other side of it.
    """
    assert actual.shape == expected.shape
    assert np.abs(expected).max() > 0.01, "silence would equal silence"
    differing = np.mean(np.abs(actual - expected) > 1e-4)
    assert differing <= 0.01, f"{differing:.1%} of the samples differ by more than 1e-4"


def _random_model() -> MimiModel:
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = build_mimi(EMBEDDED_CONFIG)
        pcm = torch.from_numpy(speech_like(100, seed=0)).view(1, 1, -1)
        _spread_codebooks(model, model.encode_to_latent(pcm, quantize=False))
    return model


def _spread_codebooks(model: MimiModel, latents: torch.Tensor) -> None:
    """Random codebooks that lie where the latents do, so that all of them are used."""
    vectors = model.quantizer.input_proj(latents)[0]
    mean, deviation = vectors.mean(dim=1), vectors.std(dim=1)
    for k, layer in enumerate(model.quantizer.vq.layers):
        codebook: Any = layer._codebook
        spread = 0.8**k * deviation * torch.randn(codebook.embedding_sum.shape)
        codebook.embedding_sum.copy_(spread + mean if k == 0 else spread)
