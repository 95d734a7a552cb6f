# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets lost by SNR: our modem beside its peers and the bound, sync included.

    python benchmarks/modem_curves.py [--profile hf] [--packets 500] [--fading-packets 2000]
        [--seed 1] [--seeds 1] [--sizes 7 13 23] [--white DB ...] [--faded DB ...]
        [--spread HZ] [--line-width HZ] [--no-peer] [--csv FILE]
    python benchmarks/modem_curves.py [--profile hf] --only-noise --noise-seconds 36000

Overs of 100 packets begin at random times, anywhere within the profile's range of frequencies (hf:
150 Hz, vhf: 20 kHz; the peers as far as they look), in noise or on a fading channel (hf: two paths,
1 Hz, 2 ms, MPP; vhf: one path, 10 Hz). SNR is in 3 kHz, mean power while there is a signal.
Intervals (95 %) count with packets of an over that fade together. Peers of hf: FreeDV 700E; of vhf:
FreeDV 2400A, and the GFSK blocks of GNU Radio. Curves are the kernel's; in noise alone, and in that
behind overs, the receiver has known headers besides, as packet_demodulator. Needs the package,
SciPy and rich; libcodec2 and GNU Radio for the peers.
"""

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from modem_figures.hf_channel import Fading
from modem_figures.normal_approximation import least_snr
from modem_figures.packet_loss import Count, Modem, measure
from modem_figures.profiles import MEASURED, Measured
from modem_figures.single_tries import (
    acquisition_times,
    false_after_overs,
    listen_to_noise,
    occupied_bandwidth,
    peak_db,
)
from rich.console import Console
from rich.table import Table

OVER = 100  # packets
Curve = list[tuple[float, Count]]


def crossing(curve: Curve, loss: float) -> float:
    """dB at which a curve falls to this loss: straight in dB and logarithm; NaN outside."""
    snr = np.array([snr for snr, _ in curve])
    if not curve:
        return float("nan")
    log = np.log([max(count.loss, 0.5 / count.sent) for _, count in curve])
    below = np.flatnonzero(log <= np.log(loss))
    if len(below) == 0 or below[0] == 0:
        return float("nan")
    at = below[0]
    part = (np.log(loss) - log[at - 1]) / (log[at] - log[at - 1])
    return float(snr[at - 1] + part * (snr[at] - snr[at - 1]))


class Points:
    """Measures points, and writes each to a file as soon as it is there."""

    def __init__(self, seeds: range, line_width: float, path: Path | None) -> None:
        self.seeds, self.line_width = seeds, line_width
        self.file = path.open("w", newline="") if path else None
        self.write("channel", "modem", "snr_db", "sent", "right", "wrong", "low", "high")

    def write(self, *row: object) -> None:
        if self.file:
            csv.writer(self.file).writerow(row)
            self.file.flush()

    def curve(
        self, modem: Modem, points: list[float], packets: int, fading: Fading | None
    ) -> Curve:
        curve = []
        for snr in points:
            overs = max(1, packets // OVER)
            count = Count()
            for seed in self.seeds:
                count.join(measure(modem, overs, OVER, snr, fading, seed, self.line_width))
            bounds = [f"{bound:.5f}" for bound in count.interval()]
            channel = fading.name if fading else "AWGN"
            self.write(channel, modem.name, snr, count.sent, count.right, count.wrong, *bounds)
            curve.append((snr, count))
        return curve


def show(console: Console, name: str, curves: dict[str, Curve]) -> None:
    table = Table("modem", "SNR (dB)", "lost", "95 %", "wrong", "packets", title=name)
    for modem, curve in curves.items():
        for snr, count in curve:
            low, high = count.interval()
            row = [modem, f"{snr:.1f}", f"{count.loss:.1%}", f"{low:.1%}-{high:.1%}"]
            table.add_row(*row, f"{count.wrong_share:.2%}", str(count.sent))
        table.add_section()
    console.print(table)


def show_thresholds(
    console: Console,
    measured: Measured,
    sizes: dict[str, int],
    white: dict[str, Curve],
    faded: dict[str, Curve],
) -> None:
    table = Table("modem", "10 % lost", "1 % lost", "bound 10 %", "bound 1 %", "20 % lost, fading")
    for name, curve in white.items():
        bounds = [least_snr(8 * sizes[name], loss, measured.occupied) for loss in (0.1, 0.01)]
        values = [crossing(curve, 0.1), crossing(curve, 0.01), *bounds, crossing(faded[name], 0.2)]
        table.add_row(name, *[f"{value:.1f}" for value in values])
    console.print(table)


def show_noise(console: Console, measured: Measured, seed: int, seconds: int) -> None:
    heard = listen_to_noise(measured.modem, seconds, seed)
    console.print(
        f"{heard.seconds:.0f} s of noise: {heard.packets} packets, "
        f"{heard.overs} overs, {heard.computing / heard.seconds:.1%} of a core"
    )


def show_single_tries(
    console: Console, measured: Measured, seed: int, tries: int, seconds: int
) -> None:
    for snr in measured.acquisition:
        times = sorted(acquisition_times(measured.modem, snr, tries, seed))
        ninety = times[int(0.9 * len(times))]
        console.print(
            f"first packet at {snr:.1f} dB: median {1e3 * np.median(times):.0f} ms, "
            f"90 % {1e3 * ninety:.0f} ms, longest {1e3 * times[-1]:.0f} ms of {len(times)}"
        )
    show_noise(console, measured, seed, seconds)
    overs = tries // 2
    false = false_after_overs(measured.modem, overs, -3.0, seed)
    console.print(f"after {overs} overs at -3 dB: {false} packets")
    random = np.random.default_rng(seed)
    modem = measured.modem(7)
    samples = modem.transmit([random.bytes(7) for _ in range(200)])
    console.print(
        f"peak by mean power {peak_db(samples):.2f} dB; "
        f"99 % of the power within {occupied_bandwidth(samples, modem.sample_rate):.0f} Hz"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", choices=sorted(MEASURED), default="hf")
    parser.add_argument("--packets", type=int, default=500, help="per point in noise")
    parser.add_argument("--fading-packets", type=int, default=2000, help="per point in fading")
    parser.add_argument("--sizes", type=int, nargs="*", help="bytes; all of the profile's")
    parser.add_argument("--white", type=float, nargs="*", help="dB, in place of all in noise")
    parser.add_argument("--faded", type=float, nargs="*", help="dB, in place of all in fading")
    parser.add_argument("--no-peer", action="store_true", help="our modem alone")
    parser.add_argument("--spread", type=float, help="Hz, of the fading channel")
    parser.add_argument("--line-width", type=float, default=0.0, help="Hz, of the oscillators")
    parser.add_argument("--look-ahead", type=int, default=0)
    parser.add_argument("--tries", type=int, default=40, help="of acquisition; 0: curves alone")
    parser.add_argument("--noise-seconds", type=int, default=600)
    parser.add_argument("--only-noise", action="store_true", help="noise, and nothing else")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many from there on, each point")
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    console, measured = Console(), MEASURED[arguments.profile]
    if arguments.only_noise:
        show_noise(console, measured, arguments.seed, arguments.noise_seconds)
        return
    fading = measured.fading
    if arguments.spread is not None:
        name = f"{fading.name}, at {arguments.spread:g} Hz"
        fading = replace(fading, name=name, spread=arguments.spread)
    chosen = measured.points if arguments.sizes is None else arguments.sizes
    modems: list[tuple[Modem, tuple[list[float], list[float]]]] = [
        (measured.modem(size, look_ahead=arguments.look_ahead), measured.points[size])
        for size in chosen
    ]
    modems += [] if arguments.no_peer else measured.peers()
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    points = Points(seeds, arguments.line_width, arguments.csv)
    white, faded = {}, {}
    for modem, (in_white, in_faded) in modems:
        in_white = in_white if arguments.white is None else arguments.white
        in_faded = in_faded if arguments.faded is None else arguments.faded
        white[modem.name] = points.curve(modem, in_white, arguments.packets, None)
        faded[modem.name] = points.curve(modem, in_faded, arguments.fading_packets, fading)
    show(console, "white noise", white)
    show(console, fading.name, faded)
    sizes = {modem.name: modem.packet_bytes for modem, _ in modems}
    show_thresholds(console, measured, sizes, white, faded)
    if arguments.tries:
        show_single_tries(
            console, measured, arguments.seed, arguments.tries, arguments.noise_seconds
        )


if __name__ == "__main__":
    main()
