# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A codec's decoder that goes on from one state in many ways at once."""

from typing import Any

import numpy as np
import torch
from largesc.codec.checkpoint import find_checkpoint
from largesc.codec.checkpoint_weights import load_weights
from largesc.codec.mimi_builder import build_mimi
from largesc.codec.speech_codec import delay_of, dequantise, never_compile
from moshi.modules.streaming import State
from moshi.modules.transformer import RingKVCache

MODULES = ("decoder", "decoder_transformer", "upsample")  # whose states count


class BranchingDecoder:
    """Decodes a stream, and at any frame what several rows of tokens would sound like from there.

    Args:
        name: of the checkpoint, as ``largesc ... --checkpoint`` takes it.
        rows: how many at once.
        device: it runs on.

    Raises:
        CheckpointError: no such checkpoint.
        ValueError: files that do not fit together.

    Attributes:
        frame_size: samples per frame.
        delay: samples by which what is decoded lags what was encoded.
    """

    def __init__(self, name: str, rows: int, device: str = "cpu"):
        never_compile()
        checkpoint = find_checkpoint(name)
        model = build_mimi(checkpoint.codec_config)
        load_weights(model, checkpoint.codec_weights)
        self._model = model.requires_grad_(False).to(device)
        self._device = device
        self.frame_size: int = model.frame_size
        self.delay: int = delay_of(model)
        self._one, self._many = self._states(1), self._states(rows)
        self._model.set_streaming_state(self._one)

    def reset(self) -> None:
        """Back to the state before the first frame."""
        self._model.reset_streaming()

    def decode(self, tokens: np.ndarray) -> np.ndarray:
        """Speech of the next frames: int16 ``[T, 8]`` to float32 ``[T * frame_size]``."""
        return self._decoded(tokens[None])[0]

    def branch(self, tokens: np.ndarray) -> np.ndarray:
        """Speech of rows that all go on from here; the stream itself stays where it is.

        Args:
            tokens: int16 ``[rows, T, 8]``.

        Returns:
            float32 ``[rows, T * frame_size]``.
        """
        for name, state in self._one.items():
            if name.split(".")[0] in MODULES:
                _spread(state, self._many[name])
        self._model.set_streaming_state(self._many)
        try:
            return self._decoded(tokens)
        finally:
            self._model.set_streaming_state(self._one)

    def _states(self, rows: int) -> dict[str, Any]:
        with self._model.streaming(rows):
            return self._model.get_streaming_state()

    @torch.no_grad()
    def _decoded(self, tokens: np.ndarray) -> np.ndarray:
        codes = torch.from_numpy(tokens.astype(np.int64)).to(self._device).transpose(1, 2)
        model = self._model
        latent = model._to_encoder_framerate(dequantise(model, codes))
        if model.decoder_transformer is not None:
            (latent,) = model.decoder_transformer(latent)
        pcm: np.ndarray = model.decoder(latent)[:, 0].cpu().numpy()
        return pcm


def _spread(one: Any, many: Any) -> None:
    """Puts a state of one row into each row of another."""
    for name, value in vars(one).items():
        if isinstance(value, torch.Tensor):
            getattr(many, name).copy_(value)
        elif isinstance(value, State | RingKVCache):
            _spread(value, getattr(many, name))
        elif isinstance(value, int) and name != "batch_size":
            setattr(many, name, value)
