# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sender and receiver of a link, for blocks, commands, judge and training alike."""
