# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to send: how many tokens, and which redundancy, for what is known of the channel."""
