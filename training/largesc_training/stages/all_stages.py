# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All stages, from packages to a checkpoint with codec and token model."""

from collections.abc import Callable
from typing import Any

from ..run_options import RunOptions
from ..stage import Stage
from . import codec, corpus
from .budgets import (
    BASE,
    CODEBOOKS,
    CONTINUOUS,
    COSTS,
    FULL,
    JOINT,
    LINEAR,
    LORA,
    MINUTES,
    RECOGNISER,
)


def _of_controller(name: str) -> Callable[[RunOptions], None]:
    """The same of those of the controller."""

    def run(options: RunOptions) -> None:
        from . import controller

        getattr(controller, name)(options)

    return run


def _of_token_model(name: str) -> Callable[[RunOptions], None]:
    """A stage by the name of its function: what it imports needs compiled kernels, and a machine
    that trains a codec alone may be without."""

    def run(options: RunOptions) -> None:
        from . import token_model

        getattr(token_model, name)(options)

    return run


def _data(options: RunOptions) -> dict[str, Any]:
    return {"speech": str(options.speech) if options.speech else None}


def _trained(options: RunOptions) -> dict[str, Any]:
    # Less memory must not mean another folder: a run may go on with smaller batches.
    settings = options.settings.model_dump(mode="json", exclude={"batch_size"})
    start = options.start.name if options.start else None
    return {"settings": settings, "seed": options.seed, "start": start}


def _spoken(options: RunOptions) -> dict[str, Any]:
    more = {"kokoro": True} if options.kokoro else {"kokoro": None}
    return {**_data(options), **more}


def _fetches(options: RunOptions) -> bool:
    return options.speech is None


def _makes_codec(options: RunOptions) -> bool:
    return options.checkpoint is None


def _makes_codebooks(options: RunOptions) -> bool:
    return _makes_codec(options) and codec.needs_codebooks(options)


def _recognises(options: RunOptions) -> bool:
    return _makes_codec(options) and options.settings.weights.need_recogniser


def _listens(options: RunOptions) -> dict[str, Any]:
    keys = {"frames", "lookahead_samples", "augmentation", "source_weights"}
    return {
        "settings": options.settings.model_dump(mode="json", include=keys),
        "seed": options.seed,
    }


def _begins_linear(options: RunOptions) -> bool:
    return _makes_codec(options) and codec.begins_linear(options)


def _learns_phones(options: RunOptions) -> bool:
    return _makes_codec(options) and options.settings.weights.phone > 0


def _tokens(options: RunOptions) -> dict[str, Any]:
    keys = {"passes", "silence_threshold"}
    chosen = options.token_model.model_dump(mode="json", include=keys)
    return {**chosen, **_data(options), "seed": options.seed, "checkpoint": options.checkpoint}


def _base(options: RunOptions) -> dict[str, Any]:
    but = {"adapter", "losses", "adapter_rate", "full_rate", "own_tokens"}
    start = options.token_start.name if options.token_start else None
    return {**_token_model(options, but), "start": start}


def _adapter(options: RunOptions) -> dict[str, Any]:
    chosen = _token_model(options, {"full_rate"})
    return {**chosen, "base": str(options.base) if options.base else None}


def _full(options: RunOptions) -> dict[str, Any]:
    return _token_model(options, {"adapter", "adapter_rate"})


def _token_model(options: RunOptions, but: set[str]) -> dict[str, Any]:
    chosen = options.token_model.model_dump(mode="json", exclude=but)
    return {"token_model": chosen, "seed": options.seed, "checkpoint": options.checkpoint}


def _costs(options: RunOptions) -> dict[str, Any]:
    keys = {"frames", "per_stream", "stream_frames", "recovery", "look_ahead", "following"}
    chosen = options.controller.model_dump(mode="json", include=keys | {"silence_threshold"})
    return {"costs": chosen, "chain": options.chain, "seed": options.seed}


def _controller(options: RunOptions) -> dict[str, Any]:
    chosen = options.controller.model_dump(mode="json")
    return {"controller": chosen, "chain": options.chain, "seed": options.seed}


