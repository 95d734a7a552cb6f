# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains what gr-largesc ships: one pipeline, stage by stage."""
