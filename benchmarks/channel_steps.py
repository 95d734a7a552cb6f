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

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
import typer
from following_figures.station import Station
from gnuradio.largesc.control.bit_budget import WINDOW

SETTLED, OVER, ANSWER = 250, 125, 50  # frames
SECOND = 12.5
BACK = 0.3  # loss rate of the way back


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
        one.send(other, loss, None if in_band else beside)
        if in_band:
            other.send(one, BACK)
    return Followed(one.redundant[SETTLED:], float(np.mean(one.redundant[2 * SETTLED :])))


def half_duplex(seed: int, budget: float, before: float, after: float) -> Followed:
    one, other = (Station(side, seed, budget, True) for side in (1, 2))
    for over in range(6):
        for frame in range(OVER):
            has_stepped = over > 1 or (over == 1 and frame >= OVER // 2)
            one.send(other, after if has_stepped else before)
            other.listen()
        for _ in range(ANSWER):
            other.send(one, BACK)
            one.listen()
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
        one.send(other, loss)
        other.send(one, BACK)
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
