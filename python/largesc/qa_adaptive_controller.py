#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of adaptive_controller: a budget kept, a step of the channel followed, wrong messages."""

import sys
from pathlib import Path
from typing import Any

import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import PduStore, post, stop, token_pdu, wait_for_end, wait_until


class qa_adaptive_controller(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def connect(self, controller: Any, to_packets: bool = False) -> Any:
        self.controller = controller  # beyond the end of the test: the flowgraph still runs there
        if to_packets:
            self.packetizer = largesc.uep_packetizer()
            self.tb.msg_connect(controller, "tokens", self.packetizer, "tokens")
            self.tb.msg_connect(self.packetizer, "packets", self.store, "pdus")
        else:
            self.tb.msg_connect(controller, "tokens", self.store, "pdus")
        return controller

    def report(self, controller: Any, **values: Any) -> None:
        post(controller, "report", [pmt.to_pmt({"window": 50, "session": 0} | values)])
        wait_until(lambda: controller.nmsgs(pmt.intern("report")) == 0, "it has been read")

    def send(self, controller: Any, first: int, last: int) -> None:
        frames = [token_pdu(n, level=-30.0 - n % 7, flux=2.0) for n in range(first, last)]
        post(controller, "tokens", frames)
        wait_until(lambda: controller.counters().get("frames") == last, "all are through")

    def test_packets_take_the_budget_and_a_step_of_the_channel_is_followed(self) -> None:
        controller = self.connect(largesc.adaptive_controller(1200, look_ahead=3), True)
        self.tb.start()
        for start in range(0, 96, 12):
            self.report(controller, loss_rate=0.0, mean_burst=0.0, age=float(start % 2))
            self.send(controller, start, start + 12)
        before = controller.counters()
        self.assertLess(before["redundant"] - self.redundant_of_first(12), 12)
        for start in range(96, 192, 12):
            self.report(controller, loss_rate=0.3, mean_burst=1.4)
            self.send(controller, start, start + 12)
        post(controller, "tokens", [pdu.end_marker(192)])
        wait_for_end(self.tb)
        packets = [largesc.packet_codec().parse(bytes(data)) for data in self.store.vectors()]
        self.assertGreater(min(len(one.redundant) for one in packets[110:]), 0)
        sent = sum(len(bytes(data)) for data in self.store.vectors())
        self.assertLessEqual(100 * sent / 192, 1200)
        self.assertGreater(100 * sent / 192, 0.95 * 1200)
        self.assertEqual(controller.counters()["reports"], 16)
        recent = controller.recent()
        self.assertGreater(recent["redundant"], 1)
        self.assertAlmostEqual(recent["loss_rate"], 0.3, delta=0.01)
        last = [len(bytes(data)) for data in self.store.vectors()[-25:]]
        self.assertAlmostEqual(recent["bps"], 100 * sum(last) / 25, delta=20)

    def redundant_of_first(self, frames: int) -> int:
        """Before its first report it goes by the prior."""
        data = self.store.vectors()[:frames]
        return sum(len(largesc.packet_codec().parse(bytes(one)).redundant) for one in data)

    def test_packets_fit_the_slots_of_a_radio(self) -> None:
        slots = (7, 13, 23)
        controller = largesc.adaptive_controller(1300, 3, slots=slots)
        packetizer, modulator = largesc.uep_packetizer(slots=slots), largesc.packet_modulator()
        self.tb.msg_connect(controller, "tokens", packetizer, "tokens")
        self.tb.msg_connect(packetizer, "packets", modulator, "packets")
        nowhere = blocks.null_sink(gr.sizeof_gr_complex)
        self.tb.connect(modulator, nowhere)
        frames = [token_pdu(n, level=-30.0 - n % 7, flux=2.0) for n in range(40)]
        post(controller, "tokens", [*frames, pdu.end_marker(40)])
        self.tb.start()
        wait_for_end(self.tb)
        self.assertEqual(modulator.counters().get("oversize", 0), 0)
        self.assertEqual(modulator.counters()["packets"], 40)
        self.assertEqual(packetizer.counters()["packets"], 40)

    def test_slots_are_chosen_by_their_losses(self) -> None:
        # All of white noise at that SNR: 13 bytes do not come, 7 bytes do.
        counters = self.counters_in_noise(slot_losses="hf")
        self.assertEqual(counters["bytes"], 40 * 7)
        self.assertEqual(counters["refused"], 1)

    def test_without_losses_by_size_an_snr_is_not_looked_at(self) -> None:
        counters = self.counters_in_noise()
        self.assertGreater(counters["bytes"], 40 * 12)
        self.assertNotIn("refused", counters)

    def counters_in_noise(self, **more: str) -> dict[str, int]:
        """After reports of 97 % lost at -3.5 dB, and at an SNR that is none."""
        controller = largesc.adaptive_controller(1300, 1, slots=(7, 13, 23), **more)
        self.connect(controller)
        self.tb.start()
        for snr in (-3.5, -150.0):
            self.report(controller, loss_rate=0.97, mean_burst=30.0, snr=snr)
        self.send(controller, 0, 40)
        return controller.counters()

    def test_allocation_and_importance_are_in_the_metadata(self) -> None:
        controller = self.connect(largesc.adaptive_controller(900, code="repetition"))
        self.tb.start()
        post(controller, "tokens", [token_pdu(0), token_pdu(1, silence=True), pdu.end_marker(2)])
        wait_for_end(self.tb)
        (first, second, _) = [pdu.split(message).meta for message in self.store.messages]
        self.assertIn(pdu.allocation_value(first, "n_primary"), range(4, 9))
        self.assertEqual(pdu.allocation_value(first, "lag"), 1)
        self.assertEqual(pdu.allocation_code(second), "repetition")
        importance = pmt.dict_ref(first, pmt.intern("importance"), pmt.PMT_NIL)
        self.assertEqual(list(pmt.f32vector_elements(importance)), [0.5, 0.5])

    def test_budget_changes_and_a_wrong_one_is_refused(self) -> None:
        controller = self.connect(largesc.adaptive_controller(2000))
        for wrong in (600, -1, float("nan"), float("inf"), "many", None):
            controller.set_budget(wrong)
        controller.set_budget(700)
        self.tb.start()
        self.send(controller, 0, 30)
        self.assertEqual(controller.counters()["bytes"], 30 * 7)

    def test_wrong_messages_are_counted_and_it_goes_on(self) -> None:
        controller = self.connect(largesc.adaptive_controller(1300, session=5))
        self.tb.start()
        wrong = [
            pmt.PMT_NIL,
            pmt.from_long(3),
            pmt.to_pmt({"loss_rate": 1.5}),
            pmt.to_pmt({"loss_rate": float("nan")}),
            pmt.to_pmt({"loss_rate": 0.1, "session": 6, "window": 50}),
            pmt.to_pmt({"loss_rate": 0.6, "session": 5, "window": 50, "age": 2000.0}),
            pmt.to_pmt({"loss_rate": 0.6, "session": 5, "window": 50, "age": float("inf")}),
            pmt.to_pmt({"loss_rate": 0.6, "session": 5, "window": float("inf")}),
        ]
        post(controller, "report", wrong)
        post(
            controller, "tokens", [pmt.PMT_NIL, pmt.cons(pmt.make_dict(), pmt.make_s16vector(8, 1))]
        )
        wait_until(lambda: controller.counters().get("refused") == len(wrong), "all are refused")
        wait_until(lambda: controller.counters().get("malformed") == 2, "these as well")
        self.send(controller, 0, 3)
        self.assertEqual(controller.counters()["frames"], 3)
        self.assertAlmostEqual(controller.recent()["loss_rate"], 0.1)  # as before any report

    def test_settings_out_of_range_are_refused(self) -> None:
        for wrong in (
            {"budget": 699},
            {"look_ahead": 13},
            {"code": "xor"},
            {"check": "crc32"},
            {"budget": 0},
            {"slots": (2,)},
            {"importance": "x"},
            {"slot_losses": "uhf"},
            {"slot_losses": "hf", "slots": (9,)},
        ):
            names = "budget|lag|code|check|slots|importance|profile|slot_losses"
            with self.assertRaisesRegex(ValueError, names):
                largesc.adaptive_controller(**wrong)


if __name__ == "__main__":
    gr_unittest.run(qa_adaptive_controller)
