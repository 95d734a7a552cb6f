# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token models with seeded random weights: small ones for logic, Kyutai's shapes for building.

Their heads are loud, so that what they say depends on what they hear: tests must be able to fail.
"""

import copy
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gnuradio.largesc.codec.checkpoint import find_checkpoint
from gnuradio.largesc.codec.checkpoint_weights import save_weights
from gnuradio.largesc.recovery.token_model.fast_token_model import FastSteps
from gnuradio.largesc.recovery.token_model.forced_generation import ForcedGenerator
from gnuradio.largesc.recovery.token_model.lora_adapter import (
    AdapterOrigin,
    add_adapter,
    save_adapter,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_layout import TokenLayout, layout_for
from gnuradio.largesc.recovery.token_model.token_model import build_token_model
from gnuradio.largesc.recovery.token_model.token_model_config import (
    EMBEDDED_TOKEN_MODEL,
    read_config,
)
from gnuradio.largesc.recovery.token_model.token_model_files import model_fingerprint
from gnuradio.largesc.recovery.token_model.token_model_steps import (
    MoshiSteps,
    TokenModelSteps,
)
from gnuradio.largesc.recovery.token_model.token_sampler import TokenSampler
from moshi.models.lm import LMModel
from moshi.models.loaders import _lm_kwargs

CONTEXT = 12
FRAMES = 2 * CONTEXT
NONE = np.full(8, -1, dtype=np.int16)

# The embedded shape, small.
TINY: dict[str, Any] = EMBEDDED_TOKEN_MODEL | {
    "dim": 32,
    "num_heads": 2,
    "num_layers": 2,
    "context": CONTEXT,
    "depformer_dim": 16,
    "depformer_dim_feedforward": 32,
    "depformer_num_heads": 2,
    "depformer_num_layers": 2,
    "lora_rank": 4,
    "largesc": {"token_model": {"table_rank": 8, "look_ahead_as_text": True}},
}
# Kyutai's shape, small: weights per codebook, gating, tables as wide as the model, acoustic delay.
TINY_MOSHI: dict[str, Any] = _lm_kwargs | {
    "dim": 32,
    "num_heads": 2,
    "num_layers": 2,
    "hidden_scale": 4,
    "context": CONTEXT,
    "text_card": 10,
    "depformer_dim": 16,
    "depformer_dim_feedforward": 48,
    "depformer_num_heads": 2,
    "depformer_num_layers": 2,
}
# config.json of kyutai/hibiki-1b-mlx-bf16 at ee151ddb, without Mimi's and the tokenizer's keys.
HIBIKI_1B: dict[str, Any] = {
    "model_type": "hibiki",
    "moshi_name": "moshi-e537721e@80.safetensors",
    "dim": 2048,
    "text_card": 48000,
    "existing_text_padding_id": 3,
    "n_q": 16,
    "dep_q": 8,
    "card": 2048,
    "num_heads": 16,
    "num_layers": 16,
    "hidden_scale": 4.125,
    "causal": True,
    "layer_scale": None,
    "context": 3000,
    "max_period": 100000,
    "gating": "silu",
    "norm": "rms_norm_f32",
    "positional_embedding": "rope",
    "depformer_dim": 1024,
    "depformer_dim_feedforward": 4224,
    "depformer_num_heads": 16,
    "depformer_num_layers": 6,
    "depformer_causal": True,
    "depformer_layer_scale": None,
    "depformer_multi_linear": True,
    "depformer_context": 16,
    "depformer_max_period": 10000,
    "depformer_gating": "silu",
    "depformer_pos_emb": "none",
    "depformer_weights_per_step": True,
    "delays": [0, 0, 2, 2, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2],
    "conditioners": {
        "description": {
            "type": "lut",
            "lut": {
                "n_bins": 31,
                "dim": 16,
                "tokenizer": "noop",
                "possible_values": ["very_bad", "bad", "neutral", "good", "very_good"],
            },
        }
    },
    "fuser": {"sum": ["description"]},
}


# Configuration and steps: the two kinds of model, and the fast path of the first.
KINDS: list[tuple[Any, Any]] = [(TINY, MoshiSteps), (TINY, FastSteps), (TINY_MOSHI, MoshiSteps)]
KIND_NAMES = ["embedded", "embedded, fast", "Kyutai's"]


def one_thread() -> Iterator[None]:
    """What a fixture yields while torch has one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def random_model(config: dict[str, Any]) -> LMModel:
    """A model that is not streaming yet, the same for the same configuration."""
    return copy.deepcopy(_random_model(json.dumps(config)))


@functools.cache
def _random_model(config: str) -> LMModel:
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = build_token_model(read_config(json.loads(config)))
        for layer in model.linears:
            layer.weight.normal_(std=1.0)
        for table in (*model.emb, *model.depformer_emb):
            projection = getattr(table, "low_rank", None) or table
            projection.weight.normal_(std=0.5)
    return model


def layout_of(config: dict[str, Any], look_ahead: int) -> TokenLayout:
    return layout_for(read_config(config), look_ahead)


def generator_of(
    config: dict[str, Any],
    look_ahead: int = 0,
    steps: type[TokenModelSteps] = MoshiSteps,
    **sampling: Any,
) -> ForcedGenerator:
    """A generator with a model of its own, the same model every time."""
    sampler = TokenSampler(SamplingSettings(**sampling))
    return ForcedGenerator(steps(random_model(config)), layout_of(config, look_ahead), sampler)


def run(
    generator: ForcedGenerator, received: np.ndarray, due: np.ndarray, look_ahead: int
) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and confidence ``[frames, 8]`` for frames with holes; behind the end nothing comes."""
    newest = np.concatenate([received, np.tile(NONE, (look_ahead, 1))])[look_ahead:]
    played = [generator.push(n, d) for n, d in zip(newest, due, strict=True)]
    tokens, confidence = zip(*played, strict=True)
    return np.array(tokens), np.array(confidence)


def lossy_frames(frames: int, seed: int, lost: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Sent and received tokens int16 ``[frames, 8]``; a frame is whole, gone, or its first 1..7."""
    random = np.random.default_rng(seed)
    sent = random.integers(0, 2048, (frames, 8)).astype(np.int16)
    received = sent.copy()
    for frame in np.flatnonzero(random.random(frames) < lost):
        received[frame, random.integers(0, 8) if random.random() < 0.5 else 0 :] = -1
    return sent, received


def write_token_model(folder: Path, codec_folder: str, config: dict[str, Any]) -> LMModel:
    """A checkpoint with codec, token model and adapter; returns the model without adapter."""
    codec = find_checkpoint(codec_folder)
    for path in codec.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    flat = json.loads((folder / "config.json").read_text())
    ours = flat["largesc"] | config["largesc"]
    flat |= config | {"moshi_name": "moshi.safetensors", "lora_name": "lora.safetensors"}
    flat["largesc"] = ours
    (folder / "config.json").write_text(json.dumps(flat))
    model = random_model(config)
    save_weights(model, folder / "moshi.safetensors")
    adapted = copy.deepcopy(model)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        add_adapter(adapted, config["lora_rank"], config["lora_scaling"])
        for name, value in adapted.named_parameters():
            if ".lora_B." in name:
                value.normal_(std=0.3)
    base = model_fingerprint(folder / "moshi.safetensors", flat)
    origin = AdapterOrigin(
        config["lora_rank"], config["lora_scaling"], base, codec.fingerprint, num_codebooks=8
    )
    save_adapter(adapted, folder / "lora.safetensors", origin)
    return model
