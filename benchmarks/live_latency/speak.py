# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sending process: overs into the software microphone, through the flowgraph of ``send``.

    python -m live_latency.speak '{"port": ..., "sender": {...}, "overs": 6, ...}'

Writes to standard output, as JSON, when each frame was where. Without ``sender`` it is the peer.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pmt
from gnuradio import gr
from gnuradio.largesc.flowgraphs.live_sender import SendSettings, live_sender
from gnuradio.largesc.flowgraphs.radio_flowgraphs import TransmitSettings, radio_transmitter
from gnuradio.largesc.radio.radio_settings import RadioSettings
from gnuradio.largesc.runtime import pdu
from gnuradio.largesc.speech_link.settings import SenderSettings

from .opus_peer import opus_sender
from .radio_parts import SendersRadio
from .sound_card import RATE, instead_of_card, microphone
from .spoken_overs import spoken_over
from .timed_codec import TimedCodec, timed_codec

GOLDEN = 0.618034  # each over begins elsewhere in the listener's frame, and no two alike
BETWEEN_S = 0.6
TO_SEND_S = 0.3  # what is in flight at the end of an over
LOST_OF_TEN = 7  # of ten packets, the one that does not go out where packets are lost

Notes = dict[str, Any]


class Sender:
    """Sends overs by the flowgraph of ``send``, or of ``transmit``.

    Args:
        settings: of it.
        loses: whether every tenth packet is not sent.
        codec: that the flowgraph gets.
    """

    def __init__(self, settings: SendSettings, loses: bool, codec: TimedCodec):
        self._settings, self._loses, self._codec = settings, loses, codec

    def send(self, card: microphone, seconds: float) -> Notes:
        """One over; when its frames were encoded and sent."""
        with instead_of_card(source=lambda: card):
            if isinstance(self._settings, TransmitSettings):
                flowgraph = radio_transmitter(self._settings)
            else:
                flowgraph = live_sender(self._settings)
        notes: Notes = {"encoded": [], "sent": []}
        self._follow(flowgraph, notes)
        by_radio = isinstance(self._settings, TransmitSettings)
        radio = SendersRadio(flowgraph.sending.sink) if by_radio else None
        flowgraph.start()
        time.sleep(seconds)
        flowgraph.end()
        flowgraph.wait()
        return notes if radio is None else notes | {"radio": radio.end()}

    def _follow(self, flowgraph: Any, notes: Notes) -> None:
        encoder, sink = flowgraph.sending.transmitter.encoder, flowgraph.sending.sink
        packetizer = flowgraph.sending.transmitter.packetizer
        publish = encoder.message_port_pub

        def note_encoded(port: Any, message: Any) -> None:
            if pmt.length(pmt.cdr(message)):
                frame = pdu.frame_number(pmt.car(message))
                notes["encoded"].append((frame, time.monotonic(), self._codec.encoding[-1]))
            publish(port, message)

        def note_sent(received: pdu.Pdu, send: Callable[[], None]) -> None:
            frame = pdu.frame_number(received.meta)
            if not (self._loses and frame % 10 == LOST_OF_TEN):
                send()
            data = pdu.read_packet(received.vector).hex()
            notes["sent"].append((frame, data, time.monotonic()))

        encoder.message_port_pub = note_encoded
        pass_on, send = packetizer.publish, getattr(sink, "process", None)
        if send is not None:
            sink.process = lambda received: note_sent(received, lambda: send(received))
            return

        def note_published(message: Any) -> None:
            received = pdu.split(message)
            if pdu.is_end(received):
                pass_on(message)
            else:
                note_sent(received, lambda: pass_on(message))

        packetizer.publish = note_published


def send_by_peer(port: int, card: microphone, seconds: float) -> Notes:
    """One over by the peer."""
    flowgraph, sender = gr.top_block(), opus_sender(port)
    flowgraph.connect(card, sender)
    flowgraph.start()
    time.sleep(seconds)
    flowgraph.stop()
    flowgraph.wait()
    return {}


def speak(overs: int, onsets: int, send: Callable[[microphone, float], Notes]) -> list[Notes]:
    """All overs, one after the other."""
    spoken = []
    for number in range(overs):
        over = spoken_over(onsets, number)
        card = microphone(over.samples, number * GOLDEN % 1.0)
        notes = send(card, len(over.samples) / RATE + TO_SEND_S)
        spoken.append({"onsets": onsets, "began": card.began} | notes)
        time.sleep(BETWEEN_S)
    return spoken


def main() -> None:
    task = json.loads(sys.argv[1])
    load, port = os.getloadavg(), task["port"]
    if task["sender"] is None:
        spoken = speak(task["overs"], task["onsets"], partial(send_by_peer, port))
    else:
        link = SenderSettings(**task["sender"])
        settings = SendSettings(f"udp://127.0.0.1:{port}", link)
        if task["modem"]:
            radio = RadioSettings(modem=task["modem"])
            settings = TransmitSettings(f"zmq:tcp://127.0.0.1:{port}", link, radio=radio)
        with timed_codec() as codec:
            sender = Sender(settings, task["loses"], codec)
            spoken = speak(task["overs"], task["onsets"], sender.send)
    json.dump({"overs": spoken, "load": [load[0], os.getloadavg()[0]]}, sys.stdout)


if __name__ == "__main__":
    main()
