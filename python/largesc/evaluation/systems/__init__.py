# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems that carry speech in packets: ours and its peers, behind one interface."""
