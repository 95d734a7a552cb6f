#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of uep_depacketizer: order, repair, look-ahead, malformed input, the end, a second run."""

import sys
from pathlib import Path
from typing import Any

import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    DONE,
    PduStore,
    end_without_frame_number,
    no_pdus,
    packet_pdu,
    post,
    run_to_end,
    stop,
    tokens_of,
    wait_for_end,
    wait_until,
)

MISSING, PRIMARY, REDUNDANT, RECOVERED, UNSENT, SILENCE, UNKNOWN = range(7)
HOLES = [-1] * 8


def packed(frame: int, n_primary: int = 8, n_redundant: int = 0, lag: int = 1) -> bytes:
    """Bytes of a frame's packet."""
    primary = tokens_of(frame)[:n_primary].tolist()
    redundant = tokens_of(frame - lag)[:n_redundant].tolist() if n_redundant else []
    lag_or_none = lag if n_redundant else 0
    return largesc.packet_codec().pack(largesc.packet(frame % 128, primary, redundant, lag_or_none))


def packet(frame: int, *allocation: int) -> Any:
    """PDU of a frame's packet."""
    return packet_pdu(packed(frame, *allocation))


def full(frame: int) -> list[int]:
    """A frame of which everything is known."""
    return tokens_of(frame).tolist()


