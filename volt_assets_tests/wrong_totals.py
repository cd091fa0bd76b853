"""A Toggl whose totals are an hour more than its entries: what nobody can reconcile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

TOO_MUCH_SECONDS = 3600
_OF_ONE_HOP = ("connection", "content-length", "host", "transfer-encoding", "content-encoding", "accept-encoding")


@contextmanager
def wrong_totals(toggl_url: str) -> Iterator[str]:
    """The address of a server that passes everything on to `toggl_url` and adds an hour to every total."""
    with httpx.Client(base_url=toggl_url, trust_env=False) as upstream:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.pass_on()

            def do_POST(self) -> None:
                self.pass_on()

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_HOP}
                answer = upstream.request(self.command, self.path, content=body, headers=headers)
                content = answer.content
                if self.path.endswith("/totals") and answer.is_success:
                    total = answer.json()
                    content = json.dumps({**total, "seconds": total["seconds"] + TOO_MUCH_SECONDS}).encode()
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in _OF_ONE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the overridden method
                del format, args

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()
            thread.join()
