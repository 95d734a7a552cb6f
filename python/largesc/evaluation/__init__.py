# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of speech systems: experiments, runs, statistics, reports. Needs its extra."""
