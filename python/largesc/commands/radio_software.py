# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the software that radios are used through is on this machine, for ``largesc doctor``."""

import importlib.util
import shutil

# By what a device is called (docs/radio.md, "Devices"); Debian's package gnuradio has them all.
MODULES = {
    "soapy": "gnuradio.soapy",
    "uhd": "gnuradio.uhd",
    "iio": "gnuradio.iio",
    "sound": "gnuradio.audio",
    "zmq": "gnuradio.zeromq",
}


def radio_software() -> tuple[list[str], dict[str, str]]:
    """Kinds of devices and keys that can be used here, and by name those that cannot, with
    the Debian package that has what is missing. Whether a device is plugged in is not asked.
    """
    usable = [kind for kind, module in MODULES.items() if _found(module)]
    missing = {kind: "gnuradio" for kind in MODULES if kind not in usable}
    if shutil.which("rigctld"):  # a key, docs/uses/ssb_rig.md
        usable.append("rigctld")
    else:
        missing["rigctld"] = "libhamlib-utils"
    return usable, missing


def _found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # no GNU Radio at all
        return False
