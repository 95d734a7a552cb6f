# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of many recordings at once: the codec's model over whole signals."""

from dataclasses import dataclass

import numpy as np
import torch
from largesc.codec.checkpoint import find_checkpoint, load_codec
from largesc.codec.checkpoint_weights import load_weights
from largesc.codec.mimi_builder import build_mimi
from largesc.codec.silence_tokens import find_silence_tokens
from largesc.codec.speech_codec import never_compile
from largesc.codec.token_search import TokenSearch, read_token_search
from largesc.recovery.token_model.codebook_space import codebook_space
from moshi.models.compression import MimiModel

SEARCHED = 2048  # frames whose tokens are searched at a time; bounds the paths' memory


@dataclass(frozen=True)
class CodecFacts:
    """What training needs to know of a codec beside its tokens.

    Attributes:
        fingerprint: of the checkpoint's codec.
        silence: int16 ``[8]``, tokens of digital silence.
        codebooks: float32 ``[8, 2048, D]``; None if its codebooks are not in one space.
    """

    fingerprint: str
    silence: np.ndarray
    codebooks: torch.Tensor | None


def codec_facts(name: str) -> CodecFacts:
    """Those of a checkpoint's codec.

    Raises:
        CheckpointError: no such checkpoint, or a damaged one.
    """
    threads = torch.get_num_threads()
    codec = load_codec(name)
    silence = find_silence_tokens(codec)
    torch.set_num_threads(threads)  # a streaming codec keeps its thread to one
    parts = codebook_space(codec).parts
    codebooks = torch.from_numpy(parts[0]) if len(parts) == 1 else None
    return CodecFacts(codec.fingerprint, silence, codebooks)


class OfflineEncoder:
    """Gives the tokens that the streaming codec gives, up to rounding.

    Args:
        name: of the checkpoint, as ``largesc ... --checkpoint`` takes it.
        device: it runs on.

    Raises:
        CheckpointError: no such checkpoint.
        ValueError: files that do not fit together.

    Attributes:
        frame_size: samples per frame.
        lookahead_samples: that it hears beyond those it codes.
    """

    def __init__(self, name: str, device: str = "cpu"):
        never_compile()
        checkpoint = find_checkpoint(name)
        model = build_mimi(checkpoint.codec_config)
        load_weights(model, checkpoint.codec_weights)
        self._model: MimiModel = model.requires_grad_(False).to(device)
        self._search: TokenSearch | None = read_token_search(checkpoint.codec_config)
        self._device = device
        self.frame_size: int = model.frame_size
        self.lookahead_samples: int = getattr(model.encoder, "lookahead_samples", 0)

    def encode(self, recordings: list[np.ndarray]) -> list[np.ndarray]:
        """Tokens int16 ``[frames, 8]`` of each recording float32 ``[samples]``.

        The last frame is filled up with silence. What is behind the end of a shorter recording
        changes nothing before: the model is causal.
        """
        return [tokens for tokens, _ in self.encode_with_latents(recordings)]

    @torch.no_grad()
    def encode_with_latents(
        self, recordings: list[np.ndarray]
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """The same, with the unquantised latents float32 ``[frames, dimension]`` beside them."""
        frames = [-(-len(pcm) // self.frame_size) for pcm in recordings]
        batch = np.zeros((len(recordings), max(frames) * self.frame_size), np.float32)
        for row, pcm in zip(batch, recordings, strict=True):
            row[: len(pcm)] = pcm
        latent = self._model.encode_to_latent(
            torch.from_numpy(batch)[:, None].to(self._device), quantize=False
        )
        tokens = self._tokens(latent).cpu().numpy().astype(np.int16)
        latents = latent.transpose(1, 2).cpu().numpy()
        return [
            (own[:count], latents[row, :count])
            for row, (own, count) in enumerate(zip(tokens, frames, strict=True))
        ]

    def _tokens(self, latent: torch.Tensor) -> torch.Tensor:
        """``[B, D, T]`` to ``[B, T, 8]``."""
        quantizer = self._model.quantizer
        if self._search is None:
            return quantizer.encode(latent).transpose(1, 2)
        codebooks = [layer._codebook.embedding for layer in quantizer.vq.layers[: quantizer.n_q]]
        flat = quantizer.input_proj(latent).transpose(1, 2).flatten(0, 1)
        found = [self._search.tokens(codebooks, part) for part in flat.split(SEARCHED)]
        return torch.cat(found).view(latent.shape[0], latent.shape[2], -1)
