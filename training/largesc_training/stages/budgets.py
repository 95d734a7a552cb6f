# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the stages that have a time budget, and the minutes of it by default."""

RECOGNISER = "recogniser"
LINEAR, CONTINUOUS = "codec-linear", "codec-continuous"
CODEBOOKS, JOINT = "codec-codebooks", "codec-joint"
BASE, LORA, FULL = "token-base", "token-lora", "token-full"
COSTS = "costs"
MINUTES = {
    RECOGNISER: 7.0,
    CONTINUOUS: 60.0,
    JOINT: 60.0,
    BASE: 90.0,
    LORA: 30.0,
    FULL: 30.0,
    COSTS: 120.0,
}
