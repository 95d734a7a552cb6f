# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listening process: the flowgraph of ``listen --play`` into the software loudspeaker.

    python -m live_latency.hear '{"receiver": {...}}' HEARD.npz

Says its port on the first line of standard output, runs until standard input ends, writes what was
heard to the file and, as JSON on the second line, when each frame was where. Without ``receiver``
it is the peer.
"""

import json
import os
import sys
from typing import Any
from unittest.mock import patch

import numpy as np
from gnuradio import gr
from gnuradio.largesc.flowgraphs.live_listener import ListenSettings, live_listener
from gnuradio.largesc.runtime import decoded_frames
from gnuradio.largesc.runtime.card_buffer import short_card_buffer
from gnuradio.largesc.speech_link.settings import ReceiverSettings

from .listening_trace import ListeningTrace
from .opus_peer import opus_player
from .sound_card import instead_of_card, loudspeaker
from .timed_codec import timed_codec

Heard = tuple[dict[str, Any], loudspeaker]


def hear(receiver: ReceiverSettings) -> Heard:
    """Runs the flowgraph of ``listen --play``; when each frame was where, and the card."""
    trace = ListeningTrace()
    settings = ListenSettings("udp://127.0.0.1:0", "", receiver)
    with (
        timed_codec() as codec,
        instead_of_card(sink=loudspeaker),
        patch.object(decoded_frames, "PauseAdjustment", trace.adjustment()),
    ):
        flowgraph = live_listener(settings)
    trace.follow(flowgraph)
    run(flowgraph, flowgraph.listening.source.url.rsplit(":", 1)[1])
    counters = flowgraph.listening.counters()
    figures = {"delay": codec.delay, "decoding": codec.decoding, "counters": counters}
    return vars(trace) | figures, flowgraph.listening.output.sink


def hear_by_peer() -> Heard:
    """Runs the peer, with the same card."""
    flowgraph, player = gr.top_block(), opus_player()
    with short_card_buffer():
        card = loudspeaker()
    flowgraph.connect(player, card)
    run(flowgraph, str(player.port))
    return {"counters": {"peer": {"starved": player.starved}}}, card


def run(flowgraph: gr.top_block, port: str) -> None:
    """Until standard input ends."""
    flowgraph.start()
    print(port, flush=True)
    sys.stdin.read()
    flowgraph.stop()
    flowgraph.wait()


def main() -> None:
    receiver = json.loads(sys.argv[1])["receiver"]
    load = os.getloadavg()[0]
    notes, card = hear(ReceiverSettings(**receiver)) if receiver else hear_by_peer()
    samples, begins = card.heard()
    np.savez(sys.argv[2], samples=samples, begins=begins)
    figures = {
        "card_seconds": card.buffer.period * card.buffer.periods,
        "underruns": card.buffer.underruns,
        "load": [load, os.getloadavg()[0]],
    }
    print(json.dumps(notes | figures))


if __name__ == "__main__":
    main()
