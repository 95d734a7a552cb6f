# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the software that radios are used through is on this machine, for ``largesc doctor``."""

import importlib.util
import shutil

# By what a device is called (docs/radio.md, "Devices"): GNU Radio's module, and Debian's package.
MODULES = {
    "soapy": ("gnuradio.soapy", "gnuradio"),
    "uhd": ("gnuradio.uhd", "gnuradio"),
    "iio": ("gnuradio.iio", "gnuradio"),
    "sound": ("gnuradio.audio", "gnuradio"),
    "zmq": ("gnuradio.zeromq", "gnuradio"),
}
# By what a key is called (docs/uses/ssb_rig.md).
PROGRAMS = {"rigctld": ("rigctld", "libhamlib-utils")}


def radio_software() -> tuple[list[str], dict[str, str]]:
    """Kinds of devices and keys that can be used here, and by name those that cannot, with
    the Debian package that has what is missing. Whether a device is plugged in is not asked.
    """
    missing = {kind: package for kind, (module, package) in MODULES.items() if not _found(module)}
    missing |= {
        key: package for key, (program, package) in PROGRAMS.items() if not shutil.which(program)
    }
    return [kind for kind in (*MODULES, *PROGRAMS) if kind not in missing], missing


def _found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # no GNU Radio at all
        return False
