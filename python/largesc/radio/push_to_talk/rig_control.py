# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of a transceiver that Hamlib controls, through its daemon ``rigctld``."""

import socket
import sys
from pathlib import Path

PATIENCE_S = 2.0  # for an answer: a slow serial line and its repetitions are within
DONE = "RPRT 0"
LONGEST = 1024  # bytes of an answer


class RigControl:
    """Key of the rig behind a ``rigctld``; connects when it must and as often as it must.

    Args:
        host, port: of the daemon.
        press: its command to send.
        patience_s: how long an answer may take.
    """

    def __init__(self, host: str, port: int, press: str = "T 1", patience_s: float = PATIENCE_S):
        self._address, self._press, self._patience_s = (host, port), press, patience_s
        self._socket: socket.socket | None = None
        script = str(Path(__file__).with_name("release_process.py"))
        self.guard: tuple[str, ...] = (sys.executable, "-I", "-S", script, host, str(port))

    def press(self) -> None:
        self._set(self._press)

    def release(self) -> None:
        self._set("T 0")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _set(self, command: str) -> None:
        """Has the daemon do it; one that was started anew since the last command is asked again.

        Raises:
            OSError: it is not there, does not answer, or refuses.
        """
        if self._socket is not None:
            try:
                self._ask(self._socket, command)
                return
            except ConnectionError:
                self.close()
            except OSError:
                self.close()
                raise
        self._socket = self._connected()
        try:
            self._ask(self._socket, command)
        except OSError:
            self.close()
            raise

    def _connected(self) -> socket.socket:
        try:
            return socket.create_connection(self._address, self._patience_s)
        except OSError as error:
            raise OSError(f"{self}: cannot be reached ({error.strerror or error})") from None

    def _ask(self, connection: socket.socket, command: str) -> None:
        try:
            connection.sendall(f"{command}\n".encode())
            answer = _line(connection)
        except TimeoutError:
            raise OSError(f"{self}: no answer within {self._patience_s:g} s") from None
        except ConnectionError as error:
            raise ConnectionResetError(f"{self}: {error.strerror or error}") from None
        if answer != DONE:
            raise OSError(f"{self}: refused ({answer[:40]}); has the rig a push-to-talk (-P RIG)?")

    def __str__(self) -> str:
        return "rigctld at {}:{}".format(*self._address)


def _line(connection: socket.socket) -> str:
    """One line of an answer, without its end; the beginning of what is none.

    Raises:
        ConnectionError: the daemon is gone.
    """
    answer = b""
    while not answer.endswith(b"\n"):
        part = connection.recv(256)
        if not part:
            raise ConnectionResetError("has closed the connection")
        answer += part
        if len(answer) > LONGEST:
            break
    return answer.decode("ascii", "replace").strip()
