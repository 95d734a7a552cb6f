#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a text takes: a callsign in announcements, a message in pieces, in speech and silence.

And in the slots of a modem: there announcements go in pieces, and callsign and report are there
when the last that is needed has come. Level and flux of the speech, by which pieces wait for frames
that are missed less, are those of the shipped recording, from a frame on that is drawn. The figures
are in docs/silence.md and docs/modem.md.
"""

from functools import cache
from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.control.speech_measure import FRAME, SpeechMeasure
from gnuradio.largesc.frame.background import Background
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.frame.tokens import FRAME_RATE
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.sent_packet import SentPacket
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from largesc_kernels import make_loss_process

CALLSIGN = "DL1ABC"
TEXTS = {
    "callsign in announcements": {"announce": True, "text": CALLSIGN},
    "callsign as a message": {"message": CALLSIGN},
    "message of 60 bytes": {"message": "x" * 60},
    "message of 254 bytes": {"message": "x" * 254},
}
SLOTTED = {
    "callsign and report, slots of 7 bytes": {
        "announce": True,
        "text": CALLSIGN,
        "slots": (7, 13, 23),
    },
    "message of 20 bytes, slots of 7 bytes": {"message": "x" * 20, "slots": (7, 13, 23)},
}
HEARD = ChannelReport(7, 0.2, 1.25, window=48, age=0, snr=-4.5)
TOKENS, HISS = np.zeros(8, dtype=np.int16), Background(14, 11, 3)
LONGEST = 2000  # frames to wait


@cache
def speech() -> list[SpeechFacts]:
    """What is known of each frame of the recording."""
    pcm, measure = read_speech(RECORDING).pcm, SpeechMeasure()
    whole = len(pcm) // FRAME * FRAME
    return [SpeechFacts(*measure.push(frame)) for frame in pcm[:whole].reshape(-1, FRAME)]


def facts_of(frame: int, seed: int) -> SpeechFacts:
    """The recording again and again, begun elsewhere with each seed."""
    known = speech()
    return known[(frame + 17 * seed) % len(known)]


def try_once(settings: dict[str, object], speaks: bool, loss: float, seed: int) -> float:
    """Seconds until the text is there, infinite if it never is."""
    sender = LinkSender(SenderSettings(n_primary=4, **settings))
    sender.control(Report(HEARD).as_dict())
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=0, check="none"))
    channel = make_loss_process("independent", loss, 0.0, seed)
    for frame in range(LONGEST):
        facts, sound = (facts_of(frame, seed), None) if speaks else (None, HISS)
        for packet in sender.push(frame, TOKENS, not speaks, facts=facts, sound=sound):
            if not channel.next_is_lost():
                receiver.receive(Arrival(packet.data))
        if receiver.text or receiver.message:
            break
    is_there = receiver.text or receiver.message
    if settings.get("announce") and receiver.report().peer is None:
        raise RuntimeError("the callsign came without the report")
    return (frame + 1) / FRAME_RATE if is_there else np.inf


def heard_in_over(seconds: float, loss: float, seed: int) -> bool:
    """Whether callsign and report came in an over of speech, or behind it."""
    sender = LinkSender(
        SenderSettings(n_primary=4, **SLOTTED["callsign and report, slots of 7 bytes"])
    )
    sender.control(Report(HEARD).as_dict())
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=0, check="none"))
    channel = make_loss_process("independent", loss, 0.0, seed)
    frames = round(seconds * FRAME_RATE)
    sent: list[SentPacket] = []
    for frame in range(frames):
        sent += sender.push(frame, TOKENS, facts=facts_of(frame, seed))
    for packet in [*sent, *sender.end(frames)]:
        if not channel.next_is_lost():
            receiver.receive(Arrival(packet.data))
    return receiver.text == CALLSIGN and receiver.report().peer is not None


def main(
    loss: Annotated[float, typer.Option(help="Share of packets lost.")] = 0.2,
    tries: int = 300,
    first_seed: int = 1,
) -> None:
    """Prints a table in Markdown."""
    print(f"{100 * loss:g} % lost, {tries} tries, seeds from {first_seed}; seconds\n")
    print("| text | while | half within | 95 % within | 99 % within | never |")
    print("|---|---|---|---|---|---|")
    for name, settings in (TEXTS | SLOTTED).items():
        for speaks in (True, False):
            tried = [
                try_once(settings, speaks, loss, seed)
                for seed in range(first_seed, first_seed + tries)
            ]
            half, most, nearly = np.quantile(tried, (0.5, 0.95, 0.99), method="higher")
            print(
                f"| {name} | {'speech' if speaks else 'silence'} | {half:.1f} | {most:.1f} "
                f"| {nearly:.1f} | {100 * np.mean(np.isinf(tried)):.1f} % |"
            )
    print("\nCallsign and report, slots of 7 bytes, are there after an over of speech:\n")
    for seconds in (2, 5, 10, 20):
        came = [
            heard_in_over(seconds, loss, seed) for seed in range(first_seed, first_seed + tries)
        ]
        print(f"- {seconds} s: {100 * np.mean(came):.1f} %")


if __name__ == "__main__":
    typer.run(main)
