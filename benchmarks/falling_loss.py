# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a receiver can know that less is lost, and how often it is wrong (docs/controller.md).

    python benchmarks/falling_loss.py [--seeds 100] [--hours 1]

The rule of `channel_statistics` in Python, with any threshold: of all splits of the last 250
packets, the newest 8 to 50 against those before, that which two loss rates explain better than one
by most nats. Median time from a step down to the decision, share of the steps decided within 2 s,
and time between two decisions on a channel that stays as it is. Then, through the kernel, reports
and the sender's estimate: how much of the time the sender takes such a channel for less than half
as bad as it is.
"""

from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc import make_loss_process
from gnuradio.largesc.control.channel_estimate import ChannelEstimate
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.speech_link.report_schedule import ReportSchedule
from largesc_kernels import channel_statistics
from numpy.typing import NDArray

SECONDS = 0.08
FEWEST, WINDOW, KEPT, LOOKED_AT = 8, 50, 250, 4  # packets, as in channel_statistics
THRESHOLDS = (4.5, 6.0, 7.5, 10.0)  # nats
STEPS = ((0.3, 0.05), (0.2, 0.05), (0.4, 0.1))
STEADY = ((0.1, 0.0), (0.2, 0.0), (0.3, 0.0), (0.4, 0.0), (0.3, 3.0))  # loss rate, burst
SETTLED = 250


def losses(packets: int, loss: float, burst: float, seed: int) -> NDArray[np.bool_]:
    """True where a packet is lost; burst 0: independent."""
    process = make_loss_process("gilbert" if burst else "independent", loss, burst, seed)
    return np.array([process.next_is_lost() for _ in range(packets)])


def nats(share: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """By which this rate explains shares of lost packets worse than the shares themselves do."""
    inside = np.clip(share, 1e-12, 1 - 1e-12)
    found: NDArray[np.float64] = inside * np.log(inside / rate)
    return found + (1 - inside) * np.log((1 - inside) / (1 - rate))


def decisions(lost: NDArray[np.bool_], threshold: float) -> list[int]:
    """Packets behind which less is found to be lost."""
    found, first = [], 0
    for end in range(LOOKED_AT, len(lost) + 1, LOOKED_AT):
        first = max(first, end - KEPT)
        newest = lost[first:end][::-1].astype(float)
        count, total = len(newest), float(newest.sum())
        if count < 3 * FEWEST or total in (0.0, count):
            continue
        rate = total / count
        runs = max(1, int(np.sum(newest[:-1] > newest[1:]) + newest[-1]))
        spread = 2 * max(total / runs * (1 - rate), 1.0) - 1
        sizes = np.arange(FEWEST, min(WINDOW, count - 2 * FEWEST) + 1)
        gone = np.cumsum(newest)[sizes - 1]
        now, before = gone / sizes, (total - gone) / (count - sizes)
        far = (sizes * nats(now, rate) + (count - sizes) * nats(before, rate)) / spread
        far[now >= before] = 0.0
        if far.max() > threshold:
            first = end - int(sizes[far.argmax()])
            found.append(end)
    return found


def decided_after(before: float, after: float, threshold: float, seed: int) -> float:
    """Seconds from a step to the first decision behind it; infinite if there is none in 10 s."""
    parts = losses(SETTLED, before, 0.0, seed), losses(125, after, 0.0, seed + 10**6)
    behind = [end for end in decisions(np.concatenate(parts), threshold) if end > SETTLED]
    return (behind[0] - SETTLED) * SECONDS if behind else float("inf")


def taken_for_half(loss: float, burst: float, packets: int) -> float:
    """Share of the time in which a sender with reports beside the link is wrong by half."""
    statistics, schedule, estimate = channel_statistics(WINDOW), ReportSchedule(), ChannelEstimate()
    wrong = []
    for frame, lost in enumerate(losses(packets, loss, burst, 1).tolist(), 1):
        statistics.add(lost)
        told = ChannelReport(1, statistics.loss_rate, statistics.mean_burst, statistics.window)
        if schedule.is_due(Report(told)):
            estimate.hear(told, frame)
        wrong.append(estimate.at(frame).loss_rate < loss / 2)
    return float(np.mean(wrong[2 * SETTLED :]))


def named(loss: float, burst: float) -> str:
    return f"{100 * loss:g} %" + (f" in bursts of {burst:g}" if burst else "")


def main(
    seeds: Annotated[int, typer.Option(help="Steps of each kind.")] = 100,
    hours: Annotated[float, typer.Option(help="Of each channel that stays as it is.")] = 1.0,
) -> None:
    """Prints two tables in Markdown."""
    packets = round(hours * 3600 / SECONDS)
    steps = " | ".join(f"{named(a, 0)} to {named(b, 0)}" for a, b in STEPS)
    steady = " | ".join(named(*channel) for channel in STEADY)
    print(f"| nats | {steps} | {steady} |")
    print("|---|" + "---|" * (len(STEPS) + len(STEADY)))
    for threshold in THRESHOLDS:
        cells = []
        for step in STEPS:
            times = np.array([decided_after(*step, threshold, seed) for seed in range(seeds)])
            cells.append(f"{np.median(times):.1f} s, {100 * np.mean(times <= 2.0):.0f} %")
        for loss, burst in STEADY:
            found = len(decisions(losses(packets, loss, burst, 1), threshold))
            cells.append(f"{3600 * hours / found:.0f} s" if found else "never")
        print(f"| {threshold:g} | {' | '.join(cells)} |", flush=True)
    print("\n| channel that stays | taken for less than half |\n|---|---|")
    for loss, burst in STEADY:
        print(f"| {named(loss, burst)} | {100 * taken_for_half(loss, burst, packets):.2f} % |")


if __name__ == "__main__":
    typer.run(main)
