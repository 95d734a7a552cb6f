# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of links: the settings that belong together on one kind of link."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..control.slot_losses import SlotLoss
from ..speech_link.settings import CheckValue, in_one_line
from .modem_profile import load_modem_profile

# What a profile sets of sender and receiver.
PROFILED = frozenset(("check", "look_ahead", "slots", "slot_losses"))
FOLDER = Path(__file__).parent / "profiles"


class LinkProfile(BaseModel):
    """What a kind of link needs.

    Attributes:
        name: of the profile.
        description: which links it is for.
        check: check value of packets; none only where the layer below detects damage itself.
        look_ahead: frames the receiver waits.
        modem: name of the modem's profile; empty where packets need no slots.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    check: CheckValue
    look_ahead: int = Field(ge=0, le=5)
    modem: str = ""

    @field_validator("modem")
    @classmethod
    def _is_one(cls, name: str) -> str:
        if name:
            load_modem_profile(name)
        return name

    @property
    def slots(self) -> tuple[int, ...]:
        """Bytes that the modem's slots hold; none without a modem."""
        return load_modem_profile(self.modem).sizes if self.modem else ()

    @property
    def slot_losses(self) -> tuple[SlotLoss, ...]:
        """How often the modem's slots are lost by SNR; none without a modem."""
        return load_modem_profile(self.modem).slot_losses if self.modem else ()


def profile_names() -> list[str]:
    """Names of the profiles that come with the module."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_profile(name: str) -> LinkProfile:
    """The profile of this name, or in this YAML file.

    Raises:
        ValueError: there is none, or it is not as LinkProfile describes.
    """
    import yaml  # not before it is needed: every command knows the names

    path = FOLDER / f"{name}.yaml" if name in profile_names() else Path(name)
    if not path.is_file():
        raise ValueError(f"there is no profile {name!r}; there are {', '.join(profile_names())}")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError(f"profile {name}: no mapping in YAML")
        for key in values:
            if key == "name" or not isinstance(key, str):  # a profile is called as its file
                raise ValueError(f"profile {name}: there is no setting {key!r}")
        return LinkProfile(name=path.stem, **values)
    except ValidationError as error:
        raise ValueError(f"profile {name}: {in_one_line(error, LinkProfile)}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise ValueError(f"profile {name}: no mapping in YAML ({why})") from None
