# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An hour of speech from one process to another over a bad network: memory, and every frame.

    python benchmarks/live_hour.py SPEECH [--speed 3] [--ppm 100] [--picture FILE]

``largesc send`` and ``largesc listen`` run over UDP with a relay between them that loses a fifth
of the packets and delays, reorders and duplicates others. Both run at --speed times real time; the
sender's clock is off by --ppm beyond that. SPEECH is as long as the run shall be.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from live_process import LiveProcess
from relay import Impairment, Relay, UdpWire

NETWORK = Impairment(loss=0.2, duplicate=0.05, reorder=0.02, hold=0.05, jitter=0.02, seed=1)
SAMPLE_EVERY_S = 1.0
PATIENCE_S = 20  # the sender reads the whole file before it begins


def resident_mib(process: LiveProcess) -> float:
    """Memory that a process holds; 0 once it has ended."""
    try:
        status = Path(f"/proc/{process.process.pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def run(speech: Path, speed: float, ppm: float, folder: Path) -> dict[str, Any]:
    """Sends the file; returns both processes' figures, the relay's and the memory over time."""
    sender_speed = speed * (1 + 1e-6 * ppm)
    hurried = {"hold": NETWORK.hold / speed, "jitter": NETWORK.jitter / speed}
    network = Impairment(**vars(NETWORK) | hurried)
    wire = UdpWire()
    relay = Relay(wire, network)
    relay.start()
    listen = ("listen", "udp://127.0.0.1:0", folder / "heard.wav", "--speed", speed)
    listener = LiveProcess(folder, *listen, "--idle-exit", PATIENCE_S)
    wire.connect(listener.port())
    link = ("--primary", 4, "--redundant", 4, "--speed", sender_speed, "--text", "DL0XXX")
    sender = LiveProcess(folder, "send", speech, "--to", f"udp://127.0.0.1:{wire.port}", *link)
    samples = []
    started = time.monotonic()
    while sender.process.poll() is None and listener.process.poll() is None:
        elapsed = time.monotonic() - started
        samples.append((elapsed, resident_mib(sender), resident_mib(listener)))
        time.sleep(SAMPLE_EVERY_S)
    sent, received = sender.end(), listener.end()
    relay.end()
    return {"sent": sent, "received": received, "relay": dict(relay.log), "memory": samples}


def print_figures(result: dict[str, Any], console: Console) -> None:
    """Where every frame is, and memory at a tenth, the middle and the end of the run."""
    table = Table("what", "count")
    for name, count in sorted(result["relay"].items()):
        table.add_row(f"relay: {name}", str(count))
    for block in ("packetizer", "encoder", "network"):
        for name, count in result["sent"].get(block, {}).items():
            table.add_row(f"sender, {block}: {name}", str(count))
    for block in ("network", "depacketizer", "recovery", "decoder"):
        for name, count in result["received"].get(block, {}).items():
            table.add_row(f"listener, {block}: {name}", str(count))
    console.print(table)
    memory = result["memory"]
    for place, (_, sender, listener) in (
        ("a tenth", memory[len(memory) // 10]),
        ("middle", memory[len(memory) // 2]),
        ("end", memory[-3]),
    ):
        console.print(f"memory at {place}: sender {sender:.0f} MiB, listener {listener:.0f} MiB")


def draw(memory: list[tuple[float, float, float]], speed: float, path: Path) -> None:
    minutes = [speed * elapsed / 60 for elapsed, _, _ in memory]
    figure, axis = plt.subplots(figsize=(9, 3))
    axis.plot(minutes, [sender for _, sender, _ in memory], label="sender")
    axis.plot(minutes, [listener for _, _, listener in memory], label="listener")
    axis.set_ylim(bottom=0)
    axis.set_xlabel("minutes of speech")
    axis.set_ylabel("resident memory (MiB)")
    axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("speech", type=Path)
    parser.add_argument("--speed", type=float, default=3.0)
    parser.add_argument("--ppm", type=float, default=100.0)
    parser.add_argument("--picture", type=Path, default=Path("live_hour.png"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="largesc-") as folder:
        result = run(options.speech, options.speed, options.ppm, Path(folder))
    print_figures(result, Console(width=100))
    draw(result["memory"], options.speed, options.picture)


if __name__ == "__main__":
    main()
