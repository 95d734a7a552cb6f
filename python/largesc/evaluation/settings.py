# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of an experiment file have in common."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A part of an experiment file: an unknown key is an error, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
