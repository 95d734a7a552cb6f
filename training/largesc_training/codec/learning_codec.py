# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec while it learns: the shipped model with its codebooks as parameters."""

from dataclasses import replace

import torch
from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from largesc.codec.token_search import TokenSearch, read_token_search
from torch import nn

from .losses import MelDistance, pitch_distance, voicing_loss
from .residual_kmeans import fit_codebooks
from .settings import CodecSettings
from .speech_batches import Batch

TRAINING_WIDTH = 2  # paths; the codec's own 8 would take a third of every step


class LearningCodec(nn.Module):
    """moshi's ``MimiModel`` with what training needs around it.

    Attributes:
        mimi: the model as it is shipped.
        codebooks: float32 ``[8, 2048, D]``; zero until fitted.
    """

    def __init__(self, settings: CodecSettings):
        super().__init__()
        self.config = settings.model_config_dict(EMBEDDED_CONFIG)
        self.mimi = build_mimi(self.config)
        shape = (self.config["quantizer"]["n_q"], self.config["quantizer"]["bins"])
        self.codebooks = nn.Parameter(torch.zeros(*shape, settings.bottleneck))
        self.search = read_token_search(self.config) or TokenSearch()
        self.distance = MelDistance()

    def front(self) -> tuple[nn.Module, ...]:
        """What makes the latent: the encoder's modules."""
        return self.mimi.encoder, self.mimi.encoder_transformer, self.mimi.quantizer.input_proj

    def latent(self, pcm: torch.Tensor) -> torch.Tensor:
        """``[B, N]`` to the quantiser's input ``[B, D, T]``."""
        emb = self.mimi.encoder(pcm[:, None])
        (emb,) = self.mimi.encoder_transformer(emb)
        return self.mimi.quantizer.input_proj(emb)

    def embedded(self, z: torch.Tensor) -> torch.Tensor:
        """What the decoder end gets for a latent."""
        (emb,) = self.mimi.decoder_transformer(self.mimi.quantizer.output_proj(z))
        return emb

    def speech(self, z: torch.Tensor) -> torch.Tensor:
        """``[B, D, T]`` to speech ``[B, 1920 T]`` with the pitch that the model says."""
        return self.mimi.decoder(self.embedded(z))[:, 0]

    def distances(self, z: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
        """Spectral, pitch and voicing losses of what the decoder makes of ``z``."""
        decoder = self.mimi.decoder
        speech = decoder.network(self.embedded(z))
        y = decoder.synthesise(speech, batch.f0, batch.voiced)[:, 0]
        lag = decoder.delay
        return {
            "mel": self.distance(y[:, lag:], batch.wanted[:, :-lag]),
            "pitch": pitch_distance(speech, batch.f0, batch.voiced),
            "voicing": voicing_loss(speech, batch.voiced),
        }

    def chosen(self, z: torch.Tensor) -> torch.Tensor:
        """Vectors ``[K, B, D, T]`` of the tokens of ``z`` ``[B, D, T]``, chosen as the codec does.

        Gradients reach the codebooks, not ``z``.
        """
        batch, _, steps = z.shape
        search = replace(self.search, width=min(TRAINING_WIDTH, self.search.width))
        search = search if self.training else self.search
        tokens = search.tokens(self.codebooks, z.detach().transpose(1, 2).flatten(0, 1))
        vectors = [book[row] for book, row in zip(self.codebooks, tokens.t(), strict=True)]
        return torch.stack(vectors).view(len(vectors), batch, steps, -1).transpose(2, 3)

    def quantised(self, z: torch.Tensor, in_use: torch.Tensor) -> torch.Tensor:
        """``z`` by the first ``in_use[b]`` of its tokens."""
        return first_of(self.chosen(z), in_use)

    @torch.no_grad()
    def fit(self, latents: torch.Tensor) -> None:
        """Scales the latent to unit spread in every dimension and fits codebooks to it.

        Unit spread is the metric in which the noise of the first phase was the same in all.

        Args:
            latents: ``[vectors, D]``.
        """
        spread = latents.std(dim=0)
        self.mimi.quantizer.input_proj.weight /= spread[:, None, None]
        self.mimi.quantizer.output_proj.weight *= spread[None, :, None]
        count, size, _ = self.codebooks.shape
        self.codebooks.copy_(fit_codebooks(latents / spread, num_codebooks=count, size=size))

    @torch.no_grad()
    def shipped(self) -> nn.Module:
        """The model with the codebooks in their place."""
        for layer, book in zip(self.mimi.quantizer.vq.layers, self.codebooks, strict=True):
            codebook = layer._codebook
            codebook.embedding_sum.copy_(book)
            codebook.cluster_usage.fill_(1.0)
            codebook._initialized.fill_(1.0)
        return self.mimi

    @torch.no_grad()
    def take_codebooks(self) -> None:
        """The other way: codebooks of loaded weights become parameters."""
        books = [layer._codebook.embedding for layer in self.mimi.quantizer.vq.layers]
        self.codebooks.copy_(torch.stack(books))


def first_of(vectors: torch.Tensor, in_use: torch.Tensor) -> torch.Tensor:
    """Sum ``[B, D, T]`` of the first ``in_use[b]`` of the vectors ``[K, B, D, T]``."""
    used = torch.arange(len(vectors), device=vectors.device)[:, None] < in_use
    return (vectors * used[:, :, None, None]).sum(dim=0)
