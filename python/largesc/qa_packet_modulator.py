#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of packet_modulator: slots and overs, padding, malformed input, the end, live."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.link.slot_contents import into_slot
from gnuradio.largesc.runtime import pdu
from largesc_kernels import hf_modulator, vhf_modulator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import no_pdus, packet_pdu, post, run_to_end, stop, wait_for_end, wait_until

SLOT = 640
PACKETS = [bytes([number, 16, *range(5)]) for number in range(4)]


def messages(packets: list[bytes]) -> list[Any]:
    """PDUs of these packets and the end marker."""
    return [*(packet_pdu(packet) for packet in packets), pdu.end_marker(len(packets))]


def modulated(packets: list[bytes]) -> Any:
    """An over of these slots as the kernel makes it, with the slot in which it fades out."""
    modulator = hf_modulator()
    slots = [modulator.modulate(packet) for packet in packets]
    edge = modulator.flush()
    return np.concatenate([*slots, edge, np.zeros(SLOT - len(edge))])


class qa_packet_modulator(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def made(self, *arguments: Any, **settings: Any) -> Any:
        """The block, with a sink behind it."""
        self.sink = blocks.vector_sink_c()
        self.block = block = largesc.packet_modulator(*arguments, **settings)  # keeps it alive
        self.tb.connect(block, self.sink)
        return block

    def run_with(self, block: Any, *given: Any) -> Any:
        post(block, "packets", given)
        run_to_end(self.tb)
        return np.array(self.sink.data(), dtype=np.complex64)

    def tags(self) -> dict[str, list[int]]:
        """Where the tags are, by name."""
        found: dict[str, list[int]] = {"tx_sob": [], "tx_eob": []}
        for tag in self.sink.tags():
            found[pmt.symbol_to_string(tag.key)].append(tag.offset)
        return found

    def test_slots_are_those_of_the_kernel_in_one_over(self) -> None:
        block = self.made()
        samples = self.run_with(block, *messages(PACKETS))
        np.testing.assert_allclose(samples, modulated(PACKETS), atol=1e-6)
        self.assertEqual(self.tags(), {"tx_sob": [0], "tx_eob": [5 * SLOT - 1]})
        self.assertEqual(block.counters(), {"packets": 4, "overs": 1})
        self.assertEqual(block.sample_rate, 8000)

    def test_profile_vhf_is_that_of_its_kernel_live_as_well(self) -> None:
        modulator = vhf_modulator()
        parts = [modulator.modulate(packet) for packet in [*PACKETS, bytes(32)]]
        over = np.concatenate([*parts, modulator.flush()])
        for live in (False, True):
            block = self.made(profile="vhf", live=live)
            samples = self.run_with(block, *messages([*PACKETS, bytes(32)]))
            np.testing.assert_allclose(samples[: len(over)], over, atol=1e-6)
            self.assertEqual(self.tags(), {"tx_sob": [0], "tx_eob": [6 * 4800 - 1]})
            self.assertEqual(block.counters(), {"packets": 5, "overs": 1})
            self.assertEqual(block.sample_rate, 60000)
            self.tb = gr.top_block()

    def test_amplitude_is_that_of_the_mean_power(self) -> None:
        block = self.made(amplitude=0.5)
        samples = self.run_with(block, *messages(PACKETS))
        np.testing.assert_allclose(samples, 0.5 * modulated(PACKETS), atol=1e-6)

    def test_a_packet_that_does_not_fill_its_slot_is_padded(self) -> None:
        block = self.made()
        short = [b"\0\x19", bytes(9), bytes(20)]
        samples = self.run_with(block, *messages(short))
        slots = [into_slot(packet, (7, 13, 23)) for packet in short]
        np.testing.assert_allclose(samples, modulated(slots), atol=1e-6)
        self.assertEqual(block.counters(), {"packets": 3, "overs": 1, "padded": 3})

    def test_a_packet_that_no_slot_holds_is_counted(self) -> None:
        block = self.made(sizes=[7])
        samples = self.run_with(block, *messages([bytes(8), PACKETS[0], bytes(47)]))
        np.testing.assert_allclose(samples, modulated(PACKETS[:1]), atol=1e-6)
        self.assertEqual(block.counters(), {"packets": 1, "overs": 1, "oversize": 2})

    def test_malformed_messages_are_counted(self) -> None:
        block = self.made()
        wrong = [*no_pdus(), packet_pdu(b""), pmt.cons(pmt.make_dict(), pmt.make_f32vector(7, 0.0))]
        wrong += [pdu.packet(pmt.to_pmt({"frame": -1}), PACKETS[0])]
        wrong += [pdu.packet(pmt.to_pmt({"beside": "yes"}), PACKETS[0])]
        samples = self.run_with(block, *wrong, *messages(PACKETS))
        self.assertEqual(len(samples), 5 * SLOT)
        self.assertEqual(block.counters()["malformed"], len(wrong))

    def test_a_stream_without_packets_has_no_samples(self) -> None:
        self.assertEqual(len(self.run_with(self.made(), pdu.end_marker(0))), 0)

    def test_runs_again(self) -> None:
        block = self.made()
        first = self.run_with(block, *messages(PACKETS))
        self.sink.reset()
        self.tb.start()
        post(block, "packets", messages(PACKETS))
        wait_for_end(self.tb)
        np.testing.assert_array_equal(np.array(self.sink.data(), dtype=np.complex64), first)
        self.assertEqual(block.counters(), {"packets": 4, "overs": 1})

    def test_nothing_of_a_stopped_run_is_left(self) -> None:
        block = self.made()
        self.tb.start()
        post(block, "packets", [packet_pdu(PACKETS[0])])
        wait_until(lambda: block.counters().get("packets") == 1, "a packet is sent")
        stop(self.tb)
        self.sink.reset()
        post(block, "packets", messages(PACKETS[:3]))  # of a block that stops later
        self.tb.start()
        post(block, "packets", messages(PACKETS[3:]))
        wait_for_end(self.tb)
        np.testing.assert_allclose(self.sink.data(), modulated(PACKETS[3:]), atol=1e-6)

    def test_live_there_are_zeros_between_overs_that_end_by_themselves(self) -> None:
        block = self.made(live=True)
        self.tb.start()
        for overs in (1, 2):
            wait_until(lambda: len(self.sink.data()) > SLOT, "zeros come")
            post(block, "packets", [packet_pdu(PACKETS[0])])
            wait_until(lambda: len(self.tags()["tx_eob"]) == overs, "an over has ended")  # noqa: B023
        post(block, "packets", [pdu.end_marker(2)])
        wait_for_end(self.tb)
        begins, ends = self.tags()["tx_sob"], self.tags()["tx_eob"]
        self.assertEqual(
            [end - begin + 1 for begin, end in zip(begins, ends, strict=True)], [6 * SLOT] * 2
        )
        samples = np.array(self.sink.data())
        np.testing.assert_allclose(
            samples[begins[1] :][: 2 * SLOT], modulated(PACKETS[:1]), atol=1e-6
        )
        self.assertFalse(samples[: begins[0]].any())
        self.assertEqual(block.counters(), {"packets": 2, "overs": 2, "gaps": 10})

    def test_live_the_oldest_packet_is_dropped(self) -> None:
        block = self.made(live=True, max_queue=2)
        post(block, "packets", messages(PACKETS))  # before the start: no slot begins between them
        run_to_end(self.tb)
        self.assertEqual(block.counters(), {"packets": 2, "overs": 1, "dropped": 2})
        begin = self.tags()["tx_sob"][0]
        samples = np.array(self.sink.data())[begin:]
        np.testing.assert_allclose(samples[: 3 * SLOT], modulated(PACKETS[2:]), atol=1e-6)

    def test_live_what_comes_beside_a_frame_takes_its_slot(self) -> None:
        beside, _, second, third = PACKETS
        told = [pdu.add(pdu.frame_meta(7), beside=True), *map(pdu.frame_meta, (7, 8, 9))]
        given = [pdu.packet(m, p) for m, p in zip(told, PACKETS, strict=True)]
        for live, sent in ((True, [beside, second, third]), (False, PACKETS)):
            block = self.made(live=live)
            samples = self.run_with(block, *given, pdu.end_marker(3))
            np.testing.assert_allclose(
                samples[: len(sent) * SLOT], modulated(sent)[:-SLOT], atol=1e-6
            )
            self.assertEqual(block.counters().get("left_out", 0), 4 - len(sent))
            self.tb = gr.top_block()

    def test_live_an_over_begins_10_ms_behind_its_first_packet(self) -> None:
        block = self.made(live=True)
        self.slow = blocks.throttle(gr.sizeof_gr_complex, 8000)
        self.tb = gr.top_block()
        self.sink = blocks.vector_sink_c()
        self.tb.connect(block, self.slow, self.sink)
        parts, next_part = [], block._feed.next_part

        def noted(is_ended: bool) -> Any:
            waits = block.backlog()
            parts.append((waits, next_part(is_ended)))
            return parts[-1][1]

        block._feed.next_part = noted
        self.tb.start()
        wait_until(lambda: len(parts) > 3, "the key is up")
        post(block, "packets", [packet_pdu(PACKETS[0])])
        wait_until(lambda: block.counters().get("packets") == 1, "a packet is sent")
        stop(self.tb)
        held = [len(part.samples) for waits, part in parts if waits and not part.begins]
        self.assertEqual(held, [80])

    def test_slots_are_begun_as_late_as_a_block_that_is_followed_allows(self) -> None:
        self.slow = blocks.throttle(gr.sizeof_gr_complex, 20_000)
        self.slow.set_max_noutput_items(40)
        self.sink = blocks.vector_sink_c()
        self.block = largesc.packet_modulator(live=True)
        self.tb.connect(self.block, self.slow, self.sink)
        self.block.follow(self.slow)
        waiting, has_part = [], self.block._has_part
        begun = []

        def note(offset: int) -> bool:
            part, there = self.block._part, has_part(offset)
            waiting.append(offset - self.slow.nitems_read(0))
            if self.block._part is not part:
                begun.append(waiting[-1])
            return bool(there)

        self.block._has_part = note
        samples = self.run_with(self.block, *messages(PACKETS))
        self.assertEqual(self.block.counters()["packets"], 4)
        over = samples[np.flatnonzero(samples)[0] :]
        np.testing.assert_allclose(over, modulated(PACKETS)[: len(over)], atol=1e-6)
        self.assertGreater(len(begun), 4)
        self.assertLessEqual(max(begun), 0.01 * 8000)
        self.assertGreater(max(waiting), 0.03 * 8000)  # within a slot

    def test_a_slot_waits_for_its_packet_as_long_as_what_is_before_the_device_lasts(self) -> None:
        block = largesc.packet_modulator(live=True)
        waiting: list[int] = [0]
        key = SimpleNamespace(nitems_read=lambda _: 0, nitems_written=lambda _: 1080)
        radio = SimpleNamespace(nitems_read=lambda _: 1000, waiting=lambda: waiting[-1] - 80)
        block.follow(key, radio)
        block._handle_packet(packet_pdu(PACKETS[0]))
        while not block._over.is_on:
            self.assertTrue(block._has_part(0))
            block._position = len(block._part.samples)
        for packet, samples, begins in (
            (None, 330, False),  # more than 40 ms
            (None, 170, False),  # no packet, and there is time
            (PACKETS[1], 330, False),
            (None, 320, True),  # a packet, and 40 ms
            (None, 161, False),
            (None, 160, True),  # 20 ms: a gap
        ):
            waiting.append(samples)
            if packet:
                block._handle_packet(packet_pdu(packet))
            before = block._part
            self.assertEqual(block._has_part(0), begins)
            self.assertEqual(block._part is not before, begins)
            if begins:
                block._position = len(block._part.samples)
        self.assertEqual(block.counters(), {"packets": 2, "overs": 1, "gaps": 1})

    def test_wrong_parameters_are_refused(self) -> None:
        for says, settings in (
            ("profile must be one of hf, vhf, not 'am'", {"profile": "am"}),
            ("sizes must be some of 7 13 23", {"sizes": [7, 8]}),
            ("sizes must be a list", {"sizes": 7}),
            ("each of sizes must be a whole number", {"sizes": ["x"]}),
            ("amplitude must be 0..100", {"amplitude": -1}),
            ("live must be true or false", {"live": "x"}),
            ("max_queue must be", {"max_queue": -1}),
        ):
            with self.subTest(says), self.assertRaisesRegex(ValueError, says):
                largesc.packet_modulator(**settings)


if __name__ == "__main__":
    gr_unittest.run(qa_packet_modulator)
