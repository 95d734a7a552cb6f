#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of packet_network_sink: what is on the wire, malformed input, the end, running again."""

import sys
from pathlib import Path
from typing import Any

import pmt
from gnuradio import blocks, gr_unittest, largesc, network, zeromq
from gnuradio.largesc.link.packet_socket import open_receiver, open_sender
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from block_qa import BlockQa
from pdu_flowgraph import (
    PATIENCE_S,
    no_pdus,
    packet_pdu,
    post,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)

PACKETS = [bytes([n, 1, 2]) for n in range(100)]
MALFORMED = [
    *no_pdus(),
    packet_pdu(b""),
    pmt.cons(pdu.frame_meta(0), pmt.make_s16vector(8, 1)),
]


class qa_packet_network_sink(BlockQa):
    def setUp(self) -> None:
        super().setUp()
        self.receiver = open_receiver("udp://127.0.0.1:0")

    def tearDown(self) -> None:
        super().tearDown()
        self.receiver.close()

    def add(self, url: str) -> Any:
        """A sink in the flowgraph, behind a block that passes on what it gets."""
        sink = largesc.packet_network_sink(url)
        self.feed = largesc.erasure_channel(0.0)
        self.tb.msg_connect(self.feed, "packets", sink, "packets")
        return sink

    def heard(self, count: int) -> list[bytes | None]:
        messages = [self.receiver.receive(PATIENCE_S) for _ in range(count)]
        return [message and message.data for message in messages]

    def test_a_datagram_is_a_packet_and_the_marker_ends_it(self) -> None:
        sink = self.add(str(self.receiver.url))
        self.give(sink, *map(packet_pdu, PACKETS), pdu.end_marker(100))
        self.tb.start()
        self.assertEqual(self.heard(100), PACKETS)
        self.assertIsNone(self.receiver.receive(0.05))
        self.assertEqual(sink.counters(), {"sent": 100, "bytes": 300})

    def test_malformed_input_is_counted_and_the_next_packet_sent(self) -> None:
        sink = self.add(str(self.receiver.url))
        self.give(sink, *MALFORMED, packet_pdu(b"good"))
        self.tb.start()
        self.assertEqual(self.heard(1), [b"good"])
        self.assertEqual(sink.counters()["malformed"], len(MALFORMED))

    def test_what_the_network_refuses_is_counted(self) -> None:
        sink = self.add(str(self.receiver.url))
        self.give(sink, packet_pdu(bytes(70_000)), packet_pdu(b"good"))
        self.tb.start()
        self.assertEqual(self.heard(1), [b"good"])
        self.wait_for(sink, "sent", 1)
        self.assertEqual(sink.counters()["unsent"], 1)

    def test_runs_again(self) -> None:
        sink = self.add(str(self.receiver.url))
        for packet in (b"first", b"second"):
            self.tb.start()
            self.give(sink, packet_pdu(packet))
            self.assertEqual(self.heard(1), [packet])
            stop(self.tb)

    def test_a_second_run_without_its_port_counts_and_ends(self) -> None:
        sink = self.add("zmq://127.0.0.1:0")
        self.tb.start()
        stop(self.tb)
        taken = open_sender(sink.url)
        self.tb.start()
        post(self.feed, "packets", [packet_pdu(b"packet"), pdu.end_marker(1)])
        wait_for_end(self.tb)
        self.assertEqual(sink.counters(), {"unsent": 1})
        taken.close()

    def test_socket_pdu_hears_it(self) -> None:
        url = self.receiver.url
        self.receiver.close()
        there, store = self.flowgraph_beside(), blocks.message_debug()
        heard = network.socket_pdu("UDP_SERVER", url.host, str(url.port), 1500, False)
        there.msg_connect(heard, "pdus", store, "store")
        there.start()
        post(self.add(str(url)), "packets", [packet_pdu(b"packet")])
        self.tb.start()
        wait_until(lambda: store.num_messages() == 1, "the packet came")
        self.assertEqual(pdu.read_packet(pmt.cdr(store.get_message(0))), b"packet")

    def test_sub_message_source_hears_it_and_the_marker(self) -> None:
        sink = self.add("zmq://127.0.0.1:0")
        there, store = self.flowgraph_beside(), blocks.message_debug()
        address = sink.url.replace("zmq", "tcp")
        there.msg_connect(zeromq.sub_msg_source(address, 10), "out", store, "store")
        there.start()
        self.tb.start()

        def comes_through() -> bool:
            self.give(sink, packet_pdu(b"are you there?"))
            return bool(store.num_messages())

        wait_until(comes_through, "the subscription")
        self.give(sink, pdu.end_marker(7))
        wait_until(
            lambda: pdu.is_end(pdu.split(store.get_message(store.num_messages() - 1))), "the end"
        )

    def test_wrong_addresses_are_refused(self) -> None:
        for url in ("udp://127.0.0.1", "tcp://127.0.0.1:5", "udp://127.0.0.1:0"):
            with self.assertRaises(ValueError):
                largesc.packet_network_sink(url)
        with self.assertRaisesRegex(OSError, "no such host"):
            largesc.packet_network_sink("udp://no.such.host.invalid:5")

    def test_ends_by_the_marker(self) -> None:
        sink = self.add(str(self.receiver.url))
        post(self.feed, "packets", [*map(packet_pdu, PACKETS), pdu.end_marker(100)])
        run_to_end(self.tb)
        self.assertEqual(sink.counters()["sent"], 100)
        self.assertEqual(self.heard(100), PACKETS)


if __name__ == "__main__":
    gr_unittest.run(qa_packet_network_sink)
