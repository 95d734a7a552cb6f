# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""From microphone to loudspeaker, part by part: what benchmarks/latency.py is made of."""
