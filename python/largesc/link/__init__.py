# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets: made, parsed, kept in files, sent and received; without GNU Radio."""
