# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames of a rest get a packet, and what it says."""

from largesc_kernels import background, packet, packet_codec, rest

from ..frame.background import Background

LEVEL_CHANGE, SHAPE_CHANGE = 3, 3  # steps; less is not heard, and would be said again and again
SETTLING = 4  # frames between two packets that say a change


class RestSchedule:
    """Silence is said once and holds: few of its frames have a packet.

    They are those that every receiver expects (frame numbers that ``rest.keep_alive`` divides, and
    the places of ``rest.repeats`` in each rest: packets get lost), and one more when the background
    changes: by 6 dB, or by three steps of its spectrum.

    Args:
        codec: of the packets.
    """

    def __init__(self, codec: packet_codec) -> None:
        self._codec = codec
        self.end()

    def end(self) -> None:
        """The rest is over, or there was none."""
        self._first: int | None = None
        self._told: Background | None = None
        self._told_at = 0

    def next(self, frame: int, sound: Background) -> bytes | None:
        """The packet of the next silent frame; None where there is nothing to be said.

        Args:
            frame: its number.
            sound: its background.
        """
        if self._first is None or frame < self._first:
            self._first, self._told = frame, None
        since = frame - self._first
        expected = since in rest.repeats or frame % rest.keep_alive == 0
        if not expected and not self._has_changed(frame, sound):
            return None
        self._told, self._told_at = sound, frame
        said = rest(min(since, rest.max_since), background(*sound))
        sequence = frame % packet_codec.sequence_modulus
        data: bytes = self._codec.pack(packet(sequence=sequence, resting=said))
        return data

    def _has_changed(self, frame: int, sound: Background) -> bool:
        told = self._told
        if told is None or frame - self._told_at < SETTLING:
            return told is None
        shape = max(abs(sound.tilt - told.tilt), abs(sound.bend - told.bend))
        return abs(sound.level - told.level) >= LEVEL_CHANGE or (
            sound.level > 0 and told.level > 0 and shape >= SHAPE_CHANGE
        )
