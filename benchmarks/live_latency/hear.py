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
import socket
import sys
from typing import Any
from unittest.mock import patch

import numpy as np
from gnuradio import gr
from gnuradio.largesc.flowgraphs.live_listener import ListenSettings, live_listener
from gnuradio.largesc.flowgraphs.radio_flowgraphs import ReceiveSettings, radio_receiver
from gnuradio.largesc.radio.radio_settings import RadioSettings
from gnuradio.largesc.runtime import decoded_frames
from gnuradio.largesc.runtime.card_buffer import short_card_buffer
from gnuradio.largesc.speech_link.settings import ReceiverSettings

from .listening_trace import ListeningTrace
from .opus_peer import opus_player
from .radio_parts import ReceiversRadio
from .sound_card import instead_of_card, loudspeaker
from .timed_codec import timed_codec

Heard = tuple[dict[str, Any], loudspeaker]


def hear(receiver: ReceiverSettings, modem: str) -> Heard:
    """Runs the flowgraph of ``listen --play``, with a modem that of ``receive --play``; when each
    frame was where, and the card."""
    trace = ListeningTrace()
    url = f"zmq:tcp://127.0.0.1:{free_port()}" if modem else "udp://127.0.0.1:0"
    with (
        timed_codec() as codec,
        instead_of_card(sink=loudspeaker),
        patch.object(decoded_frames, "PauseAdjustment", trace.adjustment()),
    ):
        if modem:
            radio = RadioSettings(modem=modem)
            flowgraph = radio_receiver(ReceiveSettings(url, "", receiver, radio=radio))
        else:
            flowgraph = live_listener(ListenSettings(url, "", receiver))
    trace.follow(flowgraph)
    radio = ReceiversRadio(flowgraph.listening.source) if modem else None
    run(flowgraph, flowgraph.listening.source.url.rsplit(":", 1)[1])
    counters = flowgraph.listening.counters()
    figures = {"delay": codec.delay, "decoding": codec.decoding, "counters": counters}
    if radio is not None:
        figures["radio"] = radio.end()
    return vars(trace) | figures, flowgraph.listening.output.sink


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    task = json.loads(sys.argv[1])
    receiver = task["receiver"]
    load = os.getloadavg()[0]
    notes, card = hear(ReceiverSettings(**receiver), task["modem"]) if receiver else hear_by_peer()
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
