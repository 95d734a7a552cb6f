#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of uep_packetizer: packets, redundancy, settings, malformed input, the end, a second run."""

import sys
from pathlib import Path
from typing import Any

import pmt
from gnuradio import gr, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import (
    DONE,
    PduStore,
    end_without_frame_number,
    no_pdus,
    no_token_frames,
    post,
    run_to_end,
    stop,
    token_pdu,
    tokens_of,
    wait_for_end,
    wait_until,
)


class qa_uep_packetizer(gr_unittest.TestCase):
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

    def assert_primary(self, frame: int, count: int, packet: Any) -> None:
        """The packet is that of the frame, with so many of its tokens."""
        self.assertEqual(packet.sequence, frame % 128)
        self.assertEqual(packet.primary, tokens_of(frame)[:count].tolist())

    def assert_redundant(self, frame: int, count: int, packet: Any) -> None:
        """The packet repeats so many tokens of an earlier frame."""
        self.assertEqual(packet.redundant, tokens_of(frame)[:count].tolist())
        self.assertEqual((packet.sequence - packet.lag) % 128, frame % 128)

    def test_one_packet_per_frame(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer())
        post(packetizer, "tokens", [*map(token_pdu, range(3)), pdu.end_marker(3)])
        run_to_end(self.tb)
        for frame, packet in enumerate(self.packets()):
            self.assert_primary(frame, 8, packet)
            self.assertEqual((packet.redundant, packet.lag), ([], 0))
        self.assertEqual(self.store.meta("frame"), [0, 1, 2])
        self.assertEqual(self.store.meta("packet_bits"), [104] * 3)
        self.assertEqual(self.store.frames_at_end(), 3)
        self.assertEqual(packetizer.counters(), {"packets": 3, "bytes": 39, "tokens": 24})

    def test_earlier_frame_is_repeated_once_there_is_one(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(n_primary=5, n_redundant=3, lag=2))
        post(packetizer, "tokens", [*map(token_pdu, range(5)), pdu.end_marker(5)])
        run_to_end(self.tb)
        packets = self.packets()
        for frame, packet in enumerate(packets):
            self.assert_primary(frame, 5, packet)
        self.assertEqual([p.redundant for p in packets[:2]], [[], []])
        for frame, packet in enumerate(packets[2:]):
            self.assert_redundant(frame, 3, packet)
        self.assertEqual(packetizer.counters()["tokens"], 5 * 5 + 3 * 3)

    def test_frame_that_never_came_is_not_repeated(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(4, 4, lag=1))
        post(packetizer, "tokens", [*map(token_pdu, [0, 1, 3, 4]), pdu.end_marker(5)])
        run_to_end(self.tb)
        packets = self.packets()
        self.assertEqual([len(p.redundant) for p in packets], [0, 4, 0, 4])
        self.assert_redundant(3, 4, packets[3])

    def test_allocation_in_the_metadata_holds_for_that_frame(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(n_primary=8, n_redundant=2, lag=1))
        chosen = token_pdu(2, n_primary=4, n_redundant=7, lag=2)
        post(
            packetizer,
            "tokens",
            [token_pdu(0), token_pdu(1), chosen, token_pdu(3, n_primary=6), pdu.end_marker(4)],
        )
        run_to_end(self.tb)
        _, second, third, fourth = self.packets()
        self.assert_primary(1, 8, second)
        self.assert_primary(2, 4, third)
        self.assert_redundant(0, 7, third)
        self.assert_primary(3, 6, fourth)
        self.assert_redundant(2, 2, fourth)

    def test_settings_change_while_it_runs(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer())
        self.tb.start()
        post(packetizer, "tokens", map(token_pdu, range(3)))
        wait_until(lambda: packetizer.counters().get("packets") == 3, "three frames are packed")
        packetizer.set_n_primary(4)
        packetizer.set_n_redundant(5)
        packetizer.set_lag(3)
        post(packetizer, "tokens", [token_pdu(3), pdu.end_marker(4)])
        wait_for_end(self.tb)
        *before, after = self.packets()
        self.assertEqual([(len(p.primary), p.redundant) for p in before], [(8, [])] * 3)
        self.assert_primary(3, 4, after)
        self.assert_redundant(0, 5, after)

    def test_malformed_messages_are_counted_and_the_next_frame_packed(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer())
        no_frame_number = pdu.token_frame(pmt.make_dict(), tokens_of(0))
        frame_is_text = pdu.token_frame(pdu.add(pmt.make_dict(), frame="first"), tokens_of(0))
        negative = pdu.token_frame(pdu.add(pmt.make_dict(), frame=-1), tokens_of(0))
        malformed = [
            *no_pdus(),
            *no_token_frames(),
            no_frame_number,
            frame_is_text,
            negative,
            token_pdu(0, [1, 1, 1, 1, 1, 1, 1, -1]),  # to be sent, but missing
            token_pdu(0, n_primary=3),
            token_pdu(0, n_redundant=8),
            token_pdu(0, lag=13),
            token_pdu(0, n_primary="all"),
            token_pdu(0, silence=1),
            token_pdu(0, codec=0xC8DD),
            token_pdu(0, codec="mini"),
            token_pdu(0, codec="-8dd"),
        ]
        post(packetizer, "tokens", [*malformed, token_pdu(0), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(packetizer.counters()["malformed"], len(malformed))
        self.assertNotIn("errors", packetizer.counters())
        (packet,) = self.packets()
        self.assert_primary(0, 8, packet)

    def test_missing_token_that_is_not_sent_does_no_harm(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(n_primary=4, n_redundant=7, lag=1))
        holed = token_pdu(0, [1, 2, 3, 4, 5, -1, 7, 8])
        post(packetizer, "tokens", [holed, token_pdu(1), pdu.end_marker(2)])
        run_to_end(self.tb)
        first, second = self.packets()
        self.assertEqual(first.primary, [1, 2, 3, 4])
        self.assert_primary(1, 4, second)
        self.assertEqual(second.redundant, [1, 2, 3, 4, 5])
        self.assertNotIn("malformed", packetizer.counters())

    def test_silent_frames_go_on_repeating_and_are_not_repeated(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(n_primary=5, n_redundant=3, lag=2))
        frames = [token_pdu(n, silence=2 <= n <= 5) for n in range(9)]
        post(packetizer, "tokens", [*frames, pdu.end_marker(9)])
        run_to_end(self.tb)
        packets = self.packets()
        self.assertEqual([len(p.primary) for p in packets], [5, 5, 0, 0, 0, 0, 5, 5, 5])
        self.assertEqual([len(p.redundant) for p in packets], [0, 0, 3, 3, 0, 0, 0, 0, 3])
        self.assert_redundant(1, 3, packets[3])
        self.assert_redundant(6, 3, packets[8])
        expected = {"packets": 9, "silent": 4, "tokens": 5 * 5 + 3 * 3}
        expected |= {"bytes": 4 * 9 + 13 + 2 * 6 + 2 * 2}
        self.assertEqual(packetizer.counters(), expected)

    def test_hole_in_a_silent_frame_does_no_harm(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer())
        post(packetizer, "tokens", [token_pdu(0, [-1] * 8, silence=True), pdu.end_marker(1)])
        run_to_end(self.tb)
        self.assertEqual(self.packets(), [largesc.packet(0)])

    def test_check_value_ends_every_packet(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(check="crc16", announce=True))
        post(packetizer, "tokens", [token_pdu(0), pdu.end_marker(1)])
        run_to_end(self.tb)
        codec = largesc.packet_codec(crc=True)
        begins, frame, ends, *_ = [codec.parse(bytes(data)) for data in self.store.vectors()]
        self.assertEqual((begins.ends, ends.ends), (False, True))
        self.assert_primary(0, 8, frame)
        self.assertEqual(packetizer.counters()["bytes"], 11 + 15 + 3 * 11)

    def test_announcements_tell_codec_session_frame_and_text(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(announce=True, session=7, text="DL0ÄB"))
        frames = [token_pdu(n, codec="c8dd") for n in range(500, 530)]
        post(packetizer, "tokens", [*frames, pdu.end_marker(530)])
        run_to_end(self.tb)
        common = {"session": 7, "fingerprint": 0xC8DD, "text": "DL0ÄB"}
        announced = [p for p in self.packets() if isinstance(p, largesc.announcement)]
        expected = [
            largesc.announcement(500, **common),
            largesc.announcement(525, **common),
            *[largesc.announcement(530, ends=True, **common)] * 3,
        ]
        self.assertEqual(announced, expected)
        frames_sent = [500, *range(500, 525), 525, *range(525, 530), 530, 530, 530]
        self.assertEqual(self.store.meta("frame"), frames_sent)
        bits = self.store.meta("packet_bits")
        self.assertEqual([bits[0], bits[1], bits[-1]], [120, 104, 120])
        expected = {"packets": 30, "announcements": 5, "tokens": 240}
        expected |= {"bytes": 30 * 13 + 5 * 15}
        self.assertEqual(packetizer.counters(), expected)

    def test_announcement_stands_in_for_a_silent_frame(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(8, 2, 1, announce=True, session=7))
        frames = [token_pdu(n, silence=n == 0 or n >= 25) for n in range(28)]
        post(packetizer, "tokens", [*frames, pdu.end_marker(28)])
        run_to_end(self.tb)
        packets = self.packets()
        self.assertEqual(packets[0], largesc.announcement(0, session=7, silent=True))
        self.assert_redundant(24, 2, packets[25])  # due, but this packet still repeats
        self.assertEqual(packets[26], largesc.announcement(26, session=7, silent=True))
        self.assertEqual(packets[27], largesc.packet(27))
        self.assertEqual(packets[28:], [largesc.announcement(28, session=7, ends=True)] * 3)
        counters = packetizer.counters()
        self.assertEqual([counters[c] for c in ("packets", "silent", "announcements")], [28, 4, 5])

    def test_every_run_draws_its_session(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(announce=True))
        sessions = set()
        for _ in range(4):
            self.tb.start()
            post(packetizer, "tokens", [token_pdu(0), pdu.end_marker(1)])
            wait_for_end(self.tb)
            sessions.add(self.packets()[0].session)
        self.assertGreater(len(sessions), 1)
        self.assertNotIn(0, sessions)

    def test_end_marker_without_frame_number_ends_it_as_well(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer())
        post(packetizer, "tokens", [token_pdu(0), end_without_frame_number()])
        run_to_end(self.tb)
        self.assertEqual(len(self.packets()), 1)
        self.assertEqual(len(self.store.messages), 2)
        self.assertEqual(packetizer.counters()["malformed"], 1)

    def test_second_run_knows_nothing_of_the_first(self) -> None:
        packetizer = self.connect(largesc.uep_packetizer(n_primary=4, n_redundant=4, lag=1))
        self.tb.start()
        post(packetizer, "tokens", map(token_pdu, range(3)))
        wait_until(lambda: packetizer.counters().get("packets") == 3, "three frames are packed")
        self.tb.stop()
        self.tb.wait()
        post(packetizer, "tokens", [token_pdu(3), pdu.end_marker(4)])  # by an encoder that stops
        post(packetizer, "system", [DONE])
        self.tb.start()
        post(packetizer, "tokens", [token_pdu(3), token_pdu(4), pdu.end_marker(5)])
        wait_for_end(self.tb)
        first, second = self.packets()
        self.assertEqual(first.redundant, [])
        self.assert_redundant(3, 4, second)
        self.assertEqual(packetizer.counters()["packets"], 2)

    def test_settings_out_of_range_are_refused(self) -> None:
        for settings, message in (
            ((9, 0, 1), r"n_primary must be 4\.\.8, not 9"),
            ((3, 0, 1), r"n_primary must be 4\.\.8, not 3"),
            ((8, -1, 1), r"n_redundant must be 0\.\.7, not -1"),
            ((8, 8, 1), r"n_redundant must be 0\.\.7, not 8"),
            ((8, 0, 0), r"lag must be 1\.\.12, not 0"),
            ((8, 0, 13), r"lag must be 1\.\.12, not 13"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                largesc.uep_packetizer(*settings)
        for settings, message in (
            ({"session": -1}, r"session must be 0\.\.65535, not -1"),
            ({"session": 65536}, r"session must be 0\.\.65535, not 65536"),
            ({"text": "ä" * 16}, "text must have at most 31 bytes in UTF-8, not 32"),
            ({"check": "crc32"}, "check"),
            ({"text": "DL0XX\n"}, "text must be UTF-8 without control characters"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                largesc.uep_packetizer(**settings)


if __name__ == "__main__":
    gr_unittest.run(qa_uep_packetizer)
