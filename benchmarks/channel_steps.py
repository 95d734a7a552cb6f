# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a sender under a budget follows a step of its channel (docs/controller.md).

    python benchmarks/channel_steps.py [--seeds 100]

Through the kernels, frame by frame: sender, losses, receiver, its reports when it would send them,
and their way back. From a second to the next: redundant tokens per packet, as a share of what the
new channel gets in the end; and in how many runs it is half of that by the time it should be.

- beside: reports come to the sender as they are made, over a message link of their own.
- in-band: two stations talk at once; reports ride in the other one's announcements, of which 30 %
  are lost.
- half-duplex: the step comes in the middle of an over of 10 s; the other station answers for 4 s.

Below it, on a channel that stays as it is, in-band, for 5 minutes: windows of 10 s in bit/s.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, NamedTuple

import numpy as np
import typer
from gnuradio.largesc import packet_codec
from gnuradio.largesc.control.bit_budget import WINDOW
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.report_schedule import ReportSchedule
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

SETTLED, OVER, ANSWER = 250, 125, 50  # frames
SECOND = 12.5
BACK = 0.3  # loss rate of the way back
TOKENS = np.zeros(8, dtype=np.int16)
LOOK_AHEAD = 3


class Station:
    """Sender and receiver of one side, and when reports go from one to the other."""

    def __init__(self, session: int, seed: int, budget: float, announce: bool):
        how = {"code": "auto", "lag": LOOK_AHEAD, "importance": "plain"}
        self.sender = LinkSender(
            SenderSettings(budget=budget, announce=announce, session=session, **how)
        )
        self.receiver = SequenceReceiver(ReceiverSettings(look_ahead=LOOK_AHEAD, check="none"))
        self.schedule = ReportSchedule()
        self.random = np.random.default_rng((seed, session))
        self.redundant: list[int] = []
        self.bits: list[int] = []
        self.frame = 0

    def send(self, to: "Station", loss: float, heard: Callable[[dict], None]) -> None:
        """One frame to the other station; what that reports goes where it is heard."""
        facts = SpeechFacts(self.random.normal(-35, 10), self.random.exponential(4))
        due = []
        sent = self.sender.push(self.frame, TOKENS, facts=facts)
        for one in sent:
            if self.random.random() >= loss:
                due += to.receiver.receive(Arrival(one.data))
        for _ in due:
            report = to.receiver.report()
            if to.schedule.is_due(report):
                heard(report.as_dict())
        self.bits.append(8 * sum(len(one.data) for one in sent))
        self.redundant.append(len(packet_codec().parse(sent[-1].data).redundant))
        self.frame += 1


class Followed(NamedTuple):
    """Redundant tokens of each packet from the moment on from which the step can be known, and
    what they are in the end."""

    behind: list[int]
    final: float


def full_duplex(seed: int, budget: float, before: float, after: float, in_band: bool) -> Followed:
    one, other = (Station(side, seed, budget, in_band) for side in (1, 2))

    def beside(report: dict) -> None:
        one.sender.control({"loss_rate": 0.0, "peer": report | {"session": 0}})

    for frame in range(3 * SETTLED):
        loss = before if frame < SETTLED else after
        one.send(other, loss, other.sender.control if in_band else beside)
        if in_band:
            other.send(one, BACK, one.sender.control)
    return Followed(one.redundant[SETTLED:], float(np.mean(one.redundant[2 * SETTLED :])))


def half_duplex(seed: int, budget: float, before: float, after: float) -> Followed:
    one, other = (Station(side, seed, budget, True) for side in (1, 2))
    for over in range(6):
        for frame in range(OVER):
            has_stepped = over > 1 or (over == 1 and frame >= OVER // 2)
            one.send(other, after if has_stepped else before, other.sender.control)
        for _ in range(ANSWER):
            other.send(one, BACK, one.sender.control)
    return Followed(one.redundant[2 * OVER :], float(np.mean(one.redundant[4 * OVER :])))


WAYS = {
    "beside the link": (2.0, lambda *how: full_duplex(*how, in_band=False)),
    "in-band, 30 % lost": (5.0, lambda *how: full_duplex(*how, in_band=True)),
    "half-duplex, at turn-over": (0.0, half_duplex),
}
STEADY = [(900.0, 0.1), (1300.0, 0.2), (1900.0, 0.3)]
STEPS = [(0.0, 0.3), (0.05, 0.2), (0.3, 0.05)]


def shares(runs: list[Followed], seconds: int) -> Iterator[str]:
    """Of the way to the final redundancy, by second, on average over runs."""
    for second in range(seconds):
        part = slice(round(second * SECOND), round((second + 1) * SECOND))
        mean = np.mean([np.mean(run.behind[part]) for run in runs])
        yield f"{100 * mean / np.mean([run.final for run in runs]):.0f}"


def in_time(runs: list[Followed], limit: float, rises: bool) -> float:
    """Share of runs in which the second behind the limit has at least half of what comes in the
    end; where the channel gets better, at most twice as much."""
    part = slice(round(limit * SECOND), round((limit + 1) * SECOND))
    final = float(np.mean([run.final for run in runs]))
    found = np.array([np.mean(run.behind[part]) for run in runs])
    return float(np.mean(found >= final / 2.0 if rises else found <= final * 2.0))


def steady(budget: float, loss: float, seconds: float = 300.0) -> str:
    """Bits of all windows of 10 s, once the window is full."""
    one, other = (Station(side, 1, budget, True) for side in (1, 2))
    for _ in range(round(seconds * SECOND) + WINDOW):
        one.send(other, loss, other.sender.control)
        other.send(one, BACK, one.sender.control)
    windows = np.convolve(one.bits[WINDOW:], np.ones(WINDOW), "valid") / 10.0
    spread = 100 * np.ptp(windows) / windows.mean()
    return f"{windows.mean():.0f} | {windows.min():.0f} | {windows.max():.0f} | {spread:.1f} %"


def main(
    seeds: Annotated[int, typer.Option(help="Runs of each row.")] = 100,
    budget: Annotated[float, typer.Option(help="bit/s")] = 1300.0,
    seconds: Annotated[int, typer.Option(help="Columns.")] = 8,
) -> None:
    """Prints a table in Markdown."""
    columns = " | ".join(f"{second}..{second + 1} s" for second in range(seconds))
    print(f"| step | way | by | in time | {columns} |")
    print("|---|---|---|---|" + "---|" * seconds)
    for before, after in STEPS:
        for way, (limit, run) in WAYS.items():
            runs = [run(seed, budget, before, after) for seed in range(seeds)]
            share = in_time(runs, limit, after > before)
            cells = " | ".join(shares(runs, seconds))
            step = f"{100 * before:g} to {100 * after:g} %"
            print(f"| {step} | {way} | {limit:g} s | {100 * share:.0f} % | {cells} |", flush=True)
    print("\n| budget | loss | mean | least | most | they vary by |\n|---|---|---|---|---|---|")
    for bps, loss in STEADY:
        print(f"| {bps:g} | {100 * loss:g} % | {steady(bps, loss)} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
