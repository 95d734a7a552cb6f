# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a packet spends its time between two modems: the part "network", part by part."""

from itertools import pairwise
from typing import Any

from gnuradio.largesc.link.slot_contents import from_slot

from .radio_trace import RadioTrace, SlotNotes, samples_more, time_of

# In the order in which they happen.
RADIO_PARTS = (
    "waiting for a slot",
    "ahead of the device",
    "slot",
    "between the processes",
    "receiver's queue",
    "demodulator",
)
Notes = dict[str, Any]


class SendersRadio:
    """What is noted of the samples of one over.

    Args:
        sink: packets_to_air of the flowgraph, which does not run yet.
    """

    def __init__(self, sink: Any):
        self._slots = SlotNotes(sink.modulator, from_slot)
        path = sink.radio.station.sending
        _, device = path._parts
        places = {
            "modulator": lambda: sink.modulator.nitems_written(0),
            "radio sink": lambda: sink.radio.nitems_read(0),
            "queue": lambda: path.head.nitems_written(0),
            "device": lambda: device.sink.nitems_read(0),
        }
        self._trace = RadioTrace(places, lambda: path.is_running)
        self._trace.start()

    def end(self) -> Notes:
        """All that was noted."""
        self._trace.stop()
        return {"slots": self._slots.slots, "passed": self._trace.passed}


class ReceiversRadio:
    """What is noted of the samples of a receiver.

    Args:
        source: packets_from_air of the flowgraph, which does not run yet.
    """

    def __init__(self, source: Any):
        path = source.radio.station.receiving
        device, *_, queue = path._parts
        places = {
            "radio source": lambda: source.radio.nitems_written(0),
            "queue": lambda: queue.nitems_read(0),
            "device": lambda: device.nitems_written(0),
        }
        self._modem = source.radio.station.modem
        self._trace = RadioTrace(places, lambda: path.is_running)
        self._trace.start()

    def end(self) -> Notes:
        """All that was noted."""
        self._trace.stop()
        sizes = {"rate": self._modem.sample_rate, "slot": self._modem.slot_samples}
        return {"passed": self._trace.passed} | sizes


class RadioParts:
    """Looks up parts by packet.

    Args:
        heard: what a :class:`ReceiversRadio` noted.
    """

    def __init__(self, heard: Notes):
        self._passed = heard["passed"]
        self._rate, self._slot = heard["rate"], heard["slot"]
        self._more = samples_more(self._passed, "queue", "radio source")

    def of(
        self, spoken: Notes, data: str, sent: float, began: float, came: float
    ) -> dict[str, float]:
        """Parts of a packet, s; empty where it cannot be told.

        Args:
            spoken: what a :class:`SendersRadio` noted.
            data: the packet, in hexadecimal.
            sent: when the modulator got it.
            began: second of the receiver's samples at which its slot began.
            came: when it was found.
        """
        made = [(first, time) for packet, first, time in spoken["slots"] if packet == data]
        if not made:
            return {}
        first, begun = made[-1]
        last = round(began * self._rate) + self._slot
        on_air = time_of(spoken["passed"]["device"], first + 1)
        off_air = time_of(spoken["passed"]["device"], first + self._slot)
        given = time_of(self._passed["device"], last - self._more)
        taken = time_of(self._passed["radio source"], last)
        if on_air is None or off_air is None or given is None or taken is None:
            return {}
        times = (sent, begun, on_air, off_air, given, taken, came)
        spans = [then - now for now, then in pairwise(times)]
        return dict(zip(RADIO_PARTS, spans, strict=True))
