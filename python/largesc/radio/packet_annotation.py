# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a packet in a recording, as annotations of SigMF."""

from typing import Any

from largesc_kernels import announcement, packet_codec, packet_refused, text_piece

from ..frame.tokens import FRAME_RATE
from ..link.arrival import Arrival
from .iq_recording import IqRecording


class FrameNumbers:
    """Numbers of frames, as packets tell them modulo 128, in full; the first one as it is told."""

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None

    def of(self, told: int, modulus: int, seconds: float) -> int:
        """The frame's number, given when its packet came."""
        if self._last is None:
            number = told
        else:
            frame, then = self._last
            guess = frame + round((seconds - then) * FRAME_RATE)
            number = guess + (told - guess + modulus // 2) % modulus - modulus // 2
            number = max(number, told)
        self._last = (number, seconds)
        return number


class PacketAnnotations:
    """Annotates a recording: one annotation for each packet, and each slot that was refused.

    Args:
        recording: to annotate.
        rate: samples/s.
        slot_samples: of a packet.
    """

    def __init__(self, recording: IqRecording, rate: float, slot_samples: int):
        self._recording, self._rate, self._slot_samples = recording, rate, slot_samples
        self._codec, self._numbers = packet_codec(False), FrameNumbers()

    def note(self, arrival: Arrival, offset: float | None) -> None:
        """Annotates the slot that a packet came in.

        Args:
            arrival: its time is that of the slot's beginning, in seconds from the first sample.
            offset: Hz of its signal.
        """
        if arrival.time is None:
            return
        told = {"bytes": len(arrival.data), "verdict": verdict_of(arrival)}
        for name, value in (("snr_db", arrival.snr), ("offset_hz", offset)):
            if value is not None:
                told[name] = round(value, 1)
        label = "refused"
        if arrival.verdict is not False:
            label = self._content(arrival, told)
        figures: dict[str, Any] = {"core:label": label}
        figures |= {f"largesc:{name}": value for name, value in told.items()}
        self._recording.annotate(round(arrival.time * self._rate), self._slot_samples, figures)

    def _content(self, arrival: Arrival, told: dict[str, Any]) -> str:
        assert arrival.time is not None
        try:
            said = self._codec.parse(arrival.data)
        except packet_refused:
            return "no packet"
        if isinstance(said, announcement):
            told["frame"] = self._numbers.of(said.frame, said.frame_modulus, arrival.time)
            return f"announcement {said.text}".strip()
        modulus = packet_codec.sequence_modulus
        told["frame"] = self._numbers.of(said.sequence, modulus, arrival.time)
        return "piece of a text" if isinstance(said, text_piece) else f"frame {told['frame']}"


def verdict_of(arrival: Arrival) -> str:
    """What the modem makes of a packet: ``certain``, ``believed`` or ``refused``."""
    if arrival.verdict is None:
        return "believed"
    return "certain" if arrival.verdict else "refused"
