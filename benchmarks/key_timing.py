# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the key of a transmitter and what is sent lie in time, from the block to the device.

    python benchmarks/key_timing.py [--runs 5] [--lead 200] [--tail 200]

Sends half a second of tone by a radio within this process (``loopback:``) and watches what another
station receives there. Printed are the medians, in ms: from the key's going down to the first
sample, and from the last sample to its going up (negative: the end was cut off). Resolution 10 ms.
"""

import argparse
import statistics
import threading
import time
from typing import Any

import numpy as np
from gnuradio import gr
from gnuradio.largesc.flowgraphs.tuning import tuning_transmitter
from gnuradio.largesc.radio.front_ends.opening import open_front_end
from gnuradio.largesc.radio.radio_settings import RadioSettings

SECONDS = 0.5
LOOK_S = 0.0005
AFTER_S = 0.3


class listener(gr.sync_block):
    """Notes when something was heard first and last."""

    def __init__(self) -> None:
        gr.sync_block.__init__(self, name="listener", in_sig=[np.complex64], out_sig=None)
        self.first = self.last = 0.0

    def work(self, input_items: Any, output_items: Any) -> int:
        if np.abs(input_items[0]).max() > 0.1:
            self.last = time.monotonic()
            self.first = self.first or self.last
        return len(input_items[0])


class key_watch(threading.Thread):
    """Notes when the key moves."""

    def __init__(self, key: Any):
        super().__init__(daemon=True)
        self._key, self._is_over = key, threading.Event()
        self.moves: list[float] = []
        self.start()

    def run(self) -> None:
        was_down = False
        while not self._is_over.wait(LOOK_S):
            if self._key.is_down() != was_down:
                was_down = not was_down
                self.moves.append(time.monotonic())

    def end(self) -> None:
        self._is_over.set()
        self.join()


def measured(lead: float, tail: float) -> tuple[float, float]:
    """Seconds from the key's press to the first sample, and from the last to its release."""
    radio = RadioSettings(ptt_lead=lead, ptt_tail=tail)
    front = open_front_end("loopback:timing/there", radio)
    there, heard = gr.top_block(), listener()
    source = front.source()
    there.connect(source, heard)
    there.start()
    here = tuning_transmitter("loopback:timing/here", "tone", SECONDS, radio)
    watch = key_watch(here.key)
    here.start()
    here.wait()
    time.sleep(AFTER_S)
    watch.end()
    there.stop()
    there.wait()
    front.close()
    down, up = watch.moves[:2]
    return heard.first - down, up - heard.last


def main() -> None:
    parser = argparse.ArgumentParser(description="When the key moves, and what is sent.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lead", type=float, default=200.0, metavar="MS")
    parser.add_argument("--tail", type=float, default=200.0, metavar="MS")
    arguments = parser.parse_args()
    runs = [measured(arguments.lead, arguments.tail) for _ in range(arguments.runs)]
    before, behind = (1000.0 * statistics.median(times) for times in zip(*runs, strict=True))
    print(f"lead {arguments.lead:.0f} ms: first sample {before:.0f} ms after the key went down")
    print(f"tail {arguments.tail:.0f} ms: last sample {behind:.0f} ms before it went up")


if __name__ == "__main__":
    main()
