# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights to begin from: of a checkpoint, of another trainer, of a run of this one.

They need not be of the same shape: what fits is taken. A latent that is made wider says and hears
at first what it did before.
"""

from pathlib import Path

import torch
from largesc.codec.checkpoint_weights import read_weights
from largesc.codec.tensor_file import save_tensors

from .learning_codec import LearningCodec

MODEL, AVERAGE = "model.", "average."  # of names in the state of a stage
MIMI, HEAD, BOOKS = "mimi.", "head.", "codebooks.vectors"
HEAD_FILE = "phone-head.safetensors"  # beside weights that have none
ENTRY, EXIT = "quantizer.input_proj.weight", "quantizer.output_proj.weight"
LINEAR = "decoder.network.linear.weight"
BOOK = "quantizer.vq.layers.{}._codebook."


class StartingWeights:
    """A safetensors file of codec weights.

    Args:
        path: of the file.

    Raises:
        ValueError: it is not there, damaged, or of no embedded codec.

    Attributes:
        model: the codec's weights by moshi's names, float32.
        codebooks: float32 ``[8, 2048, D]``; None where there are none.
        head: weights of the phone head; empty where there are none.
    """

    def __init__(self, path: Path):
        self._name = path.name
        stored = read_weights(path)
        if any(name.startswith(MODEL) for name in stored):
            self.model, self.head, self.codebooks = _of_state(stored)
        else:
            self.model, self.codebooks = stored, _codebooks(stored)
            beside = path.parent / HEAD_FILE
            self.head = read_weights(beside) if beside.is_file() else {}
        if ENTRY not in self.model or not any(n.startswith("decoder.network") for n in self.model):
            raise ValueError(f"{path} has no weights of an embedded codec")

    @property
    def bottleneck(self) -> int:
        """Numbers of the latent."""
        return int(self.model[ENTRY].shape[0])

    @property
    def has_linear_path(self) -> bool:
        """Whether encoder and decoder have one beside their networks."""
        return LINEAR in self.model

    @property
    def books_dimension(self) -> int:
        """Numbers of a codebook's vector; 0 without codebooks."""
        return 0 if self.codebooks is None else int(self.codebooks.shape[2])

    def has_codebooks(self, dimension: int) -> bool:
        """Whether they fit a latent of so many numbers."""
        return self.books_dimension == dimension

    @torch.no_grad()
    def put_into(self, codec: LearningCodec, latents: int) -> None:
        """Takes what fits.

        Args:
            codec: gets it.
            latents: of a step of the training to come, for the codebooks' averages.

        Raises:
            ValueError: they have a linear path, the codec has none: too much would be lost.
        """
        if self.has_linear_path and codec.mimi.decoder.network.linear is None:
            raise ValueError(f"{self._name} has a linear path: the settings need linear_path: true")
        own = codec.mimi.state_dict()
        for name, value in own.items():
            given = self.model.get(name)
            if given is None or "_codebook" in name or given.dim() != value.dim():
                continue
            if name == EXIT and given.shape[1] < value.shape[1]:
                value.zero_()  # numbers that are new say nothing yet
            shared = tuple(slice(min(a, b)) for a, b in zip(value.shape, given.shape, strict=True))
            value[shared] = given[shared]
        if self.has_codebooks(codec.codebooks.vectors.shape[2]):
            codec.codebooks.begin(self.codebooks, latents)
        self._put_head(codec)

    def _put_head(self, codec: LearningCodec) -> None:
        """By order, whatever its layers are called; all of it or nothing."""
        own = codec.head.state_dict()
        pairs = list(zip(sorted(own), sorted(self.head), strict=False))
        if self.head and all(own[a].shape == self.head[b].shape for a, b in pairs):
            for a, b in pairs:
                own[a].copy_(self.head[b])


def save_starting_weights(codec: LearningCodec, path: Path) -> None:
    """Codec in 16 bits and, beside it, the phone head: half of a checkpoint's rounding is none of
    a training's business.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    save_tensors(_halved(codec.shipped().state_dict()), path)
    save_tensors(_halved(codec.head.state_dict()), path.parent / HEAD_FILE)


def _halved(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """16 bits; codebooks stay as they are, since tokens hang on them."""
    return {
        name: (value if "embedding_sum" in name or not value.is_floating_point() else value.half())
        .cpu()
        .contiguous()
        for name, value in tensors.items()
    }


def _of_state(
    stored: dict[str, torch.Tensor],
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor | None]:
    """Codec, phone head and codebooks; the averages of what has one."""
    latest = {n.removeprefix(MODEL): v for n, v in stored.items() if n.startswith(MODEL)}
    latest |= {n.removeprefix(AVERAGE): v for n, v in stored.items() if n.startswith(AVERAGE)}
    model = {n.removeprefix(MIMI): v for n, v in latest.items() if n.startswith(MIMI)}
    head = {n.removeprefix(HEAD): v for n, v in latest.items() if n.startswith(HEAD)}
    books = latest.get(BOOKS)
    return model, head, books if books is not None and books.any() else None


def _codebooks(weights: dict[str, torch.Tensor]) -> torch.Tensor | None:
    books = []
    while (name := BOOK.format(len(books)) + "embedding_sum") in weights:
        usage = weights[BOOK.format(len(books)) + "cluster_usage"]
        books.append(weights[name] / usage.clamp_min(1e-5)[:, None])
    found = torch.stack(books) if books else None
    return found if found is not None and found.any() else None
