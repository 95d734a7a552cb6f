# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Allocations compared by replaying losses on measured costs, before any speech is decoded."""
