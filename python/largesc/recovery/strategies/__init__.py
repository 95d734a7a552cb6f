# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fills missing tokens: one strategy per file, all of them by name."""
