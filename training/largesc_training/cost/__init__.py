# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What frames cost that arrive with their first tokens; the network that tells it."""
