#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of radio_source: what comes, settings, a recording to its end, running again."""

import sys
import tempfile
from pathlib import Path

import numpy as np
from gnuradio import blocks, gr, gr_unittest, largesc
from gnuradio.largesc.radio.front_ends.front_end import FrontEndError
from gnuradio.largesc.radio.iq_recording import IqRecording

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from pdu_flowgraph import run_to_end, stop, wait_until


class qa_radio_source(gr_unittest.TestCase):
    def setUp(self) -> None:
        self.tb = gr.top_block()
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self) -> None:
        stop(self.tb)
        self.tb = None
        self.folder.cleanup()

    def recording(self, samples: np.ndarray, rate: float, name: str = "some") -> str:
        path = Path(self.folder.name) / f"{name}.sigmf-meta"
        recording = IqRecording(path, rate, 14e6)
        recording.write(samples.astype(np.complex64))
        recording.close()
        return str(path)

    def heard(self, source: largesc.radio_source) -> np.ndarray:
        self.sink = blocks.vector_sink_c()
        self.tb.connect(source, self.sink)
        run_to_end(self.tb)
        return np.array(self.sink.data())

    def test_a_recording_comes_as_it_is_and_ends(self) -> None:
        samples = np.exp(0.3j * np.arange(20_000))
        self.source = largesc.radio_source(self.recording(samples, 8000))
        np.testing.assert_allclose(self.heard(self.source), samples, atol=1e-6)

    def test_a_name_may_have_dots(self) -> None:
        self.source = largesc.radio_source(self.recording(np.ones(50), 8000, "14.2365 MHz"))
        self.assertEqual(len(self.heard(self.source)), 50)

    def test_another_rate_and_another_place_are_brought_to_the_modem(self) -> None:
        rate, away, tone = 200_000.0, 25_000.0, 500.0
        samples = 0.5 * np.exp(2j * np.pi * (away + tone) / rate * np.arange(100_000))
        samples += 0.5 * np.exp(2j * np.pi * (away + 8000.0 + tone) / rate * np.arange(100_000))
        path = self.recording(samples, rate)
        self.source = largesc.radio_source(path, frequency=14e6 + away)
        heard = self.heard(self.source)[200:-200]
        self.assertAlmostEqual(len(heard), 3600, delta=30)
        wanted = np.exp(2j * np.pi * tone / 8000.0 * np.arange(len(heard)))
        match = np.vdot(wanted, heard) / len(heard)
        self.assertAlmostEqual(abs(match), 0.5, delta=0.005)
        # What lies where it would fold onto the tone is 60 dB down.
        self.assertLess(np.std(heard - match * wanted), 5e-4)

    def test_it_runs_again(self) -> None:
        self.source = largesc.radio_source(self.recording(np.ones(5000), 8000))
        for _ in range(2):
            self.assertEqual(len(self.heard(self.source)), 5000)
            self.tb.disconnect_all()

    def test_a_radio_that_hears_nobody_gives_silence_in_time(self) -> None:
        self.source, self.probe = largesc.radio_source("loopback:qa/1"), blocks.probe_signal_c()
        self.tb.connect(self.source, self.probe)
        self.tb.start()
        wait_until(lambda: self.source.nitems_written(0) > 2000, "samples have come")
        self.source.end()
        stop(self.tb)
        self.assertEqual(self.probe.level(), 0.0)

    def test_what_is_wrong_is_said_in_a_line(self) -> None:
        path = Path(self.folder.name) / "damaged.sigmf-meta"
        path.write_text("{")
        for values, kind in (
            ({"device": "hackrf"}, ValueError),
            ({"device": "loopback:a", "profile": "none"}, ValueError),
            ({"device": "loopback:a", "duplex": "both"}, ValueError),
            ({"device": "loopback:a", "gain": "much"}, ValueError),
            ({"device": "soapy:driver=no_such", "frequency": 1e6}, FrontEndError),
            ({"device": "soapy:driver=no_such"}, FrontEndError),
            ({"device": "uhd:addr=127.0.0.1", "frequency": 1e6}, FrontEndError),
            ({"device": "iio:ip:127.0.0.1", "frequency": 1e9}, FrontEndError),
            ({"device": "sound:no_such_card"}, FrontEndError),
            ({"device": "zmq:nowhere"}, FrontEndError),
            ({"device": str(path)}, FrontEndError),
            ({"device": "nothing.sigmf-meta"}, FrontEndError),
        ):
            with self.assertRaises(kind) as caught:
                largesc.radio_source(**values)
            self.assertNotIn("\n", str(caught.exception), values)


if __name__ == "__main__":
    gr_unittest.run(qa_radio_source)
