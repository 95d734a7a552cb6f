#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of packet_network_source: what comes in, what is dropped, the end, running again."""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import gr_unittest, largesc, network, zeromq
from gnuradio.largesc.link.packet_socket import open_receiver, open_sender
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from block_qa import BlockQa
from pdu_flowgraph import no_pdus, packet_pdu, post, stop, wait_for_end, wait_until

HOSTILE = [b"", b"\x07" * 2000, b"\x0a\x00\xff\xff\xff\xff\x01\x00abc", b"\xff\x01"]


class qa_packet_network_source(BlockQa):
    def listen(self, url: str, *options: Any) -> Any:
        source = self.connect(largesc.packet_network_source(url, *options))
        self.tb.start()
        return source

    def test_datagrams_are_packets_and_the_end_comes_when_asked(self) -> None:
        source = self.listen("udp://127.0.0.1:0")
        self.assertIsNone(source.seconds_without)
        sender = open_sender(source.url)
        packets = [bytes([n]) for n in range(50)]
        for packet in packets:
            sender.send(packet)
        self.wait_for(source, "received", 50)
        self.assertGreaterEqual(source.seconds_without, 0.0)
        source.end()
        wait_for_end(self.tb)
        self.assertEqual(self.store.vectors(), [list(packet) for packet in packets])
        self.assertEqual(self.store.frames_at_end(), 0)  # how many were sent is not known
        sender.close()

    def test_every_packet_says_when_it_came(self) -> None:
        source = self.listen("udp://127.0.0.1:0")
        sender = open_sender(source.url)
        before = time.monotonic()
        for count in (1, 2):
            sender.send(b"packet")
            self.wait_for(source, "received", count)
        wait_until(lambda: len(self.store.messages) == 2, "both are here")
        moments = [before, *self.store.meta("time"), time.monotonic()]
        self.assertEqual(moments, sorted(moments))
        sender.close()

    def test_datagrams_that_are_no_packets_are_counted(self) -> None:
        source = self.listen("udp://127.0.0.1:0")
        sender = open_sender(source.url)
        for data in (b"", bytes(5000), b"good"):
            sender.send(data)
        self.wait_for(source, "received", 1)
        counters = source.counters()
        self.assertEqual((counters["malformed"], counters["oversize"]), (1, 1))
        sender.close()

    def subscribe(self, *options: Any) -> tuple[Any, Any]:
        """A publisher and the source, which has heard it."""
        sender = open_sender("zmq://127.0.0.1:0")
        source = self.listen(str(sender.url), *options)

        def comes_through() -> bool:
            sender.send(pmt.serialize_str(packet_pdu(b"are you there?")))
            return bool(source.counters().get("received"))

        wait_until(comes_through, "the subscription")
        return sender, source

    def test_hostile_messages_are_counted(self) -> None:
        sender, source = self.subscribe()
        wrong = [pmt.serialize_str(message) for message in no_pdus()]
        for message in HOSTILE + wrong:
            sender.send(message)
        self.wait_for(source, "malformed", len(HOSTILE) + len(wrong))
        before = source.counters()["received"]
        sender.send(pmt.serialize_str(packet_pdu(b"good")))
        self.wait_for(source, "received", before + 1)
        sender.close()

    def test_what_a_sender_says_of_a_packet_is_kept(self) -> None:
        sender, _ = self.subscribe()
        soft = np.full(8, 1.5, dtype=np.float32)
        meta = pdu.add(pdu.frame_meta(7), snr=3.5, crc_ok=True, soft=soft, time=12.5)
        before = time.monotonic()
        sender.send(pmt.serialize_str(pdu.packet(meta, b"told")))
        wait_until(lambda: self.store.vectors()[-1:] == [list(b"told")], "it came")
        kept = {"frame": 7, "snr": 3.5, "crc_ok": True, "sender_time": 12.5}
        self.assertEqual({key: self.store.meta(key)[-1] for key in kept}, kept)
        np.testing.assert_array_equal(self.store.meta("soft")[-1], soft)
        self.assertGreater(self.store.meta("time")[-1], before)
        sender.close()

    def test_the_end_of_a_sender_is_counted_or_ends(self) -> None:
        sender, source = self.subscribe()
        sender.send(pmt.serialize_str(pdu.end_marker(3)))
        self.wait_for(source, "ends", 1)
        sender.send(pmt.serialize_str(packet_pdu(b"next")))
        wait_until(lambda: self.store.vectors()[-1:] == [list(b"next")], "the next sender")
        sender.close()

    def test_with_the_option_it_ends_with_its_sender(self) -> None:
        sender, _ = self.subscribe(True)
        sender.send(pmt.serialize_str(pdu.end_marker(3)))
        wait_for_end(self.tb)
        self.assertEqual(self.store.frames_at_end(), 3)
        sender.close()

    def test_it_hears_socket_pdu(self) -> None:
        udp = self.listen("udp://127.0.0.1:0")
        port = udp.url.rsplit(":", 1)[1]
        sink = network.socket_pdu("UDP_CLIENT", "127.0.0.1", port, 1500, False)
        before_it = largesc.erasure_channel(0.0)
        there = self.flowgraph_beside(before_it)
        there.msg_connect(before_it, "packets", sink, "pdus")
        there.start()
        post(sink, "pdus", [packet_pdu(b"packet")])
        wait_until(lambda: bool(self.store.messages), "the packet came")
        self.assertEqual(self.store.vectors(), [list(b"packet")])
        self.assertEqual(udp.counters()["received"], 1)

    def test_it_hears_pub_message_sink(self) -> None:
        sink = zeromq.pub_msg_sink("tcp://127.0.0.1:*", 10)
        source = self.listen(sink.last_endpoint().rstrip("\0").replace("tcp", "zmq"))
        before_it = largesc.erasure_channel(0.0)
        there = self.flowgraph_beside(before_it)
        there.msg_connect(before_it, "packets", sink, "in")
        there.start()

        def comes_through() -> bool:
            post(sink, "in", [packet_pdu(b"packet")])
            return bool(source.counters().get("received"))

        wait_until(comes_through, "the subscription")
        wait_until(lambda: bool(self.store.messages), "the packet came")
        self.assertEqual(self.store.vectors()[0], list(b"packet"))

    def test_runs_again(self) -> None:
        source = self.listen("udp://127.0.0.1:0")
        for _ in range(2):
            sender = open_sender(source.url)
            sender.send(b"packet")
            self.wait_for(source, "received", 1)
            stop(self.tb)
            self.tb.start()
            sender.close()

    def test_a_second_run_without_its_port_ends_and_says_so(self) -> None:
        source = self.listen("udp://127.0.0.1:0")
        stop(self.tb)
        taken = open_receiver(source.url)
        self.tb.start()
        wait_for_end(self.tb)
        taken.close()
        self.tb.start()
        sender = open_sender(source.url)
        sender.send(b"packet")
        self.wait_for(source, "received", 1)
        sender.close()

    def test_wrong_addresses_are_refused(self) -> None:
        for url in ("udp://127.0.0.1", "tcp://127.0.0.1:5", "zmq://*:5"):
            with self.assertRaises(ValueError):
                largesc.packet_network_source(url)
        taken = largesc.packet_network_source("udp://127.0.0.1:0")
        with self.assertRaisesRegex(OSError, "cannot listen there"):
            largesc.packet_network_source(taken.url)


if __name__ == "__main__":
    gr_unittest.run(qa_packet_network_source)
