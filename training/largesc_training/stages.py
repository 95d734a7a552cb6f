# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages that make data and the codec. Token model, LoRA and controller follow on these."""

from typing import Any

from .codec import stages as codec
from .corpus import stages as corpus
from .run_options import RunOptions
from .stage import Stage


def _data(options: RunOptions) -> dict[str, Any]:
    return {"speech": str(options.speech) if options.speech else None}


def _trained(options: RunOptions) -> dict[str, Any]:
    start = options.start.name if options.start else None
    return {"settings": options.settings.model_dump(mode="json"), "seed": options.seed} | {
        "start": start
    }


STAGES = (
    Stage(
        "packages",
        "downloads and unpacks Debian packages with recordings and texts",
        (),
        ("debian",),
        corpus.packages,
        _data,
    ),
    Stage(
        "synthetic",
        "voices read English sentences",
        ("debian",),
        ("synthetic",),
        corpus.synthetic,
        _data,
    ),
    Stage(
        "corpus",
        "decodes, trims, levels, measures pitch",
        ("debian", "synthetic"),
        ("corpus/index.json",),
        corpus.corpus,
        _data,
    ),
    Stage(
        "codec-continuous",
        "the codec without quantiser",
        ("corpus/index.json",),
        ("codec-continuous/state.safetensors",),
        codec.continuous,
        _trained,
        60.0,
    ),
    Stage(
        "codec-codebooks",
        "k-means over latents",
        ("codec-continuous/state.safetensors",),
        ("codec-codebooks/weights.safetensors",),
        codec.codebooks,
        _trained,
    ),
    Stage(
        "codec-quantised",
        "the codec through its codebooks",
        ("codec-codebooks/weights.safetensors",),
        ("codec-quantised/state.safetensors",),
        codec.quantised,
        _trained,
        16.0,
    ),
    Stage(
        "codec-encoder",
        "the encoder learns to hear through rooms and noise",
        ("corpus/index.json", "codec-quantised/state.safetensors"),
        ("codec-encoder/state.safetensors",),
        codec.encoder,
        _trained,
        60.0,
    ),
    Stage(
        "checkpoint",
        "writes the checkpoint folder",
        ("codec-encoder/state.safetensors",),
        ("checkpoint/config.json",),
        codec.checkpoint,
        _trained,
    ),
)
