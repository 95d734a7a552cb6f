# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens by budget against fixed numbers of tokens, on lossy channels (docs/controller.md).

    python benchmarks/allocation.py SPEECH... [--seeds 3] [--budget 1000 ...]

All recordings are one stream, encoded once, that goes from sender to receiver through the kernels,
with the same losses for every allocation; recovery is "interpolate", reports come back every second
beside the link. The cost is the log-mel distance in dB to the speech itself, above that without
losses at 8 tokens. A fixed allocation has the redundancy "auto", as the budget has: what differs is
where the tokens go. The hull is the lower convex one of the fixed allocations over bit/s: what
switching between two of them gives.
"""

from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from gnuradio.largesc import make_loss_process
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.control.speech_measure import SpeechMeasure
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics.log_mel_distance import LogMelDistance
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.speech_link.frame_player import FramePlayer
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

FIXED = [
    *((4, 0), (4, 2), (4, 3), (4, 4), (4, 6), (5, 0), (5, 3), (5, 4), (6, 0), (6, 2), (6, 4)),
    *((7, 3), (7, 5), (8, 0), (8, 2), (8, 4), (8, 7)),
]
CHANNELS = [(0.1, 0), (0.2, 0), (0.3, 3)]
REPORT_EVERY = 12


class Frame(NamedTuple):
    tokens: np.ndarray
    facts: SpeechFacts


class Heard(NamedTuple):
    bits: float
    cost: float


def encoded(codec, pcm: np.ndarray) -> list[Frame]:
    codec.reset()
    measure, frames = SpeechMeasure(), []
    for samples in codec.frames(pcm):
        frame = codec.encode(samples)
        frames.append(Frame(frame.tokens, SpeechFacts(*measure.push(samples), frame.latent)))
    return frames


def heard(player, due) -> np.ndarray:
    player.reset()
    return np.concatenate([player.play(frame).pcm for frame in due])


def carried(frames: list[Frame], settings: SenderSettings, lost: list[bool], look_ahead: int):
    """Frames as they are due, and bits per frame."""
    sender = LinkSender(settings)
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
    due = []
    for number, (frame, gone) in enumerate(zip(frames, lost, strict=True)):
        if number % REPORT_EVERY == 0:
            sender.hear(receiver.report().channel)
        (packet,) = sender.push(number, frame.tokens, facts=frame.facts)
        if not gone:
            due += receiver.receive(Arrival(packet.data))
    due += receiver.end(len(frames))
    return due, 8 * sender.counters()["bytes"] / len(frames)


def losses(channel: tuple[float, float], frames: int, seed: int) -> list[bool]:
    rate, burst = channel
    process = make_loss_process("gilbert" if burst else "independent", rate, burst, seed)
    return [process.next_is_lost() for _ in range(frames)]


def hull(points: list[Heard], bits: float) -> float:
    """Cost at so many bits on the lower convex hull; the ends go on level."""
    points = sorted(points)
    kept: list[Heard] = []
    for point in points:
        while len(kept) > 1 and _above(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return float(np.interp(bits, *zip(*kept, strict=True)))


def _above(a: Heard, b: Heard, c: Heard) -> bool:
    return (b.cost - a.cost) * (c.bits - a.bits) >= (c.cost - a.cost) * (b.bits - a.bits)


def main(
    speech: Annotated[list[Path], typer.Argument(help="Recordings, one stream.")],
    checkpoint: str = "mini",
    seeds: Annotated[int, typer.Option(help="Of losses, per channel.")] = 2,
    first_seed: int = 1,
    look_ahead: int = 3,
    budget: Annotated[list[float], typer.Option(help="bit/s")] = [900, 1100, 1300, 1600, 2000],  # noqa: B006
) -> None:
    """Prints a table in Markdown."""
    codec = load_codec(checkpoint)
    pcm = np.concatenate([read_speech(path).pcm for path in speech])
    frames = encoded(codec, pcm)
    recovery = make_recovery("interpolate", RecoverySettings(checkpoint, look_ahead))
    player = FramePlayer(codec, recovery)
    metric, speaks = LogMelDistance(), Utterance("all", "", "", "en", "", pcm)

    def distance(due) -> float:
        received = heard(player, due)[codec.delay :][: len(pcm)]
        return metric.score(speaks, received, pcm)["log_mel_distance"]

    whole, _ = carried(frames, SenderSettings(), [False] * len(frames), look_ahead)
    least = distance(whole)

    def measured(channel, **settings) -> Heard:
        found = []
        for seed in range(first_seed, first_seed + seeds):
            lost = losses(channel, len(frames), seed)
            sender = SenderSettings(code="auto", lag=look_ahead, **settings)
            due, bits = carried(frames, sender, lost, look_ahead)
            found.append((bits, distance(due) - least))
        bits, cost = np.mean(found, axis=0)
        return Heard(12.5 * bits, float(cost))

    print(f"{len(frames)} frames, {seeds} seeds from {first_seed}; {least:.3f} dB without losses")
    print("| channel | allocation | bit/s | log-mel, dB | hull of fixed | bits at its cost |")
    print("|---|---|---|---|---|---|")
    for channel in CHANNELS:
        start = f"| {100 * channel[0]:g} %, bursts of {channel[1] or 1} "
        fixed = []
        for own, again in FIXED:
            fixed.append(measured(channel, n_primary=own, n_redundant=again))
            print(
                f"{start}| {own}+{again} | {fixed[-1].bits:.0f} | {fixed[-1].cost:.3f} | | |",
                flush=True,
            )
        for bps in budget:
            bits, cost = measured(channel, budget=bps)
            grid = np.linspace(700, 2300, 1601)
            costs = np.array([hull(fixed, one) for one in grid])
            same = grid[costs <= cost]
            needed = f"{100 * (bits / same[0] - 1):+.0f} %" if len(same) else "–"
            at_bits = hull(fixed, bits)
            print(
                f"{start}| budget {bps:g} | {bits:.0f} | {cost:.3f} | "
                f"{at_bits:.3f} ({100 * (cost / at_bits - 1):+.1f} %) | {needed} |",
                flush=True,
            )


if __name__ == "__main__":
    typer.run(main)
