# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora of speech: where recordings come from, who may use which, files and their manifest."""
