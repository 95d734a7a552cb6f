# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks share: PDUs, workers, ends of streams, back-pressure."""
