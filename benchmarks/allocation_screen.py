# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens by budget against fixed numbers of tokens, by replaying losses on measured costs.

    python benchmarks/allocation_screen.py COSTS.npz [--frames 1500] [--look-ahead 3]

COSTS.npz has, for frames of speech, ``level``, ``flux``, ``weight`` and ``costs`` [N, 2, 9]: what
each costs when it arrives with its first 0 to 8 tokens (docs/costs.md). Frames are drawn from it by
weight, one after the other without memory, and go from sender to receiver through the kernels; what
a frame has of its tokens when it is due, and whether a neighbour has none, says what it cost.
"Known" is the same controller with the measured costs in place of the rule's: what knowing better
could give.
"""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from gnuradio.largesc import make_loss_process
from gnuradio.largesc.control.cost_source import Costs
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

FIXED = [(own, again) for own in range(4, 9) for again in (0, 2, 3, 4, 6)] + [(8, 7)]
CHANNELS = [(0.05, 0), (0.1, 0), (0.2, 0), (0.2, 3), (0.3, 3)]
BUDGETS = [800.0, 1000.0, 1300.0, 1700.0]
REPORT_EVERY, SETTLED = 12, 125
TOKENS = np.zeros(8, dtype=np.int16)


class Known:
    """A CostSource that has been told what it is to tell."""

    def __init__(self, costs: np.ndarray):
        self._costs, self.mean_costs = costs, costs.mean(axis=0)
        self.reset()

    def reset(self) -> None:
        self._next = iter(self._costs)

    def costs(self, facts: SpeechFacts) -> Costs:
        return next(self._next)


def carried(
    facts: list[SpeechFacts], lost: list[bool], look_ahead: int, source: Any, **how: Any
) -> tuple[np.ndarray, float]:
    """Tokens known of each frame when it is due, and bits per frame."""
    sender = LinkSender(SenderSettings(code="auto", lag=look_ahead, importance="plain", **how))
    if source is not None:
        sender._steering._controller._source = source  # not open to users: they have no such table
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
    due, bits = [], []
    for number, (one, gone) in enumerate(zip(facts, lost, strict=True)):
        if number % REPORT_EVERY == 0:
            sender.hear(receiver.report().channel)
        (packet,) = sender.push(number, TOKENS, facts=one)
        bits.append(8 * len(packet.data))
        if not gone:
            due += receiver.receive(Arrival(packet.data))
    due += receiver.end(len(facts))
    came = (TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT)
    known = np.array([int(np.isin(one.origin, came).sum()) for one in due])
    return known, float(np.mean(bits[SETTLED:]))


def cost_of(known: np.ndarray, costs: np.ndarray) -> float:
    """Mean cost of the frames with so many tokens; half a neighbour is half the row."""
    gone = known == 0
    near = (np.roll(gone, 1).astype(float) + np.roll(gone, -1)) / 2.0
    rows = np.take_along_axis(costs, known[:, None, None].repeat(2, 1), 2)[:, :, 0]
    each = (1.0 - near) * rows[:, 0] + near * rows[:, 1]
    return float(each[SETTLED:].mean())


def lower_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in sorted(points):
        while len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2:]
            if (by - ay) * (x - ax) < (y - ay) * (bx - ax):
                break
            kept.pop()
        kept.append((x, y))
    best = min(y for _, y in kept)
    return kept[: [y for _, y in kept].index(best) + 1]


def main(
    table: Annotated[Path, typer.Argument(metavar="COSTS.npz")],
    frames: int = 1500,
    seed: int = 1,
    look_ahead: int = 3,
    budget: Annotated[list[float], typer.Option(help="bit/s")] = BUDGETS,
) -> None:
    """Prints a table in Markdown."""
    with np.load(table) as file:
        costs, level, flux, weight = (file[n] for n in ("costs", "level", "flux", "weight"))
    costs = np.minimum.accumulate(np.maximum(costs, 0.0), axis=2)
    drawn = np.random.default_rng(seed).choice(len(costs), frames, p=weight / weight.sum())
    costs = costs[drawn]
    facts = [SpeechFacts(float(level[n]), float(flux[n])) for n in drawn]
    print(
        "| channel | budget | rule: bit/s, cost | fixed there | rule saves | known: cost | saves |"
    )
    print("|---|---|---|---|---|---|---|")
    for rate, burst in CHANNELS:
        process = make_loss_process("gilbert" if burst else "independent", rate, burst, seed)
        lost = [process.next_is_lost() for _ in range(frames)]
        fixed = []
        for own, again in FIXED:
            known, bits = carried(facts, lost, look_ahead, None, n_primary=own, n_redundant=again)
            fixed.append((12.5 * bits, cost_of(known, costs)))
        hull = lower_hull(fixed)
        xs, ys = np.array(hull).T
        for bps in budget:
            cells = []
            for source in (None, Known(costs)):
                known, bits = carried(facts, lost, look_ahead, source, budget=bps)
                cost, bits = cost_of(known, costs), 12.5 * bits
                same = np.interp(cost, ys[::-1], xs[::-1])  # bits of the hull at this cost
                cells.append((bits, cost, np.interp(bits, xs, ys), 100 * (1 - bits / same)))
            (bits, cost, there, saved), (_, best, _, could) = cells
            kind = f"bursts of {burst}" if burst else "independent"
            print(
                f"| {kind}, {100 * rate:g} % | {bps:g} | {bits:.0f}, {cost:.3f} | {there:.3f} | "
                f"{saved:+.0f} % | {best:.3f} | {could:+.0f} % |",
                flush=True,
            )


if __name__ == "__main__":
    typer.run(main)
