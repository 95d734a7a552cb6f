# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: complex baseband to packets."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pmt
from gnuradio import gr
from largesc_kernels import received_slot

from .frame import setting_value as setting
from .frame.nonzero_counts import nonzero
from .link.known_headers import HeardSlot, KnownHeaders, as_it_came
from .link.slot_contents import from_slot
from .radio.modem_profile import load_modem_profile
from .runtime import pdu
from .runtime.stream_end import block_log

PACKETS, STATUS = pmt.intern("packets"), pmt.intern("status")

# Of computing that counts as behind. What takes longer is a machine that does not keep up, and what
# follows will be late as well.
MOST_SPENT_S = 0.04


class packet_demodulator(gr.sync_block):
    """Finds overs in complex baseband by itself and hands on the packets in them.

    There is no check value in a slot: the decoder knows how far the packet that it found is ahead
    of the next best one. Key ``crc_ok`` says so in a check's place: true where the packet is all
    but certain, not there where it may be believed, false where it may not (such packets come
    with ``damaged`` only; receivers refuse them).

    Args:
        profile: of the modem: ``hf``, ``vhf``.
        sizes: bytes of the slots that may come, some of the profile's; empty: all. Fewer cost
            less computing.
        second_tries: a slot that failed is tried once more when the next one has told how the
            channel was; its packet comes out of order then, 80 ms late.
        look_ahead: slots to wait for, 0 or 1, whose pilots help with the one before.
        soft: packets bring a likelihood ratio for every bit.
        damaged: slots that may not be believed are handed on as well.
        known_headers: a slot that failed is decoded once more with the header that the packets
            before it let expect; docs/soft-packets.md has what that is worth.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Stream input: complex, at the profile's sample rate, of any level. Message ports: ``packets``
    out, with ``time`` (s, beginning of the slot, counted from the first sample), ``behind`` (s
    by which it was found later than its slot allowed: an over's first packets come together when
    it is certain, and computing counts as well there; a second try comes 80 ms late; playout goes
    by the slot's time), ``snr`` (dB in 3 kHz), ``offset`` (Hz), ``margin``, ``crc_ok``, ``soft``
    (f32vector, ln P(1)/P(0));
    ``status`` out, a dictionary for every slot and whenever an over begins or ends: ``sync``,
    ``time``, ``snr``, ``offset``, ``accepted``. The end of the input, or a stop, sends the end
    marker; its number of frames is that of the slots from the first packet to the last, as near as
    a modem can tell. Counters: ``packets``, ``damaged`` (slots that may not be believed, also those
    behind an over until it is known to have ended, 25 at most), ``known_headers`` (packets that
    were found by their header), ``overs``, ``second_tries`` (that found a packet), ``malformed``
    (slots that no sender fills so), ``invalid_samples``, ``errors``.
    """

    def __init__(
        self,
        profile: str = "hf",
        sizes: Sequence[int] = (),
        second_tries: bool = True,
        look_ahead: int = 0,
        soft: bool = False,
        damaged: bool = False,
        known_headers: bool = True,
    ):
        gr.sync_block.__init__(self, name="packet_demodulator", in_sig=[np.complex64], out_sig=None)
        self._profile = load_modem_profile(profile)
        self._demodulator = self._profile.demodulator(
            self._profile.some_sizes(sizes),
            setting.switch("second_tries", second_tries),
            setting.whole_number("look_ahead", look_ahead, 0, 1),
        )
        self._soft = setting.switch("soft", soft)
        self._damaged = setting.switch("damaged", damaged)
        use_headers = setting.switch("known_headers", known_headers)
        headers = KnownHeaders(self._profile.code, self._profile.slot_samples)
        self._headers = headers if use_headers else None
        self._counts: Counter[str] = Counter()
        self._log = block_log(self)
        self._samples = 0
        self._first, self._newest = np.inf, -np.inf  # beginnings of slots, in samples
        self._in_sync = self._ended = False
        self.message_port_register_out(PACKETS)
        self.message_port_register_out(STATUS)

    @property
    def sample_rate(self) -> int:
        """Samples per second that it takes."""
        return self._profile.sample_rate

    @property
    def in_sync(self) -> bool:
        """Whether there is an over."""
        return self._in_sync

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return nonzero(self._counts)

    def start(self) -> bool:
        self._demodulator.reset()
        if self._headers is not None:
            self._headers.reset()
        self._samples, self._first, self._newest = 0, np.inf, -np.inf
        self._in_sync = self._ended = False
        self._counts.clear()
        return True

    def stop(self) -> bool:
        """Called when the input has ended as well as when the flowgraph is stopped."""
        if not self._ended:
            self._ended = True
            self._take(self._left)
            self.message_port_pub(PACKETS, pdu.end_marker(self._slots()))
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        samples = input_items[0]
        self._note_invalid(samples)
        self._take(lambda: self._demodulator.push(samples))
        self._samples += len(samples)
        return len(samples)

    def _slots(self) -> int:
        """Slots from the first packet to the last; 0 where there were none, or several overs: how
        many frames lay between them nobody knows."""
        if self._newest < self._first or self._counts["overs"] > 1:
            return 0
        return round((self._newest - self._first) / self._profile.slot_samples) + 1

    def _left(self) -> list[received_slot]:
        """What is left in the kernel; it makes slots of the silence behind the end as well."""
        last = self._samples - self._profile.slot_samples // 2
        return [slot for slot in self._demodulator.flush() if slot.start <= last]

    def _take(self, found: Callable[[], list[received_slot]]) -> None:
        """Hands on the slots that the kernel has found."""
        try:
            begun = time.monotonic()
            slots = found()
            # Of an over's first slots, found at once, one is what computing takes for others later.
            spent = (time.monotonic() - begun) * (1.0 - 1.0 / max(1, len(slots)))
            spent = min(spent, MOST_SPENT_S)
            for slot in slots:
                heard = as_it_came(slot) if self._headers is None else self._headers.heard(slot)
                if heard is not None:
                    self._publish(heard, spent if slot.behind else 0.0)
            self._follow_sync()
        except Exception as error:  # whatever it is: an exception would end the flowgraph
            self._refuse("errors", f"{type(error).__name__}: {error}")

    def _publish(self, slot: HeardSlot, spent: float) -> None:
        """Hands a slot on; ``spent``: s of computing by which it is later than others will be."""
        if not self._in_sync:
            self._sync_changes(True, slot.start / self.sample_rate)
        figures = self._figures(slot)
        self.message_port_pub(STATUS, _dictionary(sync=True, accepted=slot.accepted, **figures))
        if not slot.accepted:
            self._counts["damaged"] += 1
        try:
            packet = from_slot(slot.bytes)
        except ValueError as error:
            if slot.accepted:
                self._refuse("malformed", str(error))
            return
        if slot.accepted:
            self._counts["packets"] += 1
            self._counts["known_headers"] += slot.by_header
            self._counts["second_tries"] += slot.start < self._newest
            self._first = min(self._first, slot.start)
            self._newest = max(self._newest, slot.start)
        if slot.accepted or self._damaged:
            self.message_port_pub(PACKETS, pdu.packet(self._meta(slot, figures, spent), packet))

    def _figures(self, slot: HeardSlot) -> dict[str, float]:
        return {
            "time": slot.start / self.sample_rate,
            "snr": slot.snr,
            "offset": slot.offset,
        }

    def _meta(self, slot: HeardSlot, figures: dict[str, float], spent: float) -> Any:
        behind = slot.behind / self.sample_rate + spent
        meta = _dictionary(margin=float(slot.margin), behind=behind, **figures)
        if slot.verdict is not None:
            meta = pdu.add(meta, crc_ok=slot.verdict)
        return pdu.add(meta, soft=slot.packet_soft) if self._soft else meta

    def _follow_sync(self) -> None:
        is_over = self._demodulator.in_sync
        if is_over != self._in_sync:
            self._sync_changes(is_over, self._samples / self.sample_rate)

    def _sync_changes(self, sync: bool, seconds: float) -> None:
        self._in_sync = sync
        self._counts["overs"] += sync
        self.message_port_pub(STATUS, _dictionary(sync=sync, time=seconds))

    def _note_invalid(self, samples: Any) -> None:
        invalid = len(samples) - int(np.count_nonzero(np.isfinite(samples)))
        if invalid and not self._counts["invalid_samples"]:
            self._log.warn("samples that are not finite are taken as silence and counted")
        self._counts["invalid_samples"] += invalid

    def _refuse(self, what: str, why: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            self._log.warn(f"dropped ({what}): {why}; more of these are only counted")


def _dictionary(**values: Any) -> Any:
    return pdu.add(pmt.make_dict(), **values)
