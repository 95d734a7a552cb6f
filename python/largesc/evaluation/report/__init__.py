# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rows say: statistics, tables, plots, a page to listen to, a document."""

from .document import write_results
from .main_tables import main_tables
from .page import write_report
from .run_folder import ReportError, check_folder

__all__ = ["ReportError", "check_folder", "main_tables", "write_report", "write_results"]
