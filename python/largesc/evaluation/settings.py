# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of an experiment file have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from .nearest_name import unknown_name


class Settings(BaseModel):
    """A part of an experiment file: an unknown key is an error, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _knows_its_keys(cls, values: Any) -> Any:
        # Before pydantic's own check, which says neither what is allowed nor what is near.
        for key in values if isinstance(values, dict) else ():
            if key not in cls.model_fields:
                raise ValueError(unknown_name("key", key, cls.model_fields))
        return values
