#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of erasure_channel: the losses of a seed, malformed input, the end, and running again."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pmt
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio import pdu as gr_pdu
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from block_qa import BlockQa
from pdu_flowgraph import (
    DONE,
    no_pdus,
    packet_pdu,
    post,
    run_to_end,
    stop,
    wait_for_end,
    wait_until,
)

LOST_OF_24 = "111110110010011110111011"  # loss rate 0.5, seed 1; also in lib/


def packets(count: int, start: int = 0) -> list[Any]:
    """Packets that can be told apart."""
    return [packet_pdu(bytes([n, 1, 2])) for n in range(start, start + count)]


class qa_erasure_channel(BlockQa):
    def passed(self) -> list[int]:
        """Numbers of the packets that were not lost."""
        return [data[0] for data in self.store.vectors()]

    def test_loses_the_packets_of_its_seed(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.5, seed=1))
        self.run_with(channel, *packets(24), pdu.end_marker(24))
        self.assertEqual(self.passed(), [n for n, lost in enumerate(LOST_OF_24) if lost == "0"])
        bursts = LOST_OF_24.replace("0", " ").split()
        counted = {"packets": 24, "lost": LOST_OF_24.count("1")}
        counted |= {"bursts": len(bursts), "longest_burst": max(map(len, bursts))}
        self.assertEqual(channel.counters(), counted)

    def test_packet_passes_as_it_is(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        message = pdu.packet(pdu.add(pdu.frame_meta(7), packet_bits=24), b"abc")
        self.run_with(channel, message, pdu.end_marker(1))
        self.assertTrue(pmt.equal(self.store.messages[0], message))

    def test_end_marker_passes_where_everything_is_lost(self) -> None:
        channel = self.connect(largesc.erasure_channel(1.0))
        self.run_with(channel, *packets(5), pdu.end_marker(5))
        self.assertEqual(self.passed(), [])
        self.assertEqual(self.store.frames_at_end(), 5)

    def test_loss_rate_changes_while_it_runs(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        self.tb.start()
        self.give(channel, *packets(4))
        self.wait_for(channel, "packets", 4)
        channel.set_loss_rate(1.0)
        self.give(channel, *packets(4, start=4))
        self.wait_for(channel, "packets", 8)
        channel.set_loss_rate(0.0)
        self.give(channel, *packets(1, start=8), pdu.end_marker(9))
        wait_for_end(self.tb)
        self.assertEqual(self.passed(), [0, 1, 2, 3, 8])

    def test_loss_rate_out_of_range_is_refused_and_the_old_one_kept(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        channel.set_loss_rate(1.5)
        self.run_with(channel, *packets(3), pdu.end_marker(3))
        self.assertEqual(self.passed(), [0, 1, 2])

    def test_malformed_messages_are_counted_and_the_next_packet_passes(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        self.check_malformed(channel, no_pdus(), *packets(1), pdu.end_marker(1))
        self.assertEqual(self.passed(), [0])
        self.assertEqual(channel.counters(), {"malformed": len(no_pdus()), "packets": 1})

    def test_runs_again_as_the_first_time(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.5, seed=1))
        self.check_runs_again(channel, *packets(24), pdu.end_marker(24))

    def test_what_a_stopped_run_left_behind_is_not_read_by_the_next(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        self.tb.start()
        self.stop_and_start(channel, *packets(2), pdu.end_marker(2))
        self.give(channel, *packets(3, start=10), pdu.end_marker(3))
        wait_for_end(self.tb)
        self.assertEqual(self.passed(), [10, 11, 12])

    def test_it_goes_on_when_the_flowgraph_is_changed_meanwhile(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        self.tb.start()
        self.give(channel, *packets(3))
        self.wait_for(channel, "packets", 3)
        self.lock_and_unlock(channel)
        self.give(channel, *packets(2, start=3), pdu.end_marker(5))
        wait_for_end(self.tb)
        self.assertEqual(self.passed(), [3, 4])

    def test_done_of_the_block_before_does_not_end_it_ahead_of_the_marker(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        post(channel, "system", [DONE])
        self.tb.start()
        self.give(channel, *packets(1))
        wait_until(lambda: bool(self.store.messages), "a packet is through after 'done'")
        self.give(channel, *packets(1, start=1), pdu.end_marker(2))
        wait_for_end(self.tb)
        self.assertEqual(self.passed(), [0, 1])

    def test_a_slow_block_works_off_its_queue_though_its_sender_is_done(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.0))
        process = channel.process

        def slow(received: pdu.Pdu) -> None:
            time.sleep(0.05)
            process(received)

        self.give(channel, *packets(20), pdu.end_marker(20))
        post(channel, "system", [DONE])
        grace = mock.patch("gnuradio.largesc.runtime.stream_end.GRACE_S", 0.2)
        with grace, mock.patch.object(channel, "process", slow):
            run_to_end(self.tb)
        self.assertEqual(self.passed(), list(range(20)))

    def test_ends_after_a_sender_that_sends_no_marker(self) -> None:
        source = blocks.vector_source_b(range(12), False)
        tagger = blocks.stream_to_tagged_stream(gr.sizeof_char, 1, 4, "length")
        to_pdus = gr_pdu.tagged_stream_to_pdu(gr.types.byte_t, "length")
        channel = largesc.erasure_channel(0.0)
        self.tb.connect(source, tagger, to_pdus)
        self.tb.msg_connect(to_pdus, "pdus", channel, "packets")
        with mock.patch("gnuradio.largesc.runtime.stream_end.GRACE_S", 0.1):
            run_to_end(self.tb)
        self.assertEqual(channel.counters(), {"packets": 3})

    def test_loss_rate_out_of_range_is_refused(self) -> None:
        for loss_rate in (-0.1, 1.1, float("nan")):
            with self.assertRaisesRegex(ValueError, r"loss_rate must be 0\.\.1"):
                largesc.erasure_channel(loss_rate)

    def after(self, count: int, *arguments: Any, **settings: Any) -> Any:
        """The channel after so many packets."""
        channel = self.connect(largesc.erasure_channel(*arguments, **settings))
        return self.run_with(channel, *packets(count), pdu.end_marker(count))

    def lost(self, count: int) -> str:
        """A digit per packet sent, as the golden strings have them."""
        passed = set(self.passed())
        return "".join("0" if n in passed else "1" for n in range(count))

    def check_process(self, name: str, kernel: Any) -> None:
        """The block at loss rate 0.3, burst 3 and seed 1 decides as this kernel does."""
        self.after(48, 0.3, 1, name, 3.0)
        self.assertEqual(self.lost(48), "".join("01"[kernel.next_is_lost()] for _ in range(48)))

    def test_gilbert_losses(self) -> None:
        self.check_process("gilbert", largesc.gilbert_erasures(0.3, 3.0, 1))

    def test_gilbert_elliott_losses(self) -> None:
        self.check_process("gilbert-elliott", largesc.gilbert_elliott_erasures(0.3, 3.0, 1))

    def test_bellcore_losses(self) -> None:
        self.check_process("bellcore", largesc.bellcore_erasures(0.3, 1))

    def test_trace_is_played_and_repeats_are_counted(self) -> None:
        with TemporaryDirectory() as folder:
            path = f"{folder}/trace.txt"
            Path(path).write_text("0110 # four packets\n")
            channel = self.after(10, process="trace", trace=path)
        self.assertEqual(self.lost(10), "0110011001")
        counted = {"packets": 10, "lost": 5, "bursts": 3, "longest_burst": 2, "repeats": 2}
        self.assertEqual(channel.counters(), counted)
        channel.set_loss_rate(0.7)  # Companion calls it whatever the process is

    def test_record_is_the_trace_of_the_run(self) -> None:
        with TemporaryDirectory() as folder:
            path = f"{folder}/record.txt"
            self.after(200, 0.3, 5, "bellcore", record=path)
            trace = largesc.read_trace(path)
        self.assertEqual("".join("01"[lost] for lost in trace), self.lost(200))

    def test_record_of_a_stopped_flowgraph_is_written(self) -> None:
        with TemporaryDirectory() as folder:
            path = f"{folder}/record.txt"
            channel = self.connect(largesc.erasure_channel(1.0, record=path))
            self.tb.start()
            self.give(channel, *packets(7))
            self.wait_for(channel, "packets", 7)
            stop(self.tb)
            self.assertEqual(largesc.read_trace(path), [True] * 7)

    def test_record_goes_on_in_another_run_and_after_unlock(self) -> None:
        with TemporaryDirectory() as folder:
            path = f"{folder}/record.txt"
            channel = self.connect(largesc.erasure_channel(0.5, 3, record=path))
            self.tb.start()
            self.give(channel, *packets(30))
            self.wait_for(channel, "packets", 30)
            self.lock_and_unlock(channel)
            self.give(channel, *packets(20))
            self.wait_for(channel, "packets", 20)
            self.stop_and_start(channel)
            self.give(channel, *packets(10), pdu.end_marker(10))
            wait_for_end(self.tb)
            trace = largesc.read_trace(path)
        kernel = largesc.independent_erasures(0.5, 3)
        first = [kernel.next_is_lost() for _ in range(30)]
        self.assertEqual(trace, [*first, *first[:20], *first[:10]])

    def test_record_that_fails_is_counted_and_the_stream_ends(self) -> None:
        with TemporaryDirectory() as folder:
            gone = Path(folder) / "gone"
            gone.mkdir()
            channel = self.connect(largesc.erasure_channel(0.0, record=str(gone / "record.txt")))
            gone.rmdir()
            self.run_with(channel, *packets(3), pdu.end_marker(3))
        self.assertEqual((self.passed(), self.store.frames_at_end()), ([0, 1, 2], 3))
        self.assertEqual(channel.counters(), {"packets": 3, "record_errors": 1})
        self.assertIn("cannot be written: No such file", channel.record_error)

    def test_malformed_messages_are_not_decided_on(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.5, 1))
        self.run_with(channel, *no_pdus(), *packets(24), pdu.end_marker(24))
        self.assertEqual(self.lost(24), LOST_OF_24)
        self.assertEqual(channel.counters()["malformed"], len(no_pdus()))

    def test_loss_rate_that_the_process_cannot_have_is_not_taken(self) -> None:
        channel = self.connect(largesc.erasure_channel(0.3, 1, "gilbert", 3.0))
        channel.set_loss_rate(0.9)
        self.run_with(channel, *packets(24), pdu.end_marker(24))
        self.assertEqual(self.lost(24), "111100111110000000000000")  # also in lib/

    def test_wrong_parameters_are_refused(self) -> None:
        with TemporaryDirectory() as folder:
            path = f"{folder}/trace.txt"
            Path(path).write_text("01x")
            for says, settings in (
                ("choose one of independent, gilbert", {"process": "magic"}),
                ("a trace needs the name", {"process": "trace"}),
                ("column 3: expected 0 or 1, not 'x'", {"process": "trace", "trace": path}),
                ("No such file", {"process": f"trace:{folder}/nothing"}),
                ("burst must be at least", {"process": "gilbert", "burst": 1.0}),
                ("burst must be finite", {"process": "gilbert", "burst": float("inf")}),
                ("below 0.5", {"process": "gilbert-elliott", "loss_rate": 0.5}),
                ("at most 0.815", {"process": "bellcore", "loss_rate": 0.9}),
                ("seed must be", {"seed": -1}),
                ("no folder to write to", {"record": f"{folder}/no/record.txt"}),
            ):
                with self.subTest(says), self.assertRaisesRegex(ValueError, says):
                    largesc.erasure_channel(**settings)
            Path(path).write_text("01")
            with self.assertRaisesRegex(ValueError, "would replace the trace"):
                largesc.erasure_channel(process="trace", trace=path, record=path)


if __name__ == "__main__":
    gr_unittest.run(qa_erasure_channel)
