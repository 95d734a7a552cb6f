# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All channels, told apart by ``process``."""

from typing import Annotated

from pydantic import Field

from .loss_model import LossModel
from .lossless import Lossless

AnyChannel = Annotated[Lossless | LossModel, Field(discriminator="process")]
