# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blind listening tests of runs: MUSHRA and ABX, as a page, and what its answers say."""
