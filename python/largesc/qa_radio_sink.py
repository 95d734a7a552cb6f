#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of radio_sink: what goes out, to the last sample; whose turn it is; running again."""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pmt
from gnuradio import blocks, gr, gr_unittest, largesc

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import run_to_end, stop, wait_until


def tag(offset: int, key: str) -> gr.tag_t:
    found = gr.tag_t()
    found.offset, found.key, found.value = offset, pmt.intern(key), pmt.PMT_T
    return found


class qa_radio_sink(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb, self.other = gr.top_block(), gr.top_block()
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self) -> None:
        stop(self.tb)
        stop(self.other)
        self.tb = self.other = None
        self.folder.cleanup()

    def send(self, device: str, samples: np.ndarray, *tags: gr.tag_t, **values: str) -> None:
        self.source = blocks.vector_source_c(samples.tolist(), False, 1, list(tags))
        self.sink = largesc.radio_sink(device, **values)
        self.tb.connect(self.source, self.sink)
        run_to_end(self.tb)

    def listen(self, device: str) -> blocks.vector_sink_c:
        self.heard, self.radio = blocks.vector_sink_c(), largesc.radio_source(device)
        self.other.connect(self.radio, self.heard)
        self.other.start()
        wait_until(lambda: len(self.heard.data()) > 0, "the other one listens")
        return self.heard

    def test_a_recording_holds_every_sample(self) -> None:
        samples = np.exp(0.3j * np.arange(20_001))
        for _ in range(2):  # a second time in the place of the first
            path = Path(self.folder.name) / "sent.sigmf-meta"
            self.send(str(path), samples)
            self.tb.disconnect_all()
            kept = np.fromfile(path.with_suffix(".sigmf-data"), dtype=np.complex64)
            np.testing.assert_allclose(kept, samples, atol=1e-6)

    def test_the_last_sample_is_heard(self) -> None:
        heard = self.listen("loopback:full/1")
        samples = np.linspace(0.1, 1.0, 4000) + 0j
        self.send("loopback:full/2", samples)
        wait_until(lambda: np.isclose(np.abs(heard.data()), 1.0).any(), "it has come")
        came = np.array(heard.data())
        np.testing.assert_allclose(came[np.abs(came) > 0], samples, atol=1e-6)

    def test_half_duplex_sends_overs_alone(self) -> None:
        heard = self.listen("loopback:half/1")
        samples = np.full(9000, 0.3 + 0j)
        samples[2000:5000], samples[6000:7000] = 0.7, 0.9
        overs = (tag(2000, "tx_sob"), tag(4999, "tx_eob"), tag(6000, "tx_sob"), tag(6999, "tx_eob"))
        self.send("loopback:half/2", samples, *overs, duplex="half")
        wait_until(lambda: np.isclose(np.abs(heard.data()), 0.9).any(), "it has come")
        came = np.round(np.abs(heard.data()), 3)
        self.assertEqual(np.count_nonzero(came == 0.3), 0)
        self.assertEqual(np.count_nonzero(came == 0.7), 3000)
        self.assertEqual(self.sink.counters().get("turnovers"), 2)

    def test_what_waits_before_the_device_may_be_asked_at_any_time(self) -> None:
        # Of a flowgraph that is not set up GNU Radio counts nothing, and a question crashes.
        self.source = blocks.vector_source_c(np.full(2000, 0.3).tolist(), False, 1, [])
        self.sink = largesc.radio_sink("loopback:waits/1")
        self.assertEqual(self.sink.waiting(), 0)
        self.tb.connect(self.source, self.sink)
        self.tb.start()
        most, head = [0], self.sink.station.sending.head

        def is_out() -> bool:
            most.append(self.sink.waiting())
            return bool(head.nitems_written(0) >= 2000)

        wait_until(lambda: self.sink.station.sending.is_running, "it sends")
        wait_until(is_out, "all is on its way")
        stop(self.tb)
        self.assertEqual(self.sink.waiting(), 0)
        self.assertGreater(max(most), 0)
        self.assertLessEqual(max(most), 2 * 0.03 * 8000)

    def test_what_is_wrong_is_said_in_a_line(self) -> None:
        for values in (
            {"device": f"{self.folder.name}/no/such.sigmf-meta"},
            {"device": "soapy:frequency", "frequency": 1e6},
            {"device": "loopback:a", "frequency": -1.0},
        ):
            with self.assertRaises((ValueError, OSError)) as caught:
                largesc.radio_sink(**values)
            self.assertNotIn("\n", str(caught.exception))

    def test_both_directions_of_a_device_agree(self) -> None:
        self.kept = largesc.radio_sink("loopback:both", duplex="half")
        with self.assertRaises(ValueError):
            largesc.radio_source("loopback:both", duplex="full")


if __name__ == "__main__":
    gr_unittest.run(qa_radio_sink)
