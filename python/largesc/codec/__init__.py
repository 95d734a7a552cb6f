# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech codec kernels: audio to tokens and back, without GNU Radio."""
