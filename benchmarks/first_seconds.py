# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a short over costs, at whose beginning nothing is known of the channel.

    python benchmarks/first_seconds.py [--frames 50] [--overs 16] [--prior-packets 6]

Cost is D(n, m) by the plain rule, dB x frames above speech that comes whole, per frame, of frames
drawn at random; reports come beside the link when a receiver sends them. First over losses that do
not mind the size of a packet (1300 bit/s, look-ahead 240 ms), then over slots of a radio by
arithmetic (see slot_choice.py). No speech is decoded.
"""

from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc.control import channel_estimate
from gnuradio.largesc.evaluation.screening.replay import CAME, costs_of
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.channel_settings import ChannelSettings
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from slot_figures.modelled_air import modelled
from slot_figures.sending import TOKENS, Reports, Way, send, speech
from slot_figures.tables import FADINGS
from slot_figures.verdicts import Point

LAG, BUDGET = 3, 1300.0
LOSSES = [(0.0, 1.0), (0.05, 1.0), (0.1, 1.0), (0.2, 1.0), (0.3, 1.0), (0.1, 3.0), (0.3, 3.0)]
SENDERS = {
    "8+0": {"n_primary": 8},
    "4+4": {"n_primary": 4, "n_redundant": 4},
    "1300, no report": {"budget": BUDGET, "code": "auto"},
    "1300, reports": {"budget": BUDGET, "code": "auto"},
}
WAYS = (
    Way("7: 4+0", (4, 0)),
    Way("13: 8+0", (8, 0)),
    Way("one p, 1300", budget=BUDGET),
    Way("by size, 1300", budget=BUDGET, by_size=True),
    Way("p known, 1300", budget=BUDGET, by_size=True, knows=True),
)
POINTS = [Point("none", snr) for snr in (-4.0, -2.0, 0.0, 2.0, 6.0)]
POINTS += [Point("mpp", snr) for snr in (-2.0, 2.0, 6.0, 10.0)]
LONGEST = 125  # slots of an over on fading paths: of fewer none is like the next


def over(channel: ChannelSettings, name: str, frames: int, seed: int) -> float:
    """Cost per frame of an over."""
    losses, said = channel.made(), speech(frames, seed)
    sender = LinkSender(SenderSettings(lag=LAG, importance="plain", **SENDERS[name]))
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=LAG, check="none"))
    reports, due = Reports(tells_snr=False), []
    for frame, facts in enumerate(said.facts):
        for report in reports.before(frame):
            if name == "1300, reports":
                sender.hear(report)
        (packet,) = sender.push(frame, TOKENS, facts=facts)
        is_lost = losses.next_is_lost()
        reports.note(frame, not is_lost, 0.0)
        if not is_lost:
            due += receiver.receive(Arrival(packet.data))
    due += receiver.end(frames)
    known = np.isin(np.array([one.origin for one in due]), CAME).sum(axis=1)
    return float(costs_of(known, said, np.zeros(len(known), dtype=bool)).mean())


def on_losses(frames: int, overs: int) -> None:
    """Prints a line for each channel."""
    print("| lost | " + " | ".join(SENDERS) + " |\n" + "|---" * (len(SENDERS) + 1) + "|")
    for rate, burst in LOSSES:
        cells = []
        for name in SENDERS:
            process = {"process": "gilbert", "burst": burst} if burst > 1.0 else {}
            channels = [ChannelSettings(loss_rate=rate, seed=n, **process) for n in range(overs)]
            found = [over(one, name, frames, seed) for seed, one in enumerate(channels)]
            cells.append(f"{np.mean(found):.3f}")
        runs = f" in bursts of {burst:g}" if burst > 1.0 else ""
        print(f"| {100 * rate:g} %{runs} | " + " | ".join(cells) + " |", flush=True)


def on_slots(frames: int, overs: int) -> None:
    """Prints a line for each channel."""
    print("\n| channel | " + " | ".join(way.name for way in WAYS))
    print("|---" * (len(WAYS) + 1) + "|")
    for point in POINTS:
        air = [modelled(point, number, max(frames, LONGEST)) for number in range(overs)]
        said = [speech(frames, number) for number in range(overs)]
        costs = [
            np.mean([send(way, *both).cost for both in zip(air, said, strict=True)]) for way in WAYS
        ]
        cells = " | ".join(f"{one:.3f}" for one in costs)
        print(f"| {FADINGS[point.fading]}, {point.snr_db:g} dB | {cells} |", flush=True)


def main(
    frames: Annotated[int, typer.Option(help="Of an over, 12.5 a second.")] = 50,
    overs: Annotated[int, typer.Option(help="On each channel.")] = 16,
    prior_packets: Annotated[
        float, typer.Option(help="That the prior of the loss rate counts as.")
    ] = channel_estimate.PRIOR_PACKETS,
) -> None:
    """Prints tables in Markdown."""
    channel_estimate.PRIOR_PACKETS = prior_packets
    on_losses(frames, overs)
    on_slots(frames, overs)


if __name__ == "__main__":
    typer.run(main)
