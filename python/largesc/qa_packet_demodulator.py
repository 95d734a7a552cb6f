#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of packet_demodulator: packets and what is known of them, damage, the end, running again."""

import sys
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.link.slot_contents import into_slot
from gnuradio.largesc.runtime import pdu
from largesc_kernels import hf_demodulator, hf_modulator, vhf_modulator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from pdu_flowgraph import PduStore, is_end, run_to_end, stop, wait_for_end, wait_until

SILENCE = 1000  # samples before an over
SHORT = b"\x02\x90"  # of a silent frame
PACKETS = [bytes([number, 16, *range(5)]) for number in range(6)]


def over(slots: list[bytes]) -> Any:
    """Samples with an over of these slots after a pause."""
    modulator = hf_modulator()
    parts = [modulator.modulate(slot) for slot in slots]
    return np.concatenate([np.zeros(SILENCE), *parts, modulator.flush()]).astype(np.complex64)


class StatusStore(gr.basic_block):
    """Keeps the dictionaries it gets. Message port: ``status`` in."""

    def __init__(self) -> None:
        gr.basic_block.__init__(self, name="status_store", in_sig=[], out_sig=[])
        self.said: list[dict[str, Any]] = []
        self.message_port_register_in(pmt.intern("status"))
        self.set_msg_handler(pmt.intern("status"), self._keep)

    def _keep(self, message: Any) -> None:
        self.said.append(pmt.to_python(message))


