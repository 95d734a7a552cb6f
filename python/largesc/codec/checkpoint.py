# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints on disk: a folder with configuration, weights and model card.

Laid out as Kyutai lays them out (``config.json`` names the codec's weights by ``mimi_name`` and
its configuration by ``mimi_config_name``); what is ours stands in the section ``largesc``.
Weights are safetensors, never pickles.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..frame.tokens import NUM_CODEBOOKS
from .hub import HUB_CODECS, HUB_SCHEME, HubError, HubFile, hub_file, pinned_file

if TYPE_CHECKING:
    from .kept_models import KeptModels
    from .speech_codec import SpeechCodec

EMBEDDED = Path(__file__).parents[1] / "checkpoints"
RANDOM_MIMI = "mimi-random"
# What models make of a configuration that somebody wrote by hand.
UNBUILDABLE = (ValueError, RuntimeError, LookupError, TypeError, AttributeError, AssertionError)


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """Files of a checkpoint, not yet loaded.

    ``on_hub``: the codec is a file of the hub, whose fingerprint comes from the file alone.
    """

    name: str
    folder: Path
    codec_weights: Path
    codec_config: dict[str, Any]
    fingerprint: str
    expected_fingerprint: str | None
    on_hub: bool = False

    def size(self) -> int:
        """Bytes of all its files."""
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())


def embedded_names() -> list[str]:
    """Checkpoints that came with the module."""
    return sorted(path.parent.name for path in EMBEDDED.glob("*/config.json"))


def local_folder(name: str) -> Path | None:
    """Folder of a checkpoint that is on this machine, embedded or by its path; None: it is none."""
    places = EMBEDDED / name, Path(name)
    return next((folder for folder in places if (folder / "config.json").is_file()), None)


def find_checkpoint(name: str) -> Checkpoint:
    """The embedded checkpoint of this name, one on the hub, or the one in the folder of this path.

    One on the hub is downloaded if it is not in the cache, and so is a codec that the
    configuration of a folder names on the hub (``hf://OWNER/NAME/FILE``).

    Raises:
        CheckpointError: there is none, or files of it are missing, unreadable or not the right
            ones, or the hub cannot be reached.
    """
    if name == RANDOM_MIMI:
        raise CheckpointError(
            f"{name} is a codec with random weights, without files and without a token model"
        )
    if name in HUB_CODECS:
        return _on_hub(name, HUB_CODECS[name])
    folder = local_folder(name)
    if folder is None:
        known = ", ".join([*embedded_names(), RANDOM_MIMI])
        raise CheckpointError(
            f"no checkpoint {name!r}: it is neither embedded ({known}) nor on the hub "
            f"({', '.join(HUB_CODECS)}) nor a folder with a config.json"
        )
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if config["mimi_name"].startswith(HUB_SCHEME):
            return _on_hub(name, _pinned(name, config["mimi_name"]), folder)
        codec_config = _codec_config(folder, config)
        weights = folder / config["mimi_name"]
        fingerprint = fingerprint_of(weights, codec_config)
        expected = config.get("largesc", {}).get("fingerprint")
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(f"checkpoint {name!r} is incomplete or damaged: {error}") from error
    return Checkpoint(name, folder, weights, codec_config, fingerprint, expected)


def _on_hub(name: str, codec: HubFile, folder: Path | None = None) -> Checkpoint:
    try:
        weights = hub_file(codec)
    except HubError as error:
        raise CheckpointError(str(error)) from error
    folder = folder or weights.parent
    return Checkpoint(name, folder, weights, _kyutais_mimi(), codec.fingerprint, None, on_hub=True)


def _pinned(name: str, address: str) -> HubFile:
    try:
        return pinned_file(address, HUB_CODECS)
    except HubError as error:
        raise CheckpointError(f"checkpoint {name!r}: {error}") from error


