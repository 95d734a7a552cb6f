# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the token model that fills what a link lost: tokens, base, adapter."""
