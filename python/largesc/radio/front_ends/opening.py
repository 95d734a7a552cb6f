# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Front ends by the name of a device."""

from ..modem_profile import load_modem_profile
from ..radio_settings import RadioSettings
from .front_end import FrontEnd, FrontEndError
from .in_process import InProcessFrontEnd
from .pluto import PlutoFrontEnd
from .sigmf_file import SigmfFrontEnd
from .soapy import SoapyFrontEnd
from .sound_card import SoundCardFrontEnd
from .usrp import UsrpFrontEnd
from .zmq_stream import ZmqFrontEnd

KINDS: dict[str, type[FrontEnd]] = {
    "soapy": SoapyFrontEnd,
    "uhd": UsrpFrontEnd,
    "iio": PlutoFrontEnd,
    "sound": SoundCardFrontEnd,
    "sigmf": SigmfFrontEnd,
    "zmq": ZmqFrontEnd,
    "loopback": InProcessFrontEnd,
}
EXAMPLES = "soapy:driver=hackrf, uhd:type=b200, iio:ip:192.168.2.1, sound:hw:1, FILE.sigmf-meta"


def kind_of(device: str) -> tuple[type[FrontEnd], str]:
    """The kind of front end that a device's name asks for, and the rest of the name.

    Raises:
        ValueError: no kind of ours.
    """
    if device.endswith((".sigmf-meta", ".sigmf-data", ".sigmf")) and ":" not in device:
        return SigmfFrontEnd, device
    kind, colon, address = device.partition(":")
    if not colon or kind not in KINDS:
        raise ValueError(f"no kind of radio: {device!r}; there are {EXAMPLES}")
    return KINDS[kind], address


def open_front_end(device: str, settings: RadioSettings) -> FrontEnd:
    """The front end of this name.

    Raises:
        ValueError: no kind of ours.
        FrontEndError: it lacks what it needs; begins with the device's name.
    """
    kind, address = kind_of(device)
    try:
        return kind(address, settings, load_modem_profile(settings.modem))
    except FrontEndError as error:
        raise FrontEndError(f"{device}: {error}") from error
