# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Front ends of radios, one kind per file; each is a FrontEnd."""
