# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What links are like: profiles as YAML; slots and overs; push-to-talk; front ends of radios."""
