# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets lost by SNR through the blocks, beside the kernels alone.

    python benchmarks/modem_blocks.py [--packets 400] [--seed 1] [--csv FILE]

Overs of 100 packets: packet_modulator, watterson_channel, packet_demodulator in a flowgraph, all
sizes of slots expected; beside them the kernels with channels written in NumPy (modem_curves.py),
where an over begins at a random time and frequency. Needs gr-largesc installed, SciPy and rich.
"""

import argparse
import csv
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import gr, largesc
from modem_figures.hf_channel import POOR
from modem_figures.our_modem import HfModem
from modem_figures.packet_loss import Count, measure
from rich.console import Console
from rich.table import Table

OVER = 100  # packets
POINTS = [  # bytes, fading, dB
    (7, "none", -4.5),
    (7, "mpp", 0.0),
    (13, "none", -1.5),
    (13, "mpp", 3.0),
    (13, "mpp", 6.0),
    (23, "none", 3.5),
    (23, "mpp", 9.0),
]


class PacketStore(gr.basic_block):
    """Keeps the bytes of the packets it gets. Message port: ``packets`` in."""

    def __init__(self) -> None:
        gr.basic_block.__init__(self, name="packet_store", in_sig=[], out_sig=[])
        self.packets: list[bytes] = []
        port = pmt.intern("packets")
        self.message_port_register_in(port)
        self.set_msg_handler(port, self._keep)
        self.set_msg_handler(pmt.intern("system"), self._keep_running)

    def _keep(self, message: Any) -> None:
        data = bytes(pmt.u8vector_elements(pmt.cdr(message)))
        if data:
            self.packets.append(data)
        else:  # the end marker
            self.system_handler(pmt.cons(pmt.intern("done"), pmt.from_long(1)))

    def _keep_running(self, message: Any) -> None:
        pass


def through_the_blocks(packets: list[bytes], fading: str, snr: float, seed: int) -> list[bytes]:
    """What is received of these packets."""
    flowgraph, store = gr.top_block(), PacketStore()
    modulator, demodulator = largesc.packet_modulator(), largesc.packet_demodulator()
    channel = largesc.watterson_channel(fading, snr, seed)
    flowgraph.connect(modulator, channel, demodulator)
    flowgraph.msg_connect(demodulator, "packets", store, "packets")
    end = pmt.dict_add(pmt.make_dict(), pmt.intern("end"), pmt.PMT_T)
    for data, meta in [*((packet, pmt.make_dict()) for packet in packets), (b"", end)]:
        vector = pmt.init_u8vector(len(data), list(data))
        modulator.to_basic_block()._post(pmt.intern("packets"), pmt.cons(meta, vector))
    flowgraph.run()
    return store.packets


def measure_blocks(size: int, overs: int, fading: str, snr: float, seed: int) -> Count:
    total = Count()
    for over in range(overs):
        random = np.random.default_rng([seed, over])
        packets = [b"\0\0" + random.bytes(size - 2) for _ in range(OVER)]  # none looks padded
        heard = through_the_blocks(packets, fading, snr, int(random.integers(2**63)))
        sent = set(packets)
        total.add(Count(OVER, len(sent & set(heard)), sum(one not in sent for one in heard)))
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packets", type=int, default=400, help="per point")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    overs = max(1, arguments.packets // OVER)
    table = Table("bytes", "channel", "SNR (dB)", "lost, blocks", "95 %", "lost, kernels", "95 %")
    rows = []
    for size, fading, snr in POINTS:
        blocks = measure_blocks(size, overs, fading, snr, arguments.seed)
        paths = POOR if fading == "mpp" else None
        kernels = measure(HfModem(size, True), overs, OVER, snr, paths, arguments.seed)
        rows.append([size, fading, snr])
        shown = [str(value) for value in rows[-1]]
        for count in (blocks, kernels):
            low, high = count.interval()
            rows[-1] += [count.sent, count.right, count.wrong, f"{low:.5f}", f"{high:.5f}"]
            shown += [f"{count.loss:.1%}", f"{low:.1%}-{high:.1%}"]
        table.add_row(*shown)
    Console().print(table)
    if arguments.csv:
        names = ["sent", "right", "wrong", "low", "high"]
        heads = [f"{which} {name}" for which in ("blocks", "kernels") for name in names]
        with arguments.csv.open("w", newline="") as file:
            csv.writer(file).writerows([["bytes", "channel", "snr_db", *heads], *rows])


if __name__ == "__main__":
    main()
