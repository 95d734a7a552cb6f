# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hub on this machine: the part of Hugging Face's HTTP protocol that a download needs."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class LocalHub(ThreadingHTTPServer):
    """Serves files by ``/OWNER/NAME/resolve/REVISION/FILE``.

    Attributes:
        files: path by ``OWNER/NAME/FILE``.
        cut_after: bytes after which the next download is cut off; None for never.
        requests: method, path and Range of each.
    """

    def __init__(self, files: dict[str, Path]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.digests = {name: _sha256(path) for name, path in files.items()}
        self.cut_after: int | None = None
        self.requests: list[tuple[str, str, str | None]] = []

    @property
    def endpoint(self) -> str:
        """What ``HF_ENDPOINT`` must be."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LocalHub

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self, with_body: bool) -> None:
        wanted = self.headers.get("Range")
        self.server.requests.append((self.command, self.path, wanted))
        owner, name, _, revision, file = self.path.lstrip("/").split("?")[0].split("/", 4)
        path = self.server.files.get(f"{owner}/{name}/{file}")
        if path is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = path.stat().st_size
        first = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - first))
        self.send_header("Accept-Ranges", "bytes")
        digest = self.server.digests[f"{owner}/{name}/{file}"]
        for header in ("ETag", "X-Linked-Etag"):
            self.send_header(header, f'"{digest}"')
        self.send_header("X-Linked-Size", str(size))
        self.send_header("X-Repo-Commit", revision)
        self.end_headers()
        if with_body:
            self._send(path, first)

    def _send(self, path: Path, first: int) -> None:
        left = self.server.cut_after
        self.server.cut_after = None
        with path.open("rb") as file:
            file.seek(first)
            while piece := file.read(1 << 20 if left is None else min(1 << 20, left)):
                self.wfile.write(piece)
                if left is not None:
                    left -= len(piece)
        if left is not None:
            self.close_connection = True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def local_hub(files: dict[str, Path]) -> Iterator[LocalHub]:
    """Runs a hub while the block runs."""
    hub = LocalHub(files)
    thread = threading.Thread(target=hub.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()