class qa_uep_depacketizer(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def connect(self, depacketizer: Any) -> Any:
        self.tb.msg_connect(depacketizer, "tokens", self.store, "pdus")
        return depacketizer

    def assert_counters(self, depacketizer: Any, **expected: int) -> None:
        """These counters have these values, all others are zero."""
        counted = {name: count for name, count in depacketizer.counters().items() if count}
        self.assertEqual(counted, expected)

    def test_frames_leave_in_order_with_their_origin(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=1))
        post(depacketizer, "packets", [packet(0), packet(1, 5), packet(2), pdu.end_marker(3)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(1)[:5] + [-1] * 3, full(2)])
        self.assertEqual(self.store.meta("frame"), [0, 1, 2])
        origins = [list(origin) for origin in self.store.meta("source")]
        all_primary = [PRIMARY] * 8
        self.assertEqual(origins, [all_primary, [PRIMARY] * 5 + [UNSENT] * 3, all_primary])
        self.assertEqual(self.store.frames_at_end(), 3)
        self.assert_counters(depacketizer, received=3)

    def test_newest_frame_goes_along_with_the_one_that_is_due(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=2))
        post(depacketizer, "packets", [packet(0), packet(1), packet(3), pdu.end_marker(4)])
        run_to_end(self.tb)
        newest = [list(tokens) for tokens in self.store.meta("newest")]
        self.assertEqual(self.store.vectors(), [full(0), full(1), HOLES, full(3)])
        self.assertEqual(newest, [HOLES, full(3), HOLES, HOLES])

    def test_frame_waits_for_the_look_ahead(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=3))
        self.tb.start()
        post(depacketizer, "packets", map(packet, range(5)))
        wait_until(lambda: depacketizer.counters()["received"] == 5, "five packets are in")
        wait_until(lambda: len(self.store.messages) >= 2, "two frames are due")
        self.assertEqual(self.store.meta("frame"), [0, 1])
        post(depacketizer, "packets", [pdu.end_marker(5)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame"), [0, 1, 2, 3, 4])

    def test_lost_frame_is_repaired_as_far_as_it_is_repeated(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=1))
        post(depacketizer, "packets", [packet(0), packet(2, 8, 3, 1), pdu.end_marker(3)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(1)[:3] + [-1] * 5, full(2)])
        self.assertEqual(list(self.store.meta("source")[1]), [REDUNDANT] * 3 + [UNKNOWN] * 5)
        self.assert_counters(depacketizer, received=2, lost=1, repaired=1)

    def test_frames_lost_at_the_end_are_holes(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=1))
        post(depacketizer, "packets", [packet(0), pdu.end_marker(4)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), HOLES, HOLES, HOLES])
        self.assertEqual(self.store.meta("frame"), [0, 1, 2, 3])
        self.assertEqual(self.store.frames_at_end(), 4)

    def test_late_and_doubled_packets_are_counted_and_not_played(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=1))
        arrivals = [packet(0), packet(2), packet(2), packet(1), packet(0), pdu.end_marker(3)]
        post(depacketizer, "packets", arrivals)
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), HOLES, full(2)])
        self.assert_counters(depacketizer, received=2, lost=1, late=1, duplicate=2)

    def test_look_ahead_changes_while_it_runs(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        self.tb.start()
        post(depacketizer, "packets", map(packet, range(2)))
        wait_until(lambda: len(self.store.messages) == 2, "two frames are out at once")
        depacketizer.set_look_ahead(2)
        post(depacketizer, "packets", [packet(2), packet(4, 8, 7, 1)])
        wait_until(lambda: len(self.store.messages) == 3, "frame 2 is due by packet 4")
        depacketizer.set_look_ahead(0)
        post(depacketizer, "packets", [packet(5)])
        wait_until(lambda: len(self.store.messages) == 6, "frames up to 5 are out at once")
        post(depacketizer, "packets", [pdu.end_marker(6)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame"), list(range(6)))
        self.assertEqual(self.store.vectors()[3], [*full(3)[:7], -1])

    def test_malformed_messages_are_counted_and_the_next_packet_read(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        good = packed(0)
        padding = packed(0, 5)
        padding = padding[:-1] + bytes([padding[-1] | 0x01])
        malformed = [
            *no_pdus(),
            pmt.cons(pmt.make_dict(), pmt.init_s16vector(8, [1] * 8)),
            *(packet_pdu(good[:length]) for length in range(len(good))),
            packet_pdu(good + bytes(20)),
            packet_pdu(b"GET / HTTP/1.1"),
            packet_pdu(padding),
        ]
        post(depacketizer, "packets", [*malformed, packet_pdu(good), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0)])
        self.assert_counters(depacketizer, malformed=len(malformed), received=1)

    def test_silent_frame_is_received_and_not_missing(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=1))
        codec = largesc.packet_codec()
        silence = codec.pack(largesc.packet(2, [], tokens_of(1)[:3].tolist(), 1))
        stands_in = codec.pack(largesc.announcement(3, silent=True))
        arrivals = [packet(0), packet_pdu(silence), packet_pdu(stands_in), pdu.end_marker(4)]
        post(depacketizer, "packets", arrivals)
        run_to_end(self.tb)
        repaired = full(1)[:3] + [-1] * 5
        self.assertEqual(self.store.vectors(), [full(0), repaired, HOLES, HOLES])
        origins = [list(origin) for origin in self.store.meta("source")]
        self.assertEqual(origins[1:], [[2] * 3 + [UNKNOWN] * 5, [SILENCE] * 8, [SILENCE] * 8])
        self.assert_counters(depacketizer, received=3, lost=1, repaired=1, announcements=1)

    def test_extra_announcements_are_counted_and_take_no_frame(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        codec = largesc.packet_codec()
        begins, ends = largesc.announcement(0), largesc.announcement(2, ends=True)
        announced = [packet_pdu(codec.pack(each)) for each in (begins, ends)]
        arrivals = [announced[0], packet(0), packet(1), announced[1], pdu.end_marker(2)]
        post(depacketizer, "packets", arrivals)
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(1)])
        self.assert_counters(depacketizer, received=2, announcements=2)

    def test_wrong_check_value_is_counted_apart(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0, check="crc16"))
        good = largesc.packet_codec(crc=True).pack(largesc.packet(0, full(0)))
        damaged = [good[:3] + bytes([good[3] ^ 0x10]) + good[4:], packed(0), good[:-1]]
        arrivals = [*map(packet_pdu, damaged), packet_pdu(b"123"), packet_pdu(good)]
        post(depacketizer, "packets", [*arrivals, pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0)])
        self.assert_counters(depacketizer, received=1, crc_failed=3, malformed=1)

    def test_later_version_is_counted_apart(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        good = packed(0)
        far = largesc.packet(1, [0] * 4, [0], 12)  # the lag is in the bits 60 to 67
        far = largesc.packet_codec().pack(far)
        lag_140 = bytes([*far[:7], far[7] | 0x08, *far[8:]])
        announced = largesc.packet_codec().pack(largesc.announcement(0))
        version_5 = bytes([announced[0], announced[1] & 0xF0 | 5, 1, 2, 3])
        arrivals = [lag_140, version_5, good]
        post(depacketizer, "packets", [*map(packet_pdu, arrivals), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0)])
        self.assert_counters(depacketizer, received=1, version=2)

    def test_end_marker_without_frame_number_ends_it_as_well(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        post(depacketizer, "packets", [packet(0), end_without_frame_number()])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0)])
        self.assertEqual(len(self.store.messages), 2)
        self.assert_counters(depacketizer, malformed=1, received=1)

    def test_second_run_knows_nothing_of_the_first(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=2))
        self.tb.start()
        post(depacketizer, "packets", map(packet, range(40)))
        wait_until(lambda: len(self.store.messages) == 38, "all frames due are out")
        self.tb.stop()
        self.tb.wait()
        post(depacketizer, "packets", [packet(40), pdu.end_marker(41)])  # by blocks that stop later
        post(depacketizer, "system", [DONE])
        self.tb.start()
        post(depacketizer, "packets", [packet(0), packet(1), pdu.end_marker(2)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), full(1)])
        self.assertEqual(self.store.frames_at_end(), 2)
        self.assert_counters(depacketizer, received=2)

    def test_look_ahead_out_of_range_is_refused(self) -> None:
        for look_ahead in (-1, 13):
            says = rf"look_ahead must be 0\.\.12, not {look_ahead}"
            with self.assertRaisesRegex(ValueError, says):
                largesc.uep_depacketizer(look_ahead)
        with self.assertRaisesRegex(ValueError, "check"):
            largesc.uep_depacketizer(check="crc32")

    def test_look_ahead_that_cannot_be_set_stays_as_it_was(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        for wrong in (13, -1, 1.5, float("nan"), "2", None):
            depacketizer.set_look_ahead(wrong)
        post(depacketizer, "packets", map(packet, range(2)))
        self.tb.start()
        wait_until(lambda: len(self.store.messages) == 2, "frames are out at once")
        depacketizer.set_look_ahead(1.0)
        post(depacketizer, "packets", [packet(2), pdu.end_marker(3)])
        wait_for_end(self.tb)
        self.assertEqual(self.store.meta("frame"), [0, 1, 2])

    def test_what_the_radio_tells_of_a_packet_is_heeded(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        good, damaged = packed(0), packed(1)
        told = {"snr": 3.0, "time": 12.5, "crc_ok": True}
        soft = pmt.init_f32vector(8 * len(good), [1.0] * (8 * len(good)))
        arrivals = [
            pdu.packet(pmt.dict_add(pmt.to_pmt(told), pmt.intern("soft"), soft), good),
            pdu.packet(pmt.to_pmt({"crc_ok": False}), damaged),
            pdu.packet(pmt.to_pmt({"snr": 5.0}), packed(2)),
        ]
        wrong = [
            pdu.packet(pmt.to_pmt({"snr": "loud"}), good),
            pdu.packet(pmt.to_pmt({"snr": 300.0}), good),
            pdu.packet(pmt.to_pmt({"time": float("nan")}), good),
            pdu.packet(pmt.to_pmt({"crc_ok": 1}), good),
            pdu.packet(pmt.to_pmt({"behind": -0.01}), good),
            pdu.packet(pmt.to_pmt({"behind": float("inf")}), good),
            pdu.packet(pmt.dict_add(pmt.make_dict(), pmt.intern("soft"), soft), good[:5]),
        ]
        post(depacketizer, "packets", [*arrivals, *wrong, pdu.end_marker(3)])
        run_to_end(self.tb)
        self.assertEqual(self.store.vectors(), [full(0), HOLES, full(2)])
        self.assert_counters(depacketizer, received=2, lost=1, crc_failed=1, malformed=len(wrong))
        self.assertEqual(depacketizer.report().channel.snr, 4.0)

    def test_report_comes_with_news_and_every_second(self) -> None:
        depacketizer = self.connect(largesc.uep_depacketizer(look_ahead=0))
        reports = blocks.message_debug()
        self.tb.msg_connect(depacketizer, "report", reports, "store")
        told = largesc.channel_report.quantise(9, 0.2, 2.5, 48, 10, 3.5)
        said = largesc.packet_codec().pack(largesc.announcement(0, session=7, report=told))
        post(depacketizer, "packets", [packet_pdu(said)])
        post(depacketizer, "packets", [packet(n) for n in range(30) if n % 4 != 3])
        self.tb.start()
        # Of one packet (a peer's report came), 5, 10 and 21: losses are known by the next packet.
        wait_until(lambda: reports.num_messages() == 4, "four reports are there")
        post(depacketizer, "packets", [pdu.end_marker(30)])
        wait_for_end(self.tb)
        said = [pmt.to_python(reports.get_message(n)) for n in range(4)]
        self.assertEqual([one["window"] for one in said], [1, 5, 10, 21])
        self.assertEqual(said[0]["peer"]["session"], 9)
        self.assertEqual((said[3]["session"], said[3]["lost"]), (7, 5))
        self.assertAlmostEqual(said[3]["loss_rate"], 5 / 21)
        self.assertEqual((said[3]["peer"]["session"], said[3]["peer"]["snr"]), (9, 3.5))
        self.assertNotIn("snr", said[3])


if __name__ == "__main__":
    gr_unittest.run(qa_uep_depacketizer)
