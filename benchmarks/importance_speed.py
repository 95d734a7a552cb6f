# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to tell the worth of a frame's tokens, and to spend a budget by it.

    python benchmarks/importance_speed.py [--checkpoint mini]

CPU time of one thread per frame of 80 ms: the network of the checkpoint beside the plain rule, each
alone and within a sender under a budget, and that sender without one; and a sender that chooses
slots of the modem `hf` by the losses of each size.
"""

import time
from collections.abc import Callable
from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.speech_link.chosen_costs import ChosenCosts
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

DIMENSION, WARM = 256, 50
TOKENS = np.zeros(8, dtype=np.int16)


def drawn(frames: int) -> list[SpeechFacts]:
    random = np.random.default_rng(1)
    latents = random.standard_normal((frames, DIMENSION)).astype(np.float32)
    levels, flux = random.normal(-35, 10, frames), random.exponential(4, frames)
    return [SpeechFacts(*one) for one in zip(levels, flux, latents, strict=True)]


def milliseconds(step: Callable[[int], object], frames: int) -> tuple[float, float]:
    """Median and 99th percentile of CPU time per frame."""
    spent = []
    for frame in range(frames):
        began = time.process_time_ns()
        step(frame)
        spent.append((time.process_time_ns() - began) / 1e6)
    return float(np.median(spent[WARM:])), float(np.percentile(spent[WARM:], 99))


def sending(facts: list[SpeechFacts], **settings: object) -> Callable[[int], object]:
    link = LinkSender(SenderSettings(code="auto", lag=3, **settings))

    def step(frame: int) -> None:
        if frame % 12 == 0:
            link.hear(ChannelReport(loss_rate=0.2, mean_burst=1.3, window=50, snr=2.0))
        link.push(frame, TOKENS, facts=facts[frame])

    return step


def main(
    checkpoint: Annotated[str, typer.Option(help="Name or folder.")] = "mini",
    frames: int = 1000,
) -> None:
    """Prints a table in Markdown."""
    facts = drawn(frames)
    how = {"checkpoint": checkpoint, "budget": 1300}
    hf = load_modem_profile("hf")
    slots = {"slots": hf.sizes, "slot_losses": hf.slot_losses}
    network, rule = ChosenCosts("network", checkpoint), ChosenCosts("plain", checkpoint)
    rows = {
        "plain rule": lambda frame: rule.costs(facts[frame]),
        "network": lambda frame: network.costs(facts[frame]),
        "sender without a budget": sending(facts, checkpoint=checkpoint),
        "sender, budget, plain rule": sending(facts, importance="plain", **how),
        "sender, budget, network": sending(facts, importance="network", **how),
        "sender, budget, plain rule, slots": sending(facts, importance="plain", **slots, **how),
        "sender, budget, network, slots": sending(facts, importance="network", **slots, **how),
    }
    print("| | median, ms of CPU per frame | 99 % |\n|---|---|---|")
    for name, step in rows.items():
        median, most = milliseconds(step, frames)
        print(f"| {name} | {median:.3f} | {most:.3f} |")


if __name__ == "__main__":
    typer.run(main)
