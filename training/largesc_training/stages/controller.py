# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from a checkpoint to its controller."""

import shutil

import torch
from largesc.control.importance_network import CONTROLLER_FILE

from ..cost.controller_page import PAGE, compare, write_page
from ..cost.cost_set import read_costs
from ..cost.measurement import measure_costs
from ..cost.network_training import save_network, train_network
from ..run_options import RunOptions
from ..stage import StageError
from .budgets import COSTS, MINUTES

CONTROLLER, COMPLETE = "controller", "complete-checkpoint"


def costs(options: RunOptions) -> None:
    """What frames cost that arrive in part, into ``costs/``."""
    chain = options.chain or str(options.work / COMPLETE)
    if not options.chain and not (options.work / COMPLETE / "config.json").is_file():
        raise StageError(f"no checkpoint to measure: run stage {COMPLETE}")
    (options.work / CONTROLLER / PAGE).unlink(missing_ok=True)  # to be made anew from other costs
    torch.set_flush_denormal(True)  # decaying filters end in denormals, slow on a CPU
    try:
        corpus, out = options.work / "corpus", options.work / COSTS
        minutes = options.minutes.get(COSTS, MINUTES[COSTS])
        chosen = options.controller, options.seed, options.device, minutes
        measure_costs(corpus, out, chain, *chosen)
    finally:
        torch.set_flush_denormal(False)


def controller(options: RunOptions) -> None:
    """The network and the page about it, into ``controller/``; a network that beats the plain rule
    into the run's checkpoint as well."""
    measured, settings = read_costs(options.work / COSTS), options.controller
    folder = options.work / CONTROLLER
    folder.mkdir(parents=True, exist_ok=True)
    found = compare(measured, settings, options.seed)
    save_network(
        train_network(measured, settings, options.seed), folder / CONTROLLER_FILE, measured
    )
    if not options.chain:
        shipped = options.work / COMPLETE / CONTROLLER_FILE
        shipped.unlink(missing_ok=True)
        if found.beats:
            shutil.copyfile(folder / CONTROLLER_FILE, shipped)
    write_page(measured, found, folder)
    verdict = "beats" if found.beats else "does not beat"
    print(f"{folder / PAGE}: the network {verdict} the plain rule", flush=True)
