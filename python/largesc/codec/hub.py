# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kyutai's checkpoints on the Hugging Face hub: pinned, checked, cached, offline afterwards."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .file_digest import file_digest

ANSWER_SECONDS = 10
HUB_SCHEME = "hf://"  # moshi's own, in a checkpoint's config.json: hf://OWNER/NAME/FILE


class HubError(RuntimeError):
    """A file cannot be had from the hub, or is another; the message says what to do."""


@dataclass(frozen=True)
class HubFile:
    """Weights on the hub: of a codec, or of a token model.

    Attributes:
        repository: owner and name.
        revision: full commit hash; what is there later does not matter.
        file: of the weights, safetensors.
        size: bytes.
        sha256: of the file, as the hub lists it for this revision.
        licence: of the weights.
        fetched_by: the command that brings it.
    """

    repository: str
    revision: str
    file: str
    size: int
    sha256: str
    licence: str = "CC-BY-4.0"
    fetched_by: str = "largesc checkpoints fetch {repository}"

    @property
    def fingerprint(self) -> str:
        """Four hexadecimal digits, as of every checkpoint: what receivers compare."""
        return self.sha256[:4]

    @property
    def address(self) -> str:
        """As a checkpoint's config.json names it."""
        return f"{HUB_SCHEME}{self.repository}/{self.file}"

    @property
    def command(self) -> str:
        """The command that brings it, to be typed."""
        return self.fetched_by.format(repository=self.repository)


# Where the pins come from is in docs/checkpoints.md.
MOSHIKO = "kyutai/moshiko-pytorch-bf16"
MOSHIKO_REVISION = "2bfc9ae6e89079a5cc7ed2a68436010d91a3d289"
HUB_CODECS = {
    codec.repository: codec
    for codec in (
        HubFile(
            "kyutai/mimi",
            "89091b3e466eb6a9d11e537bf26b144f194978f7",
            "model.safetensors",
            384_649_828,
            "bac7e85083dcded655d24eaadde7e6eea34c0da1b35fa2d284e641bd2b942a5e",
        ),
        HubFile(
            MOSHIKO,
            MOSHIKO_REVISION,
            "tokenizer-e351c8d8-checkpoint125.safetensors",
            384_644_900,
            "09b782f0629851a271227fb9d36db65c041790365f11bbe5d3d59369cf863f50",
        ),
    )
}

# A row is a pin: a repository is named here when revision, size and SHA-256 are known.
HUB_TOKEN_MODELS = {
    model.repository: model
    for model in (
        HubFile(
            MOSHIKO,
            MOSHIKO_REVISION,
            "model.safetensors",
            15_375_500_136,
            "5b835c664f3830bf453808cbca9bfbcc9de332c328cc01cbffdfbaba2a8838a7",
            fetched_by="largesc checkpoints fetch {repository} --token-model",
        ),
    )
}


def pinned_file(address: str, pins: Mapping[str, HubFile]) -> HubFile:
    """The pinned file of an address as ``hf://OWNER/NAME/FILE``.

    Raises:
        HubError: there is no pin for it: nothing else is loaded from a hub.
    """
    for file in pins.values():
        if file.address == address:
            return file
    known = ", ".join(file.address for file in pins.values())
    raise HubError(f"{address} is not pinned, and only pinned files are loaded ({known})")


def hub_file(wanted: HubFile) -> Path:
    """The weights' path in the hub's cache; downloaded, with a progress bar, if they are not there.

    ``HF_ENDPOINT`` names another hub, ``HF_HUB_CACHE`` another cache, ``HF_HUB_OFFLINE=1``
    forbids the network. What an interruption left is gone on from.

    Raises:
        HubError: no network and not cached, no room on the disk, cut off, or another file than the
            pinned one.
    """
    _check_room(wanted)
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    if not is_cached(wanted) and not is_reachable(wanted):
        raise HubError(_not_here(wanted))
    try:
        path = Path(
            hf_hub_download(
                wanted.repository,
                wanted.file,
                revision=wanted.revision,
                cache_dir=os.environ.get("HF_HUB_CACHE"),
                endpoint=os.environ.get("HF_ENDPOINT"),
            )
        )
    except LocalEntryNotFoundError as error:
        raise HubError(_not_here(wanted)) from error
    except Exception as error:  # httpx, xet and the hub's library have types of their own each
        line = str(error).strip().split("\n")[0] or type(error).__name__
        raise HubError(
            f"{wanted.repository}: the download failed ({line}); the same command goes on with it"
        ) from error
    _check(wanted, path)
    return path


def is_reachable(wanted: HubFile) -> bool:
    """Whether a hub answers, whatever it says; the hub's own library tries for half a minute."""
    from huggingface_hub import constants, get_session, hf_hub_url

    if constants.HF_HUB_OFFLINE:
        return False
    url = hf_hub_url(
        wanted.repository,
        wanted.file,
        revision=wanted.revision,
        endpoint=os.environ.get("HF_ENDPOINT"),
    )
    try:
        get_session().head(url, timeout=ANSWER_SECONDS)
    except Exception:  # httpx and requests have types of their own each
        return False
    return True


def is_cached(wanted: HubFile) -> bool:
    """Whether the weights are on this machine; asks no network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(
        wanted.repository,
        wanted.file,
        cache_dir=os.environ.get("HF_HUB_CACHE"),
        revision=wanted.revision,
    )
    return isinstance(found, str)


def _not_here(wanted: HubFile) -> str:
    return (
        f"{wanted.repository} ({wanted.file}) is not on this machine and the hub cannot be "
        f"reached: connect once and run '{wanted.command}', or copy the cache of a machine that "
        "has it (HF_HUB_CACHE); the embedded checkpoint 'mini' needs no network"
    )


def _check_room(wanted: HubFile) -> None:
    """Said before gigabytes are fetched, not when the disk is full.

    Raises:
        HubError: what is still to come does not fit on the disk of the cache.
    """
    from huggingface_hub.constants import HF_HUB_CACHE

    if is_cached(wanted):
        return
    cache = Path(os.environ.get("HF_HUB_CACHE") or HF_HUB_CACHE)
    blobs = cache / f"models--{wanted.repository.replace('/', '--')}" / "blobs"
    begun = blobs / f"{wanted.sha256}.incomplete"  # as the hub's library names it
    left = wanted.size - (begun.stat().st_size if begun.is_file() else 0)
    there = next(folder for folder in (cache, *cache.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    if free < left:
        raise HubError(
            f"{wanted.repository}: {wanted.file} needs {left / 1e9:.1f} GB more in {cache}, "
            f"{free / 1e9:.1f} GB are free: make room, or name another folder by HF_HUB_CACHE"
        )


def _check(wanted: HubFile, path: Path) -> None:
    """Hashes the file where a process loads it first: 0.3 s for a codec."""
    found = file_digest(path).hexdigest()
    if found == wanted.sha256:
        return
    size = path.stat().st_size
    path.resolve().unlink()
    path.unlink(missing_ok=True)
    raise HubError(
        f"{wanted.repository}: {wanted.file} is not the pinned file (SHA-256 {found[:12]}..., "
        f"{size} bytes; expected {wanted.sha256[:12]}..., {wanted.size} bytes). It was removed; "
        "try again, and if it comes back, do not trust that hub"
    )
