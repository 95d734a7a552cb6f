# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the QA of blocks that watch a link gives them: a receiver's messages, and nonsense."""

from typing import Any

import numpy as np
import pmt
from gnuradio import gr
from gnuradio.largesc.runtime import pdu
from largesc_kernels import announcement, packet, packet_codec
from pdu_flowgraph import DONE, no_pdus, packet_pdu, post, token_pdu, tokens_of

CODEC = packet_codec()
FRAMES = 20


class Talker(gr.basic_block):
    """Stands before a block that only listens, so that GNU Radio runs it."""

    def __init__(self) -> None:
        gr.basic_block.__init__(self, name="talker", in_sig=[], out_sig=[])
        self.message_port_register_out(pmt.intern("says"))


def dictionary(**values: Any) -> Any:
    return pmt.to_pmt(values)


def tell(block: Any) -> None:
    """Twenty frames of a station, a slot lost, and the report."""
    post(block, "status", [dictionary(sync=True, time=0.0)])
    for frame in range(FRAMES):
        said = packet(frame, tokens_of(frame)[:4].tolist())
        post(block, "packets", [packet_pdu(CODEC.pack(said))])
        slot = dictionary(sync=True, time=0.08 * frame, snr=5.0, offset=-3.0, accepted=frame != 9)
        post(block, "status", [slot])
        post(block, "tokens", [token_pdu(frame, source=np.ones(8, dtype=np.uint8))])
    said = announcement(FRAMES, session=9, text="DL1ABC")
    post(block, "packets", [packet_pdu(CODEC.pack(said)), packet_pdu(CODEC.pack(said))])
    report = {"loss_rate": 0.05, "mean_burst": 1.0, "window": 20, "received": 19, "lost": 1}
    post(block, "report", [dictionary(**report)])


def is_told(block: Any) -> bool:
    """Whether all of it has come, on whatever port."""
    figures, frames = block.figures(), block.counters().get("frames")
    heard = figures.lost == 1 and figures.station == "DL1ABC" and frames == FRAMES
    return heard and figures.slots_lost is not None and abs(figures.slots_lost - 1 / FRAMES) < 1e-6


def tell_nonsense(block: Any) -> int:
    """What is no message of a receiver; returns how many."""
    slot = {"sync": True, "accepted": True, "time": 0.0, "snr": 1.0, "offset": "x"}
    nonsense = {
        "packets": [*no_pdus()[:4], pmt.cons(pmt.make_dict(), pmt.init_f32vector(1, [1.0]))],
        "status": [
            pmt.PMT_T,
            pmt.make_dict(),
            dictionary(sync=1),
            dictionary(**slot),
            dictionary(sync=True, accepted=True),
        ],
        "tokens": [*no_pdus()[:4], token_pdu(0), token_pdu(0, [1] * 7)],
        "key": [pmt.PMT_T, pmt.cons(pmt.intern("key"), pmt.from_long(1))],
        "report": [pmt.PMT_NIL, dictionary(loss_rate=2.0), dictionary(loss=0.1)],
    }
    for port, messages in nonsense.items():
        post(block, port, messages)
    return sum(map(len, nonsense.values()))


def end(block: Any, talker: Talker) -> None:
    """The stream ends, and so does what stands before."""
    post(block, "packets", [pdu.end_marker(FRAMES)])
    post(block, "tokens", [pdu.end_marker(FRAMES)])
    post(talker, "system", [DONE])
