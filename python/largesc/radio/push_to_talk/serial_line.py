# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key on a control line of a serial port: RTS or DTR."""

import fcntl
import os
import struct
import termios

LINES = {"rts": termios.TIOCM_RTS, "dtr": termios.TIOCM_DTR}


class SerialLine:
    """Key on one line of a serial port; opens it when it must and as often as it must.

    The system raises both lines when it opens a port, for the moment until they are lowered here.
    It lowers both when the last process that has the port open is gone: no guard is needed.

    Args:
        line: one of LINES.
        device: ``/dev/ttyUSB0`` or the like.
    """

    guard: tuple[str, ...] = ()

    def __init__(self, line: str, device: str):
        self._line, self._device = line, device
        self._port: int | None = None

    def press(self) -> None:
        self._switch(termios.TIOCMBIS, LINES[self._line])

    def release(self) -> None:
        self._switch(termios.TIOCMBIC, LINES[self._line])

    def close(self) -> None:
        if self._port is not None:
            os.close(self._port)
            self._port = None

    def _switch(self, how: int, lines: int) -> None:
        """Sets or clears lines.

        Raises:
            OSError: there is no such port, it has no such line, or it has been unplugged.
        """
        try:
            if self._port is None:
                self._port = self._opened()
            fcntl.ioctl(self._port, how, struct.pack("i", lines))
        except (OSError, termios.error) as error:
            self.close()
            what = error.strerror if isinstance(error, OSError) else error.args[-1]
            raise OSError(f"{self._device}: no key on {self._line.upper()} ({what})") from None

    def _opened(self) -> int:
        port = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            modes = termios.tcgetattr(port)
            # Lines are ours, not the system's for handshakes; they fall when the port is closed.
            modes[2] = (modes[2] | termios.CLOCAL | termios.HUPCL) & ~termios.CRTSCTS
            termios.tcsetattr(port, termios.TCSANOW, modes)
            fcntl.ioctl(port, termios.TIOCMBIC, struct.pack("i", LINES["rts"] | LINES["dtr"]))
        except BaseException:
            os.close(port)
            raise
        return port
