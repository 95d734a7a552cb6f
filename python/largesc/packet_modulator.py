# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets to complex baseband, slot by slot."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from .frame import setting_value as setting
from .frame.nonzero_counts import nonzero
from .link.slot_contents import NoSlotError, into_slot
from .radio.modem_profile import load_modem_profile
from .radio.over_feed import LiveOvers, OneOver, OverFeed
from .radio.over_sender import OverPart, OverSender
from .radio.slot_queue import WaitingPacket
from .runtime import pdu
from .runtime.guarded_setter import guarded_setter
from .runtime.stream_end import EndsByMarker, block_log

DEFAULT_QUEUE = 5  # packets, 400 ms
HANG = 5  # slots without a packet that end an over
LIVE_BUFFER_MS = 64  # of samples, about: what waits before the radio is latency
PAGE = 512  # samples; buffers are made of these
FOLLOWED_MS = 10  # of samples that wait before a block that is followed when a slot is begun
# Of samples that wait before the device when a slot is begun, and at the latest, if its packet has
# not come. What is behind Python's last block, 20 ms, goes on while Python stands still.
AHEAD_MS, LATEST_MS = 40, 20
AGAIN_MS = 2  # until GNU Radio asks a live modulator again for which there was no room

PACKETS = pmt.intern("packets")
BEGIN_TAG, END_TAG = pmt.intern("tx_sob"), pmt.intern("tx_eob")


