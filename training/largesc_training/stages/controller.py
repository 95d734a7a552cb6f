# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from a checkpoint to its controller."""

import shutil

import torch
from largesc.control.importance_network import CONTROLLER_FILE

from ..cost.controller_page import compare, write_page
from ..cost.cost_set import read_costs
from ..cost.measurement import measure_costs
from ..cost.network_training import save_network, train_network
from ..run_options import RunOptions
from ..stage import StageError

COSTS, CONTROLLER, COMPLETE = "costs", "controller", "complete-checkpoint"


def costs(options: RunOptions) -> None:
    """What frames cost that arrive in part, into ``costs/``."""
    chain = options.chain or str(options.work / COMPLETE)
    if not options.chain and not (options.work / COMPLETE / "config.json").is_file():
        raise StageError(f"no checkpoint to measure: run stage {COMPLETE}")
    torch.set_flush_denormal(True)  # decaying filters end in denormals, slow on a CPU
    try:
        corpus, out = options.work / "corpus", options.work / COSTS
        measure_costs(corpus, out, chain, options.controller, options.seed, options.device)
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
    shipped = options.work / COMPLETE / CONTROLLER_FILE
    if found.beats and not options.chain:
        shutil.copyfile(folder / CONTROLLER_FILE, shipped)
    else:
        shipped.unlink(missing_ok=True)
    write_page(measured, found, folder)
    verdict = (
        "beats the plain rule" if found.beats else "does not beat the plain rule: it is not shipped"
    )
    print(f"the network {verdict} ({folder / 'controller.md'})")
