# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: keys a transmitter around the overs of a stream."""

import weakref
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from .frame import setting_value as setting
from .radio.push_to_talk import open_push_to_talk
from .radio.push_to_talk.keyed_overs import KeyedOvers, Piece

BEGIN, END = pmt.intern("tx_sob"), pmt.intern("tx_eob")
KEY = pmt.intern("key")
IDLE_S = 2.0  # the key goes up when no samples flow for so long
RELEASE_S = 3.0
LEAST_BUFFER, BUFFER_S = 512, 0.02  # samples; s: what waits behind the block is sent too late


class push_to_talk(gr.basic_block):
    """Presses the key of a transmitter before an over and releases it behind.

    An over goes from stream tag ``tx_sob`` to ``tx_eob``, as packet_modulator has them. Before it
    come ``lead_ms`` of zeros (of a tone with VOX), behind it ``tail_ms`` of zeros; they are
    inserted, so that nothing of the over is lost, and the tags move to their ends. The key is
    released whatever happens: also when the flowgraph stops, when no samples flow for 2 s, after
    ``limit_s`` of one over, and when the process dies or hangs.

    The key moves when samples pass this block; those that wait behind it (buffers, a sound card)
    are sent later. So it stands as close to the card as can be, and ``tail_ms`` covers them.

    Args:
        key: ``none``, ``vox``, ``rigctld:HOST:PORT``, ``rts:DEVICE`` or ``dtr:DEVICE``; see
            open_push_to_talk.
        sample_rate: Hz, above 0.
        lead_ms, tail_ms: 0..5000.
        limit_s: longest over, above 0; beyond it the key is up until the next one.
        tone: amplitude of the tone with VOX, 0..100.

    Raises:
        OSError: the key is not there, or does not do as it is told.
        ValueError: a setting of a wrong type or out of range.

    Stream input and output: complex. Message port: ``key`` out, a pair of ``key`` and true or
    false when an over begins or ends. Counters: ``overs``, ``failures`` (of the key), ``too_long``,
    ``idle`` (overs that were cut).
    """

    def __init__(
        self,
        key: str = "none",
        sample_rate: float = 8000.0,
        lead_ms: float = 200.0,
        tail_ms: float = 200.0,
        limit_s: float = 180.0,
        tone: float = 0.6,
    ):
        gr.basic_block.__init__(
            self, name="push_to_talk", in_sig=[np.complex64], out_sig=[np.complex64]
        )
        rate = setting.number("sample_rate", sample_rate, above=0)
        amplitude = setting.number("tone", tone, 0, 100)
        self._key = open_push_to_talk(key, lead_ms, tail_ms, limit_s, IDLE_S)
        self._close = weakref.finalize(self, self._key.close)
        self._overs = KeyedOvers(self._key, rate, amplitude)
        self.message_port_register_out(KEY)
        self.set_tag_propagation_policy(gr.TPP_DONT)
        self.set_max_output_buffer(max(LEAST_BUFFER, round(rate * BUFFER_S)))

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return self._key.counters()

    def is_down(self) -> bool:
        """Whether the key is down, as far as it has answered."""
        return self._key.is_down

    def start(self) -> bool:
        self._overs.reset()
        return True

    def stop(self) -> bool:
        self._overs.reset()
        self._key.wait(RELEASE_S)
        return True

    def forecast(self, noutput_items: int, ninputs: int) -> list[int]:
        return [0 if self._overs.has_more else 1] * ninputs

    def general_work(self, input_items: Any, output_items: Any) -> int:
        samples, out = input_items[0], output_items[0]
        tags = self.get_tags_in_window(0, 0, min(len(samples), len(out)))
        begins, ends = (
            [tag.offset - self.nitems_read(0) for tag in tags if pmt.eq(tag.key, name)]
            for name in (BEGIN, END)
        )
        piece = self._overs.next(samples, begins, ends, len(out))
        out[: len(piece.samples)] = piece.samples
        self._mark(piece, tags)
        self.consume(0, piece.taken)
        return len(piece.samples)

    def _mark(self, piece: Piece, tags: Any) -> None:
        """Says where the over begins and ends; hands on the other tags of what was taken."""
        first = self.nitems_written(0)
        if piece.begins:
            self.add_item_tag(0, first, BEGIN, pmt.PMT_T)
            self.message_port_pub(KEY, pmt.cons(KEY, pmt.PMT_T))
        if piece.ends:
            self.add_item_tag(0, first + len(piece.samples) - 1, END, pmt.PMT_T)
            self.message_port_pub(KEY, pmt.cons(KEY, pmt.PMT_F))
        for tag in tags:
            place = tag.offset - self.nitems_read(0)
            if place < piece.taken and not (pmt.eq(tag.key, BEGIN) or pmt.eq(tag.key, END)):
                self.add_item_tag(0, first + place, tag.key, tag.value)
