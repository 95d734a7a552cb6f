# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rows say: statistics, tables, plots, a page to listen to."""
