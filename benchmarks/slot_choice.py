# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller that knows how often slots of each size are lost, on short wave.

    python benchmarks/slot_choice.py [--overs 4] [--results results/mini-3/slot-choice.md]
    python benchmarks/slot_choice.py --recorded    # what the modem did, in place of arithmetic
    python benchmarks/slot_choice.py --record 4    # lets the modem do it: an hour of computing
    python benchmarks/slot_choice.py --loop 1      # all in one: overs of any sizes, reports on air

Drawn frames of speech go over slots of 7, 13 or 23 bytes, through sender and receiver of the link
with profile short-wave; the receiver reports every second. What the air does to each slot in each
size is the same for all: by arithmetic (slot_figures/modelled_air.py), or as modem and channel did
it (slot_figures/verdicts.npz). Cost is D(n, m) by the plain rule, dB x frames above speech that
comes whole, per frame. No speech is decoded.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from slot_figures import verdicts
from slot_figures.closed_loop import through_modem
from slot_figures.modelled_air import modelled
from slot_figures.sending import Spent, Way, send, speech
from slot_figures.tables import FADINGS, document, drawn, table
from slot_figures.verdicts import FADED, SIZES, SLOTS, WHITE, Point, Verdicts

RECORDED = Path(__file__).parent / "slot_figures" / "verdicts.npz"
WAYS = (
    Way("7: 4+0", (4, 0)),
    Way("13: 8+0", (8, 0)),
    Way("13: 4+4", (4, 4)),
    Way("23: 8+7", (8, 7)),
    Way("one p, 1300", budget=1300.0),
    Way("by size, 1300", budget=1300.0, by_size=True),
    Way("by size, no SNR", budget=1300.0, by_size=True, tells_snr=False),
    Way("p known, 1300", budget=1300.0, by_size=True, knows=True),
    Way("one p, 2300", budget=2300.0),
    Way("by size, 2300", budget=2300.0, by_size=True),
)
LOOPED = [Point("none", -4.0), Point("mpp", 2.0), Point("none", 6.0), Point("mpp", 10.0)]
Figures = dict[Point, list[list[Spent]]]  # by way, by over


def overs_on(overs: int) -> dict[Point, list[Verdicts]]:
    """By arithmetic; of white noise one over tells as much as many."""
    counts = {Point("none", snr): 1 for snr in (*np.arange(-6.0, 1.5), 2.0, 4.0, 6.0)}
    counts |= {Point("mpp", snr): overs for snr in np.arange(-6.0, 10.5, 2.0)}
    return {
        point: [modelled(point, over) for over in range(count)] for point, count in counts.items()
    }


def kept_overs() -> dict[Point, list[Verdicts]]:
    """As they were recorded."""
    found: dict[Point, list[Verdicts]] = {}
    for one in verdicts.read(RECORDED):
        found.setdefault(one.point, []).append(one)
    return dict(sorted(found.items()))


def record(overs: int) -> None:
    """Lets modem and channel do it, and keeps what came of it after each over."""
    done = []
    points = [Point("mpp", snr) for snr in FADED] + [Point("none", snr) for snr in WHITE]
    for over in range(1, overs + 1):
        for point in points:
            if over > 1 and point.fading == "none":
                continue
            done.append(verdicts.recorded(point, over))
            verdicts.write(RECORDED, done)
            print(point, over, (1.0 - done[-1].came.mean(axis=1)).round(3), flush=True)


def measured(air: dict[Point, list[Verdicts]]) -> Figures:
    """Every way over every over."""
    figures: Figures = {}
    for point, overs in air.items():
        both = [(one, speech(SLOTS, number)) for number, one in enumerate(overs)]
        figures[point] = [[send(way, one, frames) for one, frames in both] for way in WAYS]
        print(table(WAYS, {point: figures[point]}, {point: overs}, head=False), flush=True)
    return figures


def loops(overs: int) -> None:
    """Prints a line for each over through the modem, with the reports in the other one's."""
    by_name = {way.name: way for way in WAYS}
    for point in LOOPED:
        for name in ("7: 4+0", "one p, 1300", "by size, 1300"):
            found = [
                through_modem(by_name[name], point, speech(SLOTS, over), over)
                for over in range(overs)
            ]
            cost, lost = (
                np.mean([getattr(one, what) for one in found]) for what in ("cost", "lost")
            )
            sizes = [sum(one.sizes[size] for one in found) / SLOTS / overs for size in SIZES]
            shares = "/".join(f"{100 * one:.0f}" for one in sizes)
            where = f"{FADINGS[point.fading]}, {point.snr_db:g} dB"
            print(
                f"| {where} | {name} | {cost:.2f} | {100 * lost:.0f} % | {shares} % |", flush=True
            )


def main(
    overs: Annotated[int, typer.Option(help="Of 40 s, at each SNR on MPP.")] = 4,
    recorded: Annotated[bool, typer.Option(help="Replay what the modem did.")] = False,
    record_overs: Annotated[int, typer.Option("--record", help="Overs to record first.")] = 0,
    loop: Annotated[int, typer.Option(help="Overs of 40 s through the modem, both ways.")] = 0,
    results: Annotated[Path | None, typer.Option(help="Document to write, with a plot.")] = None,
) -> None:
    """Prints tables in Markdown."""
    if loop:
        loops(loop)
        return
    if record_overs:
        record(record_overs)
    kept = kept_overs() if recorded or record_overs or results else {}
    air = {} if recorded or record_overs else overs_on(overs)
    by_arithmetic, by_modem = measured(air), measured(kept)
    if results is not None:
        picture = results.parent / "images" / "slot-choice.png"
        drawn(WAYS, by_arithmetic, picture)
        results.write_text(document(WAYS, (by_arithmetic, air), (by_modem, kept), overs))


if __name__ == "__main__":
    typer.run(main)
