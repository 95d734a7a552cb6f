#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of uep_packetizer: settings that change at once, reports from the other side, a key."""

import sys
import time
from pathlib import Path
from typing import Any

import pmt
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import PduStore, post, stop, token_pdu, tokens_of, wait_for_end, wait_until


class qa_uep_packetizer_control(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def connect(self, packetizer: Any) -> Any:
        self.tb.msg_connect(packetizer, "packets", self.store, "pdus")
        return packetizer

    def packets(self) -> list[Any]:
        """What the packets say."""
        return [largesc.packet_codec().parse(bytes(data)) for data in self.store.vectors()]

    def assert_carries(self, packet: Any, frame: int, primary: int, redundant: int = 0) -> None:
        """So many tokens of the frame, and of the one before."""
        self.assertEqual(packet.primary, tokens_of(frame)[:primary].tolist())
        self.assertEqual(packet.redundant, tokens_of(frame - 1)[:redundant].tolist())

    def test_a_key_that_goes_down_announces_the_frame_to_come(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(announce=True, session=7, slots=[13]))
        self.tb.start()
        for overs in (1, 2):
            post(packetizer, "over", [pmt.PMT_T])
            wait_until(lambda: packetizer.counters().get("pieces") == overs, "announced")  # noqa: B023
            frames = range(3 * overs - 3, 3 * overs)
            post(packetizer, "tokens", [token_pdu(n, codec="c8dd") for n in frames])
            wait_until(lambda: packetizer.counters().get("packets") == 3 * overs, "sent")  # noqa: B023
        post(packetizer, "tokens", [pdu.end_marker(6)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame")[:8], [0, 0, 1, 2, 3, 3, 4, 5])
        beside = self.store.meta("beside")
        self.assertEqual([number for number, told in enumerate(beside[:8]) if told], [0, 4])
        self.assertEqual(set(beside[8:]), {True})

    def test_a_report_grows_older_while_the_key_is_up(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(announce=True, session=7))
        self.tb.start()
        post(packetizer, "over", [pmt.PMT_T])
        post(packetizer, "tokens", [token_pdu(0, codec="c8dd")])
        wait_until(lambda: packetizer.counters().get("packets") == 1, "sent")
        post(packetizer, "over", [pmt.PMT_F])
        post(packetizer, "report", [pmt.to_pmt({"session": 7, "loss_rate": 0.1, "window": 50})])
        wait_until(lambda: packetizer.channel is not None, "heard")
        time.sleep(0.25)  # three frames
        post(packetizer, "over", [pmt.PMT_T])
        wait_until(lambda: packetizer.channel.age >= 3.0, "older")
        post(packetizer, "tokens", [pdu.end_marker(1)])
        wait_for_end(self.tb)

    def test_setting_out_of_range_is_refused_and_the_old_one_kept(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(5, 2, 1))
        for wrong in (3, 9, 4.5, float("nan"), "4", None, True):
            packetizer.set_n_primary(wrong)
        packetizer.set_n_redundant(8)
        packetizer.set_lag(0)
        packetizer.set_text("x" * 32)
        post(packetizer, "tokens", [*map(token_pdu, range(2)), pdu.end_marker(2)])
        self.tb.start()
        wait_for_end(self.tb)
        self.assert_carries(self.packets()[1], 1, 5, 2)

    def test_code_is_that_of_the_setting_the_frame_or_the_control_message(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(4, 4, code="xor_pair"))
        self.tb.start()
        post(packetizer, "tokens", [*map(token_pdu, range(7)), token_pdu(7, code="window")])
        wait_until(lambda: packetizer.counters().get("packets") == 8, "eight frames are packed")
        post(packetizer, "tokens", [token_pdu(8, code="xor"), token_pdu(8, code=1)])
        wait_until(lambda: packetizer.counters().get("malformed") == 2, "no codes are refused")
        packetizer.set_code("xor")  # stays
        post(packetizer, "control", [pmt.to_pmt({"lag": 12, "code": "repetition"})])
        wait_until(lambda: packetizer.nmsgs(pmt.intern("control")) == 0, "it has been read")
        post(packetizer, "tokens", [*map(token_pdu, range(8, 13)), pdu.end_marker(13)])
        wait_for_end(self.tb)
        codes = [(p.code.name, p.lag) for p in self.packets()]
        self.assertEqual(codes[1:4], [("repetition", 1)] * 2 + [("xor_pair", 0)])
        self.assertEqual(codes[6:9], [("xor_pair", 0), ("window", 0), ("repetition", 0)])
        self.assertEqual(codes[12], ("repetition", 12))
        pair = [tokens_of(frame)[:4].tolist() for frame in (5, 3)]
        combined = largesc.combined_tokens(largesc.frame_code.xor_pair, pair)
        self.assertEqual(self.packets()[6].redundant, combined)

    def test_whole_float_is_taken_as_the_integer_it_is(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(8.0))
        packetizer.set_n_primary(5.0)  # a QT GUI Range is float
        packetizer.set_n_redundant(2.0)
        post(packetizer, "tokens", [*map(token_pdu, range(2)), pdu.end_marker(2)])
        self.tb.start()
        wait_for_end(self.tb)
        self.assert_carries(self.packets()[1], 1, 5, 2)

    def test_control_changes_settings_and_takes_reports(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(announce=True, session=5))
        own = {"session": 3, "loss_rate": 0.1, "mean_burst": 1.0, "window": 50, "age": 0.0}
        peer = {"session": 5, "loss_rate": 0.25, "mean_burst": 2.0, "window": 40, "age": 10.0}
        self.tb.start()
        post(packetizer, "control", [pmt.to_pmt(own | {"peer": peer, "received": 45})])
        post(packetizer, "control", [pmt.to_pmt({"n_primary": 4, "text": "DL1ABC"})])
        post(packetizer, "control", [pmt.cons(pmt.intern("n_redundant"), pmt.from_double(2.0))])
        wait_until(lambda: packetizer.channel is not None, "the report is there")
        # A block takes its ports in turn: the settings are in force when the frames are packed.
        wait_until(lambda: packetizer.nmsgs(pmt.intern("control")) == 0, "all has been read")
        post(packetizer, "tokens", [token_pdu(0), token_pdu(1), pdu.end_marker(2)])
        wait_for_end(self.tb)
        said, first, second, *_ = self.packets()
        self.assertEqual((said.text, said.report.session), ("DL1ABC", 3))
        self.assertAlmostEqual(said.report.loss_rate, 0.1, delta=1 / 510)
        self.assert_carries(first, 0, 4)
        self.assert_carries(second, 1, 4, 2)
        self.assertEqual((packetizer.channel.loss_rate, packetizer.channel.age), (0.25, 11.0))
        self.assertEqual(packetizer.counters()["reports"], 1)

    def test_wrong_control_messages_are_counted_and_change_nothing(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(5))
        wrong = [
            pmt.PMT_NIL,
            pmt.intern("n_primary"),
            pmt.from_long(4),
            pmt.to_pmt({"n_primary": 9}),
            pmt.to_pmt({"n_primary": 4, "volume": 11}),
            pmt.to_pmt({"n_primary": [4]}),
            pmt.to_pmt({"n_primary": 4, "loss_rate": "much"}),
            pmt.to_pmt({"n_primary": 4, "loss_rate": 0.1, "peer": 3}),
            pmt.cons(pmt.from_long(4), pmt.from_long(4)),
        ]
        self.tb.start()
        post(packetizer, "control", wrong)
        wait_until(lambda: packetizer.counters().get("refused") == len(wrong), "all are refused")
        post(packetizer, "tokens", [token_pdu(0), pdu.end_marker(1)])
        wait_for_end(self.tb)
        self.assert_carries(self.packets()[0], 0, 5)


if __name__ == "__main__":
    gr_unittest.run(qa_uep_packetizer_control)
