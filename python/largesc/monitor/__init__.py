# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a link is doing: figures, pictures and a window of them; knows no GNU Radio."""
