# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the meters of a rig show while it sends, through ``rigctld``: ALC, power, SWR."""

import socket
from contextlib import suppress

METERS = {"ALC": "ALC", "power": "RFPOWER_METER", "SWR": "SWR"}
PATIENCE_S = 0.5


class RigMeters:
    """Asks a daemon; a meter that the rig has not is left out, and without a daemon there is none.

    Args:
        host, port: of the daemon.
    """

    def __init__(self, host: str, port: int):
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def read(self) -> dict[str, float]:
        """What there is: ALC and power as shares of full scale, SWR as it is."""
        try:
            values = {name: self._ask(level) for name, level in METERS.items()}
        except OSError:
            self.close()
            return {}
        return {name: value for name, value in values.items() if value is not None}

    def close(self) -> None:
        """Closes the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, level: str) -> float | None:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, PATIENCE_S)
        self._socket.sendall(f"l {level}\n".encode())
        answer = b""
        while not answer.endswith(b"\n"):
            part = self._socket.recv(256)
            if not part or len(answer) > 1024:
                raise ConnectionResetError("no rigctld")
            answer += part
        with suppress(ValueError):
            return float(answer)
        return None  # RPRT and an error number: there is no such meter


def meters_in_words(values: dict[str, float]) -> str:
    """A line for people; empty where nothing is known."""
    parts = [
        f"{name} {value:.1f}" if name == "SWR" else f"{name} {100.0 * value:.0f} %"
        for name, value in values.items()
    ]
    return ", ".join(parts)
