# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a receiver knows of a stream, by the link's own sender and receiver."""

from typing import NamedTuple

import numpy as np
from largesc.frame.due_frame import DueFrame
from largesc.frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Allocation, TokenOrigin
from largesc.link.arrival import Arrival
from largesc.recovery.sent_codebooks import DueTokens, SentCodebooks
from largesc.speech_link.link_receiver import SequenceReceiver
from largesc.speech_link.link_sender import LinkSender
from largesc.speech_link.settings import ReceiverSettings, SenderSettings

CODEBOOKS = np.arange(NUM_CODEBOOKS)


class Sent(NamedTuple):
    """A sender's choice for every frame, int ``[frames]`` each, and whether it called it silent."""

    n_primary: np.ndarray
    n_redundant: np.ndarray
    lag: np.ndarray
    silent: np.ndarray


class Known(NamedTuple):
    """int16 ``[frames, 8]`` each, -1 where unknown.

    Attributes:
        played: what the listener should hear: what is due, and what was lost of the codebooks that
            are filled; of a silent frame, silence.
        received: what each frame's own packet brought.
        due: what is known when the frame is due, repeated tokens and announced silence included.
    """

    played: np.ndarray
    received: np.ndarray
    due: np.ndarray


class Receiver:
    """Sends sequences over a link and tells what its receiver knows.

    Args:
        look_ahead: frames that it waits before a frame is due.
        silence: int16 ``[8]``, what it plays for a silent frame.
        fill_unsent: it plays also codebooks that nobody sent.
    """

    def __init__(self, look_ahead: int, silence: np.ndarray, fill_unsent: bool = False):
        self.look_ahead, self.silence, self.fill_unsent = look_ahead, silence, fill_unsent
        self._sender = LinkSender(SenderSettings())
        self._receiver = SequenceReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))

    def known(self, tokens: np.ndarray, sent: Sent, lost: np.ndarray) -> Known:
        """What it knows of int16 ``[frames, 8]``, one packet per frame, lost where true.

        The sequence is the start of a stream: the first ``look_ahead`` frames have never been the
        newest when something was due, and count as not received (docs/recovery.md).
        """
        played, received, due = (np.full(tokens.shape, MISSING_TOKEN, np.int16) for _ in range(3))
        estimate = SentCodebooks()
        for step in self._due_frames(tokens, sent, lost):
            frame, newest = step.frame, step.frame + self.look_ahead
            if newest < len(tokens):
                received[newest] = step.newest
            said_silent = bool((step.origin == TokenOrigin.SILENCE).all())
            due[frame] = self.silence if said_silent else step.tokens
            filled = NUM_CODEBOOKS if said_silent else self._filled(estimate, step)
            spoken = self.silence if sent.silent[frame] else tokens[frame]
            heard = np.where(filled > CODEBOOKS, spoken, MISSING_TOKEN)
            played[frame] = np.where(due[frame] == MISSING_TOKEN, heard, due[frame])
        return Known(played, received, due)

    def _filled(self, estimate: SentCodebooks, step: DueFrame) -> int:
        """How many codebooks recovery fills."""
        told = estimate.of_next(DueTokens(step.tokens, step.newest, step.origin))
        return NUM_CODEBOOKS if self.fill_unsent else told

    def _due_frames(self, tokens: np.ndarray, sent: Sent, lost: np.ndarray) -> list[DueFrame]:
        self._sender.reset()
        self._receiver.reset()
        due: list[DueFrame] = []
        for frame, own in enumerate(tokens):
            choice = (int(values[frame]) for values in sent[:3])
            packets = self._sender.push(frame, own, bool(sent.silent[frame]), Allocation(*choice))
            if not lost[frame]:
                for packet in packets:
                    due += self._receiver.receive(Arrival(packet.data))
        return due + self._receiver.end(len(tokens))
