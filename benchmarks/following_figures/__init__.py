# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What benchmarks/channel_steps.py and tests/test_following.py are made of."""
