# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All channels, told apart by ``process``."""

from typing import Annotated

from pydantic import Field

from .loss_model import LossModel
from .lossless import Lossless
from .radio_model import RadioModel

AnyChannel = Annotated[Lossless | LossModel | RadioModel, Field(discriminator="process")]