class qa_packet_demodulator(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.store = PduStore()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None

    def made(self, samples: Any, **settings: Any) -> Any:
        """The block, fed with these samples, with a store behind it."""
        self.source = blocks.vector_source_c(samples.tolist())
        self.block = block = largesc.packet_demodulator(**settings)  # keeps it alive
        self.tb.connect(self.source, block)
        self.tb.msg_connect(block, "packets", self.store, "pdus")
        return block

    def received(self) -> list[bytes]:
        return [bytes(vector) for vector in self.store.vectors()]

    def test_packets_come_with_what_the_modem_knows_and_the_end_marker(self) -> None:
        block = self.made(over(PACKETS))
        run_to_end(self.tb)
        self.assertEqual(self.received(), PACKETS)
        self.assertEqual(self.store.frames_at_end(), 6)
        for number, time in enumerate(self.store.meta("time")):
            self.assertAlmostEqual(time, SILENCE / 8000 + 0.08 * number, delta=0.0005)
        behind = np.array(self.store.meta("behind"))
        first = np.flatnonzero(behind == 0.0)[0]  # found at once, as are all that follow
        self.assertFalse(behind[first:].any())
        self.assertGreater(first, 0)
        np.testing.assert_allclose(np.diff(behind[:first]), -0.08, atol=0.0005)
        self.assertEqual(self.store.meta("crc_ok"), [True] * 6)
        self.assertGreater(min(self.store.meta("snr")), 8.0)
        self.assertLess(max(map(abs, self.store.meta("offset"))), 0.5)
        self.assertEqual(self.store.meta("soft"), [None] * 6)
        self.assertEqual(block.counters(), {"packets": 6, "overs": 1})

    def test_several_overs_are_a_stream_of_unknown_length(self) -> None:
        block = self.made(np.concatenate([over(PACKETS), np.zeros(48000), over(PACKETS)]))
        run_to_end(self.tb)
        self.assertEqual(block.counters()["overs"], 2)
        self.assertEqual(self.store.frames_at_end(), 0)

    def test_what_computing_for_slots_found_together_takes_counts_as_behind(self) -> None:
        block, kernel = self.made(over(PACKETS)), hf_demodulator()
        found = [slot for slot in kernel.push(over(PACKETS)) if slot.behind]
        self.assertGreater(len(found), 1)
        told = []

        def slowly() -> list[Any]:
            sleep(0.02)
            return found

        block._publish = lambda slot, spent: told.append(spent)
        block._take(slowly)
        self.assertEqual(len(told), len(found))
        self.assertGreaterEqual(min(told), 0.02 * (1.0 - 1.0 / len(found)))
        self.assertLessEqual(max(told), 0.04)
        told.clear()
        block._take(lambda: kernel.flush()[:1])
        self.assertEqual(told, [0.0])

    def test_profile_vhf_is_received_far_off_its_frequency(self) -> None:
        modulator = vhf_modulator()
        parts = [modulator.modulate(packet) for packet in PACKETS]
        samples = np.concatenate([np.zeros(SILENCE), *parts, modulator.flush()])
        turn = np.exp(2j * np.pi * 19000.0 / 60000.0 * np.arange(len(samples)))
        block = self.made(samples * turn, profile="vhf")
        self.assertEqual(block.sample_rate, 60000)
        run_to_end(self.tb)
        self.assertEqual(self.received(), PACKETS)
        self.assertEqual(self.store.frames_at_end(), 6)
        for number, time in enumerate(self.store.meta("time")):
            self.assertAlmostEqual(time, SILENCE / 60000 + 0.08 * number, delta=0.0001)
        self.assertEqual(self.store.meta("behind")[1:], [0.0] * 5)  # one slot is enough
        self.assertLess(max(abs(hertz - 19000.0) for hertz in self.store.meta("offset")), 5.0)
        self.assertEqual(block.counters(), {"packets": 6, "overs": 1})

    def test_soft_bits_are_those_of_the_packet(self) -> None:
        packets = [*PACKETS[:4], SHORT, bytes(range(9))]
        self.made(over([into_slot(p, (7, 13, 23)) for p in packets]), soft=True)
        run_to_end(self.tb)
        self.assertEqual(self.received(), packets)
        for packet, soft in zip(packets, self.store.meta("soft"), strict=True):
            bits = np.unpackbits(np.frombuffer(packet, np.uint8))
            np.testing.assert_array_equal(np.array(soft) > 0, bits > 0)

    def test_a_packet_that_may_be_believed_and_no_more_has_no_verdict(self) -> None:
        random = np.random.default_rng(4)
        samples = over(PACKETS * 8)
        noise = random.standard_normal((2, len(samples))) * 10**0.2  # -4 dB in 3 kHz, about
        self.made(samples + noise[0] + 1j * noise[1], damaged=True, sizes=[7])
        run_to_end(self.tb)
        verdicts = zip(self.store.meta("crc_ok"), self.store.meta("margin"), strict=True)
        for verdict, margin in verdicts:
            self.assertEqual(verdict is True, verdict is not False and margin >= 7.0)
        self.assertLess({None, False, True} - set(self.store.meta("crc_ok")), {None, False, True})

    def test_the_header_that_is_expected_finds_more_packets(self) -> None:
        random, codec = np.random.default_rng(6), largesc.packet_codec()
        tokens = random.integers(0, 2048, (80, 4)).tolist()
        packets = [codec.pack(largesc.packet(n, one)) for n, one in enumerate(tokens)]
        samples = over(packets)
        noise = random.standard_normal((2, len(samples))) * 10**0.327  # -5.3 dB in 3 kHz
        found = []
        for known in (False, True):
            block = self.made(
                samples + noise[0] + 1j * noise[1], sizes=[7], known_headers=known, soft=True
            )
            run_to_end(self.tb)
            received = self.received()
            found.append(len(set(received) & set(packets)))
            self.assertEqual(len(received), len(set(received)))
            self.assertEqual(block.counters().get("known_headers", 0) > 0, known)
            self.tb = gr.top_block()
        self.assertGreater(found[1], found[0] + 5)

    def test_a_slot_that_fades_is_counted_or_handed_on_as_damaged(self) -> None:
        samples = over(PACKETS)
        samples[SILENCE + 4 * 640 :][:640] = 0.0
        samples += np.random.default_rng(1).normal(0.0, 0.1, len(samples))
        for damaged in (False, True):
            block = self.made(samples.astype(np.complex64), damaged=damaged)
            run_to_end(self.tb)
            right = [
                p
                for p, ok in zip(self.received(), self.store.meta("crc_ok"), strict=True)
                if ok is not False
            ]
            self.assertEqual(self.store.frames_at_end(), 6)
            self.assertEqual(right, [p for n, p in enumerate(PACKETS) if n != 4])
            self.assertEqual(False in self.store.meta("crc_ok"), damaged)
            self.assertGreater(block.counters()["damaged"], 0)
            self.tb = gr.top_block()

    def test_a_slot_that_no_sender_fills_so_is_malformed(self) -> None:
        filled_wrong = into_slot(SHORT, (7,))[:-1] + b"\x01"
        no_length = b"\x01\xff" + bytes(5)
        block = self.made(over([*PACKETS[:3], filled_wrong, no_length]))
        run_to_end(self.tb)
        self.assertEqual(self.received(), PACKETS[:3])
        self.assertEqual(block.counters()["malformed"], 2)

    def test_a_stream_without_overs_has_the_end_marker_alone(self) -> None:
        block = self.made(np.zeros(5000, dtype=np.complex64))
        run_to_end(self.tb)
        self.assertEqual((self.received(), self.store.frames_at_end()), ([], 0))
        self.assertEqual(block.counters(), {})

    def test_samples_that_are_no_numbers_are_counted(self) -> None:
        samples = over(PACKETS)
        samples[:3] = np.nan, np.inf, 1j * np.inf
        block = self.made(samples)
        run_to_end(self.tb)
        self.assertEqual(self.received(), PACKETS)
        self.assertEqual(block.counters()["invalid_samples"], 3)

    def test_status_tells_of_slots_and_of_overs(self) -> None:
        block, status = self.made(over(PACKETS)), StatusStore()
        self.tb.msg_connect(block, "status", status, "status")
        self.tb.start()
        wait_for_end(self.tb)
        accepted = [said for said in status.said if said.get("accepted")]
        self.assertEqual(len(accepted), 6)
        self.assertEqual(set(accepted[0]), {"sync", "accepted", "time", "snr", "offset"})
        self.assertTrue(status.said[0]["sync"])
        self.assertFalse(block.in_sync)

    def test_runs_again_and_after_a_stop(self) -> None:
        block = self.made(over(PACKETS))
        for _ in range(2):
            self.source.rewind()
            run_to_end(self.tb)
            self.assertEqual(self.received(), PACKETS)
            self.assertEqual(block.counters(), {"packets": 6, "overs": 1})

    def test_a_stop_hands_on_what_came_and_the_end_marker(self) -> None:
        block, published = largesc.packet_demodulator(), []
        on_its_way = block.message_port_pub

        def publish(port: Any, message: Any) -> None:
            # Noted here: a stop ends the threads of all blocks, a store's as well, and what then
            # still lies in its queue is not taken from it.
            published.append(message)
            on_its_way(port, message)

        block.message_port_pub = publish
        source = blocks.vector_source_c(over(PACKETS).tolist(), True)
        self.tb.connect(source, block)
        self.tb.msg_connect(block, "packets", self.store, "pdus")
        self.tb.start()
        wait_until(lambda: len(self.store.messages) > 2, "packets come")
        stop(self.tb)
        self.assertTrue(is_end(published[-1]))
        slots = pdu.frame_number(pmt.car(published[-1]))
        self.assertGreaterEqual(slots, block.counters()["packets"])

    def test_wrong_parameters_are_refused(self) -> None:
        for says, settings in (
            ("profile must be one of hf, vhf, not 'am'", {"profile": "am"}),
            ("sizes must be some of 7 13 23", {"sizes": [8]}),
            ("look_ahead must be 0..1", {"look_ahead": 2}),
            ("second_tries must be true or false", {"second_tries": "x"}),
            ("soft must be true or false", {"soft": None}),
            ("damaged must be true or false", {"damaged": 5}),
        ):
            with self.subTest(says), self.assertRaisesRegex(ValueError, says):
                largesc.packet_demodulator(**settings)


if __name__ == "__main__":
    gr_unittest.run(qa_packet_demodulator)