CONTROLLER_STAGES = (
    Stage(
        COSTS,
        "measures what frames cost that arrive in part",
        ("corpus/index.json",),
        ("costs/costs.safetensors",),
        _of_controller("costs"),
        _costs,
        MINUTES[COSTS],
    ),
    Stage(
        "controller",
        "a network learns to tell these costs; compares it with a plain rule",
        ("costs/costs.safetensors",),
        ("controller/controller.md",),
        _of_controller("controller"),
        _controller,
    ),
)
STAGES = (
    Stage(
        "packages",
        "fetches Debian packages and git repositories with recordings and texts",
        (),
        ("debian",),
        corpus.packages,
        _data,
        wanted=_fetches,
    ),
    Stage(
        "synthetic",
        "voices read English sentences",
        ("debian",),
        ("synthetic",),
        corpus.synthetic,
        _spoken,
        wanted=_fetches,
    ),
    Stage(
        "corpus",
        "decodes, trims, levels, measures pitch",
        ("debian", "synthetic"),
        ("corpus/index.json",),
        corpus.corpus,
        _spoken,
    ),
    Stage(
        "phones",
        "places the phones of recordings whose text is known",
        ("corpus/index.json",),
        ("phones/phones.npy",),
        corpus.phones,
        _data,
        wanted=_learns_phones,
    ),
    Stage(
        RECOGNISER,
        "a network learns to name phones, to listen to the codec with",
        ("corpus/index.json", "phones/phones.npy"),
        ("recogniser/weights.safetensors",),
        codec.recogniser,
        _listens,
        MINUTES[RECOGNISER],
        wanted=_recognises,
    ),
    Stage(
        LINEAR,
        "principal components of spectra, beside the codec's networks",
        ("corpus/index.json",),
        ("codec-linear/weights.safetensors",),
        codec.linear,
        _trained,
        wanted=_begins_linear,
    ),
    Stage(
        CONTINUOUS,
        "the codec without codebooks, where there are none",
        ("corpus/index.json",),
        ("codec-continuous/weights.safetensors",),
        codec.continuous,
        _trained,
        MINUTES[CONTINUOUS],
        wanted=_makes_codebooks,
    ),
    Stage(
        CODEBOOKS,
        "k-means over latents",
        ("corpus/index.json", "codec-continuous/weights.safetensors"),
        ("codec-codebooks/weights.safetensors",),
        codec.codebooks,
        _trained,
        wanted=_makes_codebooks,
    ),
    Stage(
        JOINT,
        "encoder, codebooks and decoder together",
        ("corpus/index.json",),
        ("codec-joint/weights.safetensors",),
        codec.joint,
        _trained,
        MINUTES[JOINT],
        wanted=_makes_codec,
    ),
    Stage(
        "checkpoint",
        "writes the checkpoint folder",
        ("codec-joint/weights.safetensors",),
        ("checkpoint/config.json",),
        codec.checkpoint,
        _trained,
        wanted=_makes_codec,
    ),
    Stage(
        "tokens",
        "the codec encodes the corpus",
        ("corpus/index.json",),
        ("tokens/index.json",),
        _of_token_model("tokens"),
        _tokens,
    ),
    Stage(
        BASE,
        "the token model learns clean speech",
        ("tokens/index.json",),
        ("token-base/moshi.safetensors", "token-base/config.json"),
        _of_token_model("base"),
        _base,
        MINUTES[BASE],
        wanted=lambda options: options.base is None,
    ),
    Stage(
        LORA,
        "an adapter learns what links lose",
        ("tokens/index.json",),
        ("token-lora/lora.safetensors",),
        _of_token_model("lora"),
        _adapter,
        MINUTES[LORA],
    ),
    Stage(
        "complete-checkpoint",
        "writes codec, token model and adapter as one folder",
        ("token-lora/lora.safetensors",),
        ("complete-checkpoint/config.json",),
        _of_token_model("checkpoint"),
        _adapter,
    ),
    *CONTROLLER_STAGES,
    Stage(
        FULL,
        "all weights learn what links lose: the adapter's upper bound (--full)",
        ("tokens/index.json",),
        ("token-full/checkpoint/config.json",),
        _of_token_model("full"),
        _full,
        MINUTES[FULL],
        wanted=lambda options: options.full,
    ),
)
