# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modem's figures are made of: channels, bound, peer, counting."""
