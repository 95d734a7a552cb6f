# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kyutai's checkpoints on the Hugging Face hub: pinned, checked, cached, offline afterwards."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


class HubError(RuntimeError):
    """A file cannot be had from the hub, or is another; the message says what to do."""


@dataclass(frozen=True)
class HubCodec:
    """A codec's weights on the hub.

    Attributes:
        repository: owner and name.
        revision: full commit hash; what is there later does not matter.
        file: of the weights, safetensors.
        size: bytes.
        sha256: of the file, as the hub lists it for this revision.
        licence: of the weights.
    """

    repository: str
    revision: str
    file: str
    size: int
    sha256: str
    licence: str = "CC-BY-4.0"

    @property
    def fingerprint(self) -> str:
        """Four hexadecimal digits, as of every checkpoint: what receivers compare."""
        return self.sha256[:4]


HUB_CODECS = {
    codec.repository: codec
    for codec in (
        HubCodec(
            "kyutai/mimi",
            "89091b3e466eb6a9d11e537bf26b144f194978f7",
            "model.safetensors",
            384_649_828,
            "bac7e85083dcded655d24eaadde7e6eea34c0da1b35fa2d284e641bd2b942a5e",
        ),
        HubCodec(
            "kyutai/moshiko-pytorch-bf16",
            "2bfc9ae6e89079a5cc7ed2a68436010d91a3d289",
            "tokenizer-e351c8d8-checkpoint125.safetensors",
            384_644_900,
            "09b782f0629851a271227fb9d36db65c041790365f11bbe5d3d59369cf863f50",
        ),
    )
}


def hub_file(codec: HubCodec) -> Path:
    """The weights' path in the hub's cache; downloaded, with a progress bar, if they are not there.

    ``HF_ENDPOINT`` names another hub, ``HF_HUB_CACHE`` another cache, ``HF_HUB_OFFLINE=1``
    forbids the network. What an interruption left is gone on from.

    Raises:
        HubError: no network and not cached, cut off, or another file than the pinned one.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        path = Path(
            hf_hub_download(
                codec.repository,
                codec.file,
                revision=codec.revision,
                cache_dir=os.environ.get("HF_HUB_CACHE"),
                endpoint=os.environ.get("HF_ENDPOINT"),
            )
        )
    except LocalEntryNotFoundError as error:
        raise HubError(
            f"{codec.repository} is not on this machine and the hub cannot be reached: connect "
            f"once and run 'largesc checkpoints fetch {codec.repository}', or copy the cache of a "
            "machine that has it (HF_HUB_CACHE); the embedded checkpoint 'mini' needs no network"
        ) from error
    except Exception as error:  # httpx, xet and the hub's library have types of their own each
        line = str(error).strip().split("\n")[0] or type(error).__name__
        raise HubError(
            f"{codec.repository}: the download failed ({line}); the same command goes on with it"
        ) from error
    _check(codec, path)
    return path


def is_cached(codec: HubCodec) -> bool:
    """Whether the weights are on this machine; asks no network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(
        codec.repository,
        codec.file,
        cache_dir=os.environ.get("HF_HUB_CACHE"),
        revision=codec.revision,
    )
    return isinstance(found, str)


def _check(codec: HubCodec, path: Path) -> None:
    """Hashes the file, every time it is loaded: 0.3 s."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found == codec.sha256:
        return
    size = path.stat().st_size
    path.resolve().unlink()
    path.unlink(missing_ok=True)
    raise HubError(
        f"{codec.repository}: {codec.file} is not the pinned file (SHA-256 {found[:12]}..., "
        f"{size} bytes; expected {codec.sha256[:12]}..., {codec.size} bytes). It was removed; try "
        "again, and if it comes back, do not trust that hub"
    )
