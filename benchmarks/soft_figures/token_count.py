# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens that are played as they were sent, and those that are not."""

from dataclasses import astuple, dataclass, fields

import numpy as np
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.frame.due_frame import DueFrame
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.speech_link.frame_player import FramePlayer
from modem_figures.hf_channel import Samples

from .modem_link import Over

SURE = 0.9  # what the receiver gives to a token that it believes


@dataclass
class TokenCount:
    """Frames sent; with a packet that was believed; of those with a wrong token; tokens sent; right
    ones among the first of their frames, and in all; wrong ones that were believed."""

    frames: int = 0
    believed: int = 0
    wrong_packets: int = 0
    tokens: int = 0
    first_right: int = 0
    right: int = 0
    wrong_believed: int = 0

    @classmethod
    def names(cls) -> list[str]:
        return [field.name for field in fields(cls)]

    def values(self) -> tuple[int, ...]:
        return astuple(self)

    def shares(self) -> str:
        """Cells of a table."""
        parts = (
            (self.believed, self.frames),
            (self.wrong_packets, self.frames),
            (self.first_right, self.frames),
            (self.right, self.tokens),
            (self.wrong_believed, self.tokens),
        )
        return " | ".join(f"{100 * part / whole:.1f} %" for part, whole in parts)


def play(
    codec: SpeechCodec,
    player: FramePlayer,
    due: list[DueFrame],
    over: Over,
    count: int,
    speech: bool,
) -> tuple[TokenCount, Samples]:
    """Counts of an over of ``count`` tokens per frame, and its speech if it is asked for."""
    player.reset()
    total, pcm = TokenCount(), []
    for one, sent in zip(due, over.tokens, strict=True):
        filled = player.fill(one)
        pcm.append(player.decode(filled) if speech else np.zeros(codec.frame_size, np.float32))
        right = filled.tokens[:count] == sent[:count]
        came = one.origin[0] == TokenOrigin.PRIMARY
        believed = filled.confidence[:count] >= SURE
        total.frames += 1
        total.believed += bool(came)
        total.wrong_packets += bool(came and not right.all())
        total.tokens += count
        total.first_right += bool(right[0])
        total.right += int(right.sum())
        total.wrong_believed += int((believed & ~right).sum())
    return total, np.concatenate(pcm)[codec.delay :]