class packet_modulator(EndsByMarker, gr.sync_block):
    """Sends every packet in a slot of its own: 80 ms of complex baseband, 0 Hz in the middle.

    A packet goes into the smallest slot that holds it. One that does not just fill it costs two
    bytes more; what no slot holds (an announcement with much text) is dropped and counted.

    Not live, slots follow one another without a gap: one over, from the first packet to the end
    marker, which a slot of silence follows. Nothing is put out while no packet is there.

    Live, samples always come out, zeros while the key is up; what is behind sets the pace. A
    packet that comes puts the key down 10 ms later. A slot for which none is there is a gap, and
    five in a row end the over. There are as many slots as frames: a packet with ``beside`` true in
    its metadata (an announcement, a piece of text) takes the slot of the packet with the same
    ``frame``, which is left out and counted, unless it comes before the first frame, as at the
    beginning of an over.

    The first sample of an over has the tag ``tx_sob``, its last ``tx_eob``.

    Args:
        profile: of the modem: ``hf``, ``vhf``.
        sizes: bytes of the slots to use, some of the profile's; empty: all.
        amplitude: root of an over's mean power, 0..100; peaks are up to 1.59 times as high
            with ``hf``, and no higher with ``vhf``.
        live: see above.
        max_queue: packets of frames that may wait, live: beyond it the oldest is dropped and
            counted; 0 chooses 5. One is dropped as well that alone has missed its slot, and when
            for half a second all have been a slot late.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Message port: ``packets`` in. Stream output: complex, at the profile's sample rate. Counters:
    ``packets`` (sent), ``overs``, ``gaps`` (empty slots within overs), ``padded`` (packets that did
    not fill their slot), ``oversize``, ``dropped``, ``left_out`` (for what came beside them),
    ``malformed``.
    """

    def __init__(
        self,
        profile: str = "hf",
        sizes: Sequence[int] = (),
        amplitude: float = 1.0,
        live: bool = False,
        max_queue: int = 0,
    ):
        gr.sync_block.__init__(self, name="packet_modulator", in_sig=None, out_sig=[np.complex64])
        self._profile = load_modem_profile(profile)
        self._sizes = self._profile.some_sizes(sizes)
        self._amplitude = setting.number("amplitude", amplitude, 0, 100)
        self._is_live = setting.switch("live", live)
        capacity = setting.whole_number("max_queue", max_queue, 0) or DEFAULT_QUEUE
        self._counts: Counter[str] = Counter()
        self._over = OverSender(self._profile.modulator(), self._profile.slot_samples, HANG)
        self._feed: OverFeed = OneOver(self._over, self._counts)
        if self._is_live:
            self._feed = LiveOvers(self._over, self.sample_rate, capacity, self._counts)
        self._part, self._position = OverPart(np.zeros(0, dtype=np.complex64)), 0
        self._ended = False
        self._log = block_log(self)
        self._followed: list[Any] = []
        if self._is_live:
            self.set_max_output_buffer(-(-self._samples_in(LIVE_BUFFER_MS) // PAGE) * PAGE)
            self.set_blkd_input_timer_value(AGAIN_MS)
        self.message_port_register_in(PACKETS)
        self.set_msg_handler(PACKETS, self._handle_packet)
        self.start_waiting_for_marker()

    @property
    def sample_rate(self) -> int:
        """Samples per second of the output."""
        return self._profile.sample_rate

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return nonzero(self._counts)

    def backlog(self) -> int:
        """Packets that wait for their slot."""
        return len(self._feed)

    def follow(self, block: Any, *behind: Any) -> None:
        """Live: a slot is begun when no more than 10 ms of samples wait before this block, the next
        one; no sooner, since a packet may still come.

        GNU Radio's smallest buffer holds 512 samples. What waits in it at the end of a slot is
        latency; within a slot it is none, and keeps the radio supplied where this block is late.

        Args:
            block: that takes the output.
            behind: the blocks behind it, up to a radio_sink. If there is one, a slot is begun when
                40 ms wait before the device in all, and one within an over whose packet has not
                come yet when 20 ms wait: what a packet is late by so far makes nothing later.
        """
        self._followed = [block, *behind]

    def _waiting(self, offset: int) -> int | None:
        """Samples between the one with this number and the device; None if that is not known."""
        ends = (offset, *(block.nitems_written(0) for block in self._followed[:-1]))
        taken = (block.nitems_read(0) for block in self._followed)
        between = sum(end - begin for end, begin in zip(ends, taken, strict=True))
        count = getattr(self._followed[-1], "waiting", None)
        return None if count is None else int(between + count())

    @guarded_setter
    def set_amplitude(self, amplitude: float) -> None:
        """Root of an over's mean power from the next slot on, 0..100."""
        self._amplitude = setting.number("amplitude", amplitude, 0, 100)

    def start(self) -> bool:
        self.forget_last_run()
        self._feed.reset()
        self._part, self._position = self._part._replace(samples=self._part.samples[:0]), 0
        self._ended = False
        self._counts.clear()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        out, produced = output_items[0], 0
        while produced < len(out) and self._has_part(self.nitems_written(0) + produced):
            part = self._part.samples[self._position :][: len(out) - produced]
            out[produced : produced + len(part)] = part
            self._tag(self.nitems_written(0) + produced, len(part))
            self._position += len(part)
            produced += len(part)
            if self._is_live and not self._over.is_on:
                break  # as little as can be waits before the next over
        if not produced and self._ended and not (len(self._feed) or self._over.is_on):
            return -1  # WORK_DONE
        return produced

    def _may_begin(self, offset: int) -> bool:
        """Whether the slot whose first sample has this number is to be begun now."""
        if not self._followed:
            return True
        waiting = self._waiting(offset)
        if waiting is None:
            before: int = offset - self._followed[0].nitems_read(0)
            return before <= self._samples_in(FOLLOWED_MS)
        may_wait = self._over.is_on and not len(self._feed) and not self._ended
        return waiting <= self._samples_in(LATEST_MS if may_wait else AHEAD_MS)

    def _samples_in(self, milliseconds: int) -> int:
        return self.sample_rate * milliseconds // 1000

    def _has_part(self, offset: int) -> bool:
        """Whether there are samples to put out from this one on; makes the next ones if need be."""
        if self._position < len(self._part.samples):
            return True
        if not self._may_begin(offset):
            return False
        part = self._feed.next_part(self._ended)
        if part is not None:
            samples = part.samples * np.float32(self._amplitude)
            self._part, self._position = part._replace(samples=samples), 0
        return part is not None

    def _tag(self, offset: int, count: int) -> None:
        """Marks the ends of an over among the samples that are put out from ``offset`` on."""
        if self._part.begins and self._position == 0:
            self.add_item_tag(0, offset, BEGIN_TAG, pmt.PMT_T)
        if self._part.ends and self._position + count == len(self._part.samples):
            self.add_item_tag(0, offset + count - 1, END_TAG, pmt.PMT_T)

    def _handle_packet(self, message: Any) -> None:
        self.note_work()
        try:
            received = pdu.split(message)
            if pdu.is_end(received):
                self._ended = True
                return
            self._queue(received)
        except NoSlotError as error:
            self._refuse("oversize", str(error))
        except ValueError as error:
            self._refuse("malformed", str(error))

    def _queue(self, received: pdu.Pdu) -> None:
        packet = pdu.read_packet(received.vector)
        if not packet:
            raise pdu.PduError("a packet has a byte or more")
        frame, beside = pdu.optional_frame_number(received.meta), pdu.flag(received.meta, "beside")
        contents = into_slot(packet, self._sizes)
        self._counts["padded"] += len(contents) > len(packet)
        had_dropped = self._counts["dropped"] > 0
        self._feed.put(WaitingPacket(contents, frame, beside))
        if self._counts["dropped"] and not had_dropped:
            self._log.warn("packets come faster than slots: the oldest is dropped, and counted")

    def _refuse(self, what: str, why: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            self._log.warn(f"dropped ({what}): {why}; more of these are only counted")
