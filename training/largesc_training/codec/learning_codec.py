# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec while it learns: the shipped model with what training needs around it."""

import torch
from largesc.codec.mimi_builder import EMBEDDED_CONFIG, build_mimi
from largesc.codec.source_filter_decoder import SpeechParameters
from largesc.codec.token_search import TokenSearch, read_token_search
from torch import nn

from .excerpts import Excerpt
from .moving_codebooks import MovingCodebooks
from .phone_head import PhoneHead
from .settings import WORKING_POINT, CodecSettings


class LearningCodec(nn.Module):
    """moshi's ``MimiModel``, codebooks that move, and a head that reads phones.

    Attributes:
        config: codec configuration, as the checkpoint will have it.
        mimi: the model as it is shipped; its own codebooks are empty until :meth:`shipped`.
        codebooks: 8 of 2048 vectors; zero until fitted or taken from weights.
        head: reads phones from the latent.
        search: how the codec chooses tokens.
    """

    def __init__(self, settings: CodecSettings):
        super().__init__()
        self.config = settings.model_config_dict(EMBEDDED_CONFIG)
        self.mimi = build_mimi(self.config)
        count, size = (self.config["quantizer"][key] for key in ("n_q", "bins"))
        self.codebooks = MovingCodebooks(count, size, settings.bottleneck, settings.codebook_memory)
        self.head = PhoneHead(settings.bottleneck)
        self.search = read_token_search(self.config) or TokenSearch()

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

    def said(self, z: torch.Tensor, excerpt: Excerpt) -> tuple[SpeechParameters, torch.Tensor]:
        """What the decoder makes of ``z``, and speech ``[B, M]`` of it with the true pitch, in time
        with what is wanted."""
        decoder = self.mimi.decoder
        speech = decoder.network(self.embedded(z))
        return speech, decoder.synthesise(speech, excerpt.f0, excerpt.voiced)[:, 0, decoder.delay :]

    def prefixes(self, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What 1, 2, ... of 8 codebooks say of ``z``, chosen as is quick: greedily.

        Returns:
            ``[K, B, D, T]``; tokens ``[K, B T]`` and what codebooks were asked for, for
            :meth:`MovingCodebooks.follow`. No gradient.
        """
        batch, dimension, frames = z.shape
        found, tokens, asked = self.codebooks.choose(z.detach().transpose(1, 2).flatten(0, 1))
        return found.view(-1, batch, frames, dimension).transpose(2, 3), tokens, asked

    def counts(self) -> tuple[int | None, ...]:
        """Numbers of codebooks that figures are given for; None is the latent as it is."""
        return (WORKING_POINT, len(self.codebooks.vectors)) if self.codebooks.fitted else (None,)

    @torch.no_grad()
    def quantised(self, z: torch.Tensor, count: int | None) -> torch.Tensor:
        """``z`` by the first ``count`` of its tokens, chosen as the codec does."""
        if count is None:
            return z
        batch, _, frames = z.shape
        books = self.codebooks.vectors
        tokens = self.search.tokens(list(books), z.transpose(1, 2).flatten(0, 1))
        vectors = sum(books[k][tokens[:, k]] for k in range(count))
        return vectors.view(batch, frames, -1).transpose(1, 2)

    @torch.no_grad()
    def scale_latent(self, spread: torch.Tensor) -> None:
        """Divides every dimension of the latent by its spread ``[D]``; speech stays as it was."""
        self.mimi.quantizer.input_proj.weight /= spread[:, None, None]
        self.mimi.quantizer.output_proj.weight *= spread[None, :, None]
        first = self.head[0]
        first.weight *= spread[None, :, None]

    @torch.no_grad()
    def shipped(self) -> nn.Module:
        """The model with the codebooks in their place."""
        layers = self.mimi.quantizer.vq.layers
        for layer, book in zip(layers, self.codebooks.vectors, strict=True):
            codebook = layer._codebook
            codebook.embedding_sum.copy_(book)
            codebook.cluster_usage.fill_(1.0)
            codebook._initialized.fill_(1.0)
        return self.mimi
