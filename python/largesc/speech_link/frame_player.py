# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiver's second half as a plain kernel: frames with holes to speech."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..codec.comfort_noise import ComfortNoise
from ..codec.silence_tokens import find_silence_tokens
from ..frame.background import Background
from ..frame.due_frame import DueFrame
from ..frame.tokens import TokenOrigin
from ..recovery.frame_recovery import FilledFrame, FrameRecovery
from ..recovery.sent_codebooks import DueTokens
from ..recovery.strategies.token_recovery import TokenRecovery

if TYPE_CHECKING:
    from ..codec.speech_codec import SpeechCodec


class PlayedFrame(NamedTuple):
    """pcm: float32 ``[frame_size]``; origin: a TokenOrigin per token, uint8 ``[8]``."""

    pcm: NDArray[np.float32]
    origin: NDArray[np.uint8]


class FramePlayer:
    """Fills a frame's holes and decodes it, as the blocks moshi_recovery and mimi_decoder do.

    Args:
        codec: its decoder's state moves on with every frame.
        recovery: what fills missing tokens.
        comfort_noise: play the background of silence, where it is told.
    """

    def __init__(self, codec: "SpeechCodec", recovery: TokenRecovery, comfort_noise: bool = True):
        self._codec = codec
        self._recovery = FrameRecovery(recovery)
        self._silence = find_silence_tokens(codec)
        self._noise = ComfortNoise(codec.frame_size) if comfort_noise else None

    def play(self, due: DueFrame) -> PlayedFrame:
        """Speech of the next frame, and where its tokens are from in the end."""
        filled = self.fill(due)
        return PlayedFrame(self.decode(filled, due.sound), filled.origin)

    def fill(self, due: DueFrame) -> FilledFrame:
        """The first half of :meth:`play`: tokens of the next frame."""
        return self._recovery.fill(DueTokens(due.tokens, due.newest, due.origin, due.soft))

    def decode(self, filled: FilledFrame, sound: Background | None = None) -> NDArray[np.float32]:
        """The second half: float32 ``[frame_size]`` of the next frame.

        Args:
            filled: the frame.
            sound: what is to be heard if it is silent.
        """
        silent = bool((filled.origin == TokenOrigin.SILENCE).all())
        pcm = self._codec.decode(self._silence if silent else filled.tokens)
        return pcm if self._noise is None else pcm + self._noise.push(silent, sound)

    def reset(self) -> None:
        """Back to the state before the first frame."""
        self._recovery.reset()
        self._codec.reset()
        if self._noise is not None:
            self._noise.reset()
