# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What carries packets from a sender to a receiver, and loses or damages some."""
