# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delay of each onset, measured at its ends and part by part, from what both processes noted."""

from typing import Any, NamedTuple

import numpy as np

from .heard_timeline import HeardTimeline
from .radio_parts import RadioParts
from .sound_card import FRAME_S, RATE
from .spoken_overs import spoken_over

FRAME = round(FRAME_S * RATE)
CODEC_RATE = 24000  # Hz
# gr-filter's rational resampler puts out a sample when half of its 65 taps (at 48 kHz) are ahead of
# it: sample 0 at one rate is sample 32 at the other. The wait for them is in the parts beside it.
RESAMPLER_LEAD = 32
CLOCK_DIFFERENCE_S = 0.05  # a packet may come before its sender has noted that it is out

PARTS = (
    "framing",
    "microphone",
    "encode",
    "packetize",
    "network",
    "look-ahead",
    "slack",
    "recover",
    "decode",
    "buffers",
    "codec",
)


class Onset(NamedTuple):
    """whole: delay from end to end, s. parts: seconds by name, in the order they happen. radio:
    of what the part "network" is made over a radio."""

    whole: float
    parts: dict[str, float]
    radio: dict[str, float] = {}  # noqa: RUF012


def onset_delays(
    spoken: dict[str, Any], heard: dict[str, Any], card: HeardTimeline, look_ahead: int
) -> tuple[list[Onset], int]:
    """Onsets that were heard, and how many were not, or not from a packet of their own.

    Args:
        spoken, heard: what the two processes wrote.
        card: what was played.
        look_ahead: frames, of the receiver.
    """
    receiver = Receiver(heard, card, look_ahead)
    found, missed = [], 0
    for number, over in enumerate(spoken["overs"]):
        said = spoken_over(over["onsets"], number)
        parts = [parts_of(over, place, receiver) for place in said.onsets]
        sums = [None if one is None else sum(one.values()) for one in parts]
        whole = card.delays(said.samples, over["began"], said.onsets, sums)
        for place, delay, one in zip(said.onsets, whole, parts, strict=True):
            if delay is None or one is None:
                missed += 1
            else:
                found.append(Onset(delay, one, radio_of(over, place, receiver)))
    return found, missed


def whole_delays(
    spoken: dict[str, Any], heard: dict[str, Any], card: HeardTimeline, look_ahead: int
) -> tuple[list[Onset], int]:
    """The same without parts."""
    found: list[float | None] = []
    for number, over in enumerate(spoken["overs"]):
        said = spoken_over(over["onsets"], number)
        found += card.delays(said.samples, over["began"], said.onsets)
    return [Onset(delay, {}) for delay in found if delay is not None], found.count(None)


def parts_of(over: dict[str, Any], onset: int, receiver: "Receiver") -> dict[str, float] | None:
    """Where the frame with this sample (at 48 kHz) spent its time; None where it was lost."""
    frame = (onset - RESAMPLER_LEAD) // FRAME
    complete = over["began"] + ((frame + 1) * FRAME + RESAMPLER_LEAD) / RATE
    encoded = [(time, took) for number, time, took in over["encoded"] if number == frame]
    sent = [(data, time) for number, data, time in over["sent"] if number == frame]
    if not encoded or not sent:
        return None
    (done, took), (data, out) = encoded[0], sent[-1]  # an announcement goes before the frame
    parts = {
        "framing": FRAME_S,
        "microphone": done - took - complete,
        "encode": took,
        "packetize": out - done,
    }
    later = receiver.parts(frame, data, out)
    return None if later is None else parts | later


def radio_of(over: dict[str, Any], onset: int, receiver: "Receiver") -> dict[str, float]:
    """Where its packet was between two modems; empty over a network."""
    if "radio" not in over or receiver.radio is None:
        return {}
    frame = (onset - RESAMPLER_LEAD) // FRAME
    data, out = [(data, time) for number, data, time in over["sent"] if number == frame][-1]
    came, began = receiver.arrivals(data, out)[0]
    return receiver.radio.of(over["radio"], data, out, began, came)


class Receiver:
    """What the listening process noted, to be looked up by frame."""

    def __init__(self, heard: dict[str, Any], card: HeardTimeline, look_ahead: int):
        self._heard, self._card, self._look_ahead = heard, card, look_ahead
        counts = [count for _, count in heard["decoded"]]
        samples = RATE // CODEC_RATE * np.concatenate([[0], np.cumsum(counts)])
        self._first_sample = samples - RESAMPLER_LEAD
        self.radio = RadioParts(heard["radio"]) if "radio" in heard else None

    def arrivals(self, data: str, sent: float) -> list[tuple[float, float]]:
        """When a packet came that was sent then, and when its slot began by the modem's count."""
        return [
            (came, told)
            for packet, came, told in self._heard["arrivals"]
            if packet == data and came > sent - CLOCK_DIFFERENCE_S
        ]

    def parts(self, frame: int, data: str, sent: float) -> dict[str, float] | None:
        """Where a packet's frame spent its time from being sent on; None where it was lost."""
        came = [time for time, _ in self.arrivals(data, sent)]
        due = [
            (place, time)
            for place, (number, is_whole, time) in enumerate(self._heard["due"])
            if number == frame and is_whole and came and time > came[0]
        ]
        if not due or due[0][0] >= len(self._heard["decoded"]):
            return None
        (place, needed), arrived = due[0], came[0]
        filled, (decoded, count) = self._heard["filled"][place], self._heard["decoded"][place]
        begun = self._card.time_of(int(self._first_sample[place]))
        if not count or begun is None:
            return None
        waiting = self._look_ahead * FRAME_S
        return {
            "network": arrived - sent,
            "look-ahead": waiting,
            "slack": needed - arrived - waiting,
            "recover": filled - needed,
            "decode": decoded - filled,
            "buffers": begun - decoded,
            "codec": self._heard["delay"] / CODEC_RATE,
        }
