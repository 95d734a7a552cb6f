# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a frame is made of: tokens, where they come from, how many are sent; the ground."""
