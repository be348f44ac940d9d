"""A receiver of alerts: a real HTTP server that keeps what it is sent, and refuses when told to."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Receiver:
    """Keeps the messages that apprise's `json://` sends."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refuses = False
        receiver = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not receiver.refuses:
                    receiver.messages.append(json.loads(body))
                self.send_response(500 if receiver.refuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"json://127.0.0.1:{self.server.server_port}/hook/s3cret-token"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver for as long as it is used."""
    served = Receiver()
    with served.server:
        thread = threading.Thread(target=served.server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            served.server.shutdown()
            thread.join()
