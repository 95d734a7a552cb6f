# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share of frames that stay lost, by what the redundant tokens of packets are (docs/redundancy.md).

    python benchmarks/redundancy.py [--frames 100000] [--seed 1] [--look-ahead 3 ...]
        [--loss-rate 0.4]

4 + 4 tokens from sender to receiver through the kernels, the same losses for every kind; beside it
what arithmetic says, and what no code with these packets can be below: as if every packet that
comes brought back one lost frame, whichever it takes. "Chosen" follows the receiver's reports;
beside it how often that was a repetition.
"""

from collections import deque
from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
import typer
from gnuradio.largesc import make_loss_process, packet_codec
from gnuradio.largesc.control.redundancy_choice import RedundancyChooser, choices
from gnuradio.largesc.control.residual_loss import Redundancy, residual_loss
from gnuradio.largesc.frame.tokens import REPETITION, Allocation
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

TOKENS = 4  # primary, and redundant
FRAME_MS = 80
REPORT_EVERY = 12  # frames: about a second


class Channel(NamedTuple):
    """A loss process; a burst of 0: losses are independent."""

    loss_rate: float
    burst: float

    @property
    def title(self) -> str:
        kind = f"bursts of {self.burst:g}" if self.burst else "independent"
        return f"{kind}, {100 * self.loss_rate:g} %"

    def losses(self, frames: int, seed: int) -> list[bool]:
        name = "gilbert" if self.burst else "independent"
        process = make_loss_process(name, self.loss_rate, self.burst, seed)
        return [process.next_is_lost() for _ in range(frames)]


CHANNELS = (
    *(Channel(0.2, 0), Channel(0.3, 0), Channel(0.4, 0)),
    *(Channel(0.2, 2), Channel(0.2, 3), Channel(0.3, 3), Channel(0.4, 3)),
)


class Carried(NamedTuple):
    """What came of a stream: share of frames lost, and bytes of packets."""

    lost: float
    bytes: int


def carry(
    lost: list[bool], look_ahead: int, chosen: Callable[[SequenceReceiver], Redundancy]
) -> Carried:
    """A stream from sender to receiver.

    Args:
        lost: packets that do not come.
        look_ahead: frames that the receiver waits.
        chosen: what to send from a frame on, by its number and the receiver's state; asked every
            REPORT_EVERY frames.
    """
    sender = LinkSender(SenderSettings())
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
    tokens = np.random.default_rng(0).integers(0, 2048, (1000, 8)).astype(np.int16)
    due = []
    for n, gone in enumerate(lost):
        if n % REPORT_EVERY == 0:
            code, lag = chosen(n, receiver)
            allocation = Allocation(TOKENS, TOKENS, lag, code)
        (sent,) = sender.push(n, tokens[n % len(tokens)], allocation=allocation)
        if not gone:
            due += receiver.receive(Arrival(sent.data))
    due += receiver.end(len(lost))
    for frame in due:
        known = frame.tokens[:TOKENS] != -1
        assert (frame.tokens[:TOKENS][known] == tokens[frame.frame % 1000][:TOKENS][known]).all()
    holes = sum((frame.tokens[:TOKENS] == -1).any() for frame in due)
    return Carried(holes / len(lost), sender.counters()["bytes"])


def bound(lost: list[bool], look_ahead: int) -> float:
    """Share of frames lost if every packet that comes brings back the oldest lost frame due."""
    waiting: deque[int] = deque()
    missed = 0
    for n, gone in enumerate(lost):
        while waiting and waiting[0] < n - look_ahead:
            waiting.popleft()
            missed += 1
        if gone:
            waiting.append(n)
        elif waiting:
            waiting.popleft()
    return (missed + len(waiting)) / len(lost)


def named(one: Redundancy) -> str:
    return f"repetition, lag {one.lag}" if one.code == REPETITION else one.code


def measured(channel: Channel, look_ahead: int, frames: int, seed: int) -> str:
    """A row of the table for each kind, and one for those chosen by reports."""
    lost = channel.losses(frames, seed)
    rows, found = [], []
    for one in choices(look_ahead):
        carried = carry(lost, look_ahead, lambda _, __, one=one: one)
        said = residual_loss(one, look_ahead, channel.loss_rate, channel.burst)
        rate = packet_codec().packet_size(2 * TOKENS, *kernel_arguments(one)) * 100
        found.append(carried.lost)
        rows.append(f"{named(one)} | {rate} | {100 * carried.lost:.2f} | {100 * said:.2f}")
    chooser = RedundancyChooser(look_ahead)
    repeated = []

    def by_report(frame: int, receiver: SequenceReceiver) -> Redundancy:
        chooser.hear(receiver.report().channel, frame)
        repeated.append(chooser.choice(frame).code == REPETITION)
        return chooser.choice(frame)

    carried = carry(lost, look_ahead, by_report)
    worse = 100 * (carried.lost - min(found))
    rate = 100 * carried.bytes / frames
    rows.append(
        f"chosen | {rate:.0f} | {100 * carried.lost:.2f} | {worse:+.2f} to the best, "
        f"repetition {100 * np.mean(repeated):.0f} %"
    )
    rows.append(f"no code below | | {100 * bound(lost, look_ahead):.2f} | ")
    start = f"| {channel.title} | {FRAME_MS * look_ahead} ms | "
    return "\n".join(f"{start}{row} |" for row in rows)


def kernel_arguments(one: Redundancy) -> tuple:
    from gnuradio.largesc import frame_code

    return frame_code.__members__[one.code], one.lag


def main(
    frames: Annotated[int, typer.Option(help="Of each stream.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Of the losses.")] = 1,
    look_ahead: Annotated[list[int], typer.Option(help="Frames.")] = [3, 5, 12],  # noqa: B006
    loss_rate: Annotated[float, typer.Option(help="Of the channels; 0: all.")] = 0.0,
) -> None:
    """Prints the table as Markdown."""
    print("| channel | look-ahead | redundant tokens | bit/s | % lost | by arithmetic |")
    print("|---|---|---|---|---|---|")
    for wait in look_ahead:
        for channel in CHANNELS:
            if loss_rate not in (0.0, channel.loss_rate):
                continue
            print(measured(channel, wait, frames, seed), flush=True)


if __name__ == "__main__":
    typer.run(main)
