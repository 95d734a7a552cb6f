# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that outlives another one and releases the key of a rig behind ``rigctld`` for it.

release_process.py HOST PORT. Standard input brings a ``d`` now and then while the key is down and a
``u`` when it goes up. When it ends after a ``d``, or brings nothing for 5 s, the other process is
dead or hangs. ``rigctld`` itself leaves the key down when those that pressed it are gone.

It imports nothing but the standard library: it must start at once and weigh little.
"""

import os
import select
import socket
import sys
import time

BEAT_S = 1.0  # how often a living process says that the key is down
HANGS_S = 5.0
TRIES_S = 120.0  # how long a daemon that is gone is waited for
PAUSE_S = 0.5


def main() -> None:
    """Follows standard input to its end."""
    host, port = sys.argv[1], int(sys.argv[2])
    is_down = False
    while True:
        ready = select.select([0], [], [], HANGS_S if is_down else None)[0]
        said = os.read(0, 4096) if ready else b"u"
        if is_down and (not said or not ready):
            release(host, port)
        if not said:
            return
        is_down = said.endswith(b"d")


def release(host: str, port: int) -> None:
    """Asks the daemon until it has done it, for two minutes."""
    last = time.monotonic() + TRIES_S
    while not _is_released(host, port) and time.monotonic() < last:
        time.sleep(PAUSE_S)


def _is_released(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), 2.0) as connection:
            connection.sendall(b"T 0\n")
            return connection.recv(256).startswith(b"RPRT 0")
    except OSError:
        return False


if __name__ == "__main__":
    main()
