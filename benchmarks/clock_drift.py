# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An hour of live playout beside a sender whose clock is off, with and without following it.

    python benchmarks/clock_drift.py [--ppm 100] [--loss 0.2] [--picture FILE]

Packets take 100 ms and up to --jitter more; speech of 3 s and pauses of 0.4 s alternate, and the
listener's end does what the playout wishes in pauses only. The baseline never does. Time is
simulated: the hour takes seconds.
"""

import argparse
import heapq
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from gnuradio.largesc import deadline_playout, packet
from rich.console import Console
from rich.table import Table

FRAME_S = 0.08
PATH_S = 0.1
LOOK_AHEAD = 1
CYCLE, SPEECH = 42, 37  # frames: 3 s of speech in 3.4 s


def is_pause(frame: int) -> bool:
    return frame % CYCLE >= SPEECH


@dataclass
class Listened:
    """What came of an hour."""

    minutes: list[float] = field(default_factory=list)
    delay_ms: list[float] = field(default_factory=list)
    adjusted_at: list[float] = field(default_factory=list)
    lost_on_air: int = 0
    lost: int = 0
    late: int = 0
    speech_frames_hurt: int = 0


class Listener:
    """Plays one frame per 80 ms of its own clock."""

    def __init__(self, ppm: float, follow: bool):
        self.playout = deadline_playout(LOOK_AHEAD)
        self.result = Listened()
        self._stretch = 1 + ppm * 1e-6
        self._follow = follow
        self._played: dict[int, int] = {}
        self._adjusted = self._waits = 0
        self._last_adjustment = -10.0

    def listen(self, frames: int, loss: float, jitter_s: float) -> Listened:
        rng = np.random.default_rng(1)
        lost = rng.random(frames) < loss
        arrivals = FRAME_S * self._stretch * np.arange(frames) + PATH_S
        arrivals += jitter_s * rng.random(frames)
        on_air = [(arrivals[n], n) for n in range(frames) if not lost[n]]
        heapq.heapify(on_air)
        now = 0.05
        while on_air:
            while on_air and on_air[0][0] <= now:
                arrival, frame = heapq.heappop(on_air)
                self.playout.push(packet(frame % 128, [1] * 4), arrival)
            self._play(now)
            now += FRAME_S
        return self._finish(frames, int(lost.sum()))

    def _play(self, now: float) -> None:
        if self._waits:
            self._waits -= 1
            return
        step = self.playout.step(now, self._adjusted)
        self._adjusted = 0
        if self.playout.idle or step.frame < 10:
            return
        free = self._follow and now - self._last_adjustment > 1.0
        if step.adjust and free and is_pause(step.frame):
            self._last_adjustment = now
            self.result.adjusted_at.append(now / 60)
            self._adjusted = 1 if step.adjust > 0 else -1
            if self._adjusted < 0:
                self._play(now)
                return
            self._waits = 1
        self._played[step.frame] = self._played.get(step.frame, 0) + 1
        self.result.minutes.append(now / 60)
        sent = step.frame * FRAME_S * self._stretch
        self.result.delay_ms.append(1000 * (now - sent))

    def _finish(self, frames: int, lost_on_air: int) -> Listened:
        result, counts = self.result, self.playout.counts
        result.lost_on_air, result.lost, result.late = lost_on_air, counts.lost, counts.late
        result.speech_frames_hurt = sum(
            not is_pause(n) and self._played.get(n, 0) != 1 for n in range(10, frames - 10)
        )
        return result


def draw(results: dict[str, Listened], path: Path) -> None:
    figure, axes = plt.subplots(len(results), 1, figsize=(9, 2.2 * len(results)), sharex=True)
    for axis, (title, result) in zip(axes, results.items(), strict=True):
        axis.plot(result.minutes, result.delay_ms, lw=1)
        for minute in result.adjusted_at:
            axis.axvline(minute, color="tab:red", lw=1, ls=":")
        axis.set_title(f"{title}: {result.late} packets too late", fontsize=10)
        axis.set_ylabel("delay (ms)")
    axes[-1].set_xlabel("minutes; dotted: a frame left out or repeated in a pause")
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ppm", type=float, default=100.0)
    parser.add_argument("--loss", type=float, default=0.2)
    parser.add_argument("--jitter", type=float, default=0.02, help="seconds")
    parser.add_argument("--picture", type=Path, default=Path("clock_drift.png"))
    options = parser.parse_args()
    frames = int(3600 / FRAME_S)
    results = {}
    for ppm in (options.ppm, -options.ppm):
        for follow in (False, True):
            title = f"sender {ppm:+.0f} ppm, {'followed' if follow else 'not followed'}"
            listener = Listener(ppm, follow)
            results[title] = listener.listen(frames, options.loss, options.jitter)
    table = Table("", "too late", "lost beyond the air", "adjusted", "speech hurt", "delay (ms)")
    for title, r in results.items():
        span = f"{min(r.delay_ms):.0f}..{max(r.delay_ms):.0f}"
        beyond = str(r.lost - r.lost_on_air)
        row = (str(r.late), beyond, str(len(r.adjusted_at)), str(r.speech_frames_hurt), span)
        table.add_row(title, *row)
    Console().print(table)
    draw(results, options.picture)


if __name__ == "__main__":
    main()