def _codec_config(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """Of the file that the checkpoint names; Kyutai's own name none, for they share one codec."""
    if "mimi_config_name" not in config and "largesc" not in config:
        return _kyutais_mimi()
    codec_config: dict[str, Any] = json.loads(
        (folder / config["mimi_config_name"]).read_text("utf-8")
    )
    return codec_config


def _kyutais_mimi() -> dict[str, Any]:
    from moshi.models import loaders

    config: dict[str, Any] = loaders._mimi_config
    return config


def fingerprint_of(weights: Path, codec_config: dict[str, Any]) -> str:
    """Four hexadecimal digits: the first 16 bits of SHA-256 over configuration and weights.

    How loud a receiver plays is its own affair: ``level_db`` is not in it, and can be measured
    anew without making tokens, token models and packet files those of another codec.
    """
    digest = hashlib.sha256(json.dumps(_without_level(codec_config), sort_keys=True).encode())
    digest.update(weights.read_bytes())
    return digest.hexdigest()[:4]


def _without_level(codec_config: dict[str, Any]) -> dict[str, Any]:
    decoder = codec_config.get("source_filter_decoder")
    if not isinstance(decoder, dict):
        return codec_config
    heard_alike = {key: value for key, value in decoder.items() if key != "level_db"}
    return {**codec_config, "source_filter_decoder": heard_alike}


def load_codec(
    name: str = "mini", num_codebooks: int = NUM_CODEBOOKS, int8: bool = False
) -> "SpeechCodec":
    """The speech codec of a checkpoint, with its layers exchanged for fast ones.

    Args:
        name: an embedded checkpoint, one on the hub (``kyutai/mimi``), a folder, or
            ``mimi-random``: Kyutai's Mimi at full size with random weights (it makes noise; for
            timing and tests).
        num_codebooks: tokens per frame.
        int8: the transformers' feed-forward layers compute in 8 bits: faster at full size, but
            some tokens differ (docs/performance.md, "Speed").

    Raises:
        CheckpointError: no such checkpoint, or its files do not fit together.
        ValueError: num_codebooks outside 1..8.
    """
    from .fast_model import make_fast
    from .kept_models import file_key
    from .random_mimi import build_random_mimi
    from .speech_codec import NO_FINGERPRINT, SpeechCodec

    if not 1 <= num_codebooks <= NUM_CODEBOOKS:
        raise ValueError(f"num_codebooks must be 1..{NUM_CODEBOOKS}, not {num_codebooks}")
    if name == RANDOM_MIMI:
        model = build_random_mimi(num_codebooks)
        make_fast(model, int8)
        return SpeechCodec(model, NO_FINGERPRINT)
    checkpoint = find_checkpoint(name)
    expected = checkpoint.expected_fingerprint
    if expected not in (None, checkpoint.fingerprint):
        raise CheckpointError(
            f"checkpoint {name!r} is damaged: its fingerprint is {checkpoint.fingerprint}, "
            f"config.json says {expected}; install the module again"
        )
    if int8:  # torch does not copy such layers
        return _loaded(checkpoint, num_codebooks, int8)
    config = json.dumps(checkpoint.codec_config, sort_keys=True)
    key = file_key(checkpoint.codec_weights), config, num_codebooks
    return _kept_codecs().of(key, lambda: _loaded(checkpoint, num_codebooks, int8))


@cache
def _kept_codecs() -> "KeptModels[SpeechCodec]":
    """Made when it is wanted: many ask for a checkpoint's files alone, without torch."""
    from .kept_models import KeptModels

    return KeptModels()


def _loaded(checkpoint: Checkpoint, num_codebooks: int, int8: bool) -> "SpeechCodec":
    from .checkpoint_weights import load_weights
    from .fast_model import make_fast
    from .mimi_builder import build_mimi
    from .speech_codec import SpeechCodec
    from .token_search import read_token_search
    from .weightless import Weightless

    try:
        with Weightless():
            model = build_mimi(checkpoint.codec_config, num_codebooks)
        search = read_token_search(checkpoint.codec_config)
        load_weights(model, checkpoint.codec_weights)
    except UNBUILDABLE as error:
        why = f"{type(error).__name__}: {error}"
        raise CheckpointError(f"checkpoint {checkpoint.name!r} does not load: {why}") from error
    make_fast(model, int8)
    return SpeechCodec(model, checkpoint.fingerprint, search)
