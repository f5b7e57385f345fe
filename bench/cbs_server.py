"""The sample's CBS tables over HTTP on 127.0.0.1, with CBS's pages and its filter on region. Nothing is measured here."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE = 10_000
"""Rows a page, as with CBS."""
SERVICES = re.compile(r"^/odata(?:feed/odata|catalog)/", re.IGNORECASE)
BEGINS_WITH = re.compile(r"startswith\((\w+),\s*'([^']*)'\)")


class CbsServer(ThreadingHTTPServer):
    """Serves the tables of a folder; remembers every address that was asked."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.resources: dict[str, list[dict[str, Any]]] = {
            path.relative_to(folder).with_suffix("").as_posix().lower(): json.loads(path.read_text(encoding="utf-8"))["value"]
            for path in folder.rglob("*.json")
        }

    @property
    def host(self) -> str:
        """As the setting ``cbs_host`` wants it."""
        return f"127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: CbsServer

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        """A page of a resource."""
        self.server.asked.append(self.path)
        address = urlsplit(self.path)
        rows = self.server.resources.get(SERVICES.sub("", address.path).lower())
        if rows is None:
            self._reply(404, b"no such table")
            return
        options = {name: values[0] for name, values in parse_qs(address.query).items()}
        if wanted := BEGINS_WITH.findall(options.get("$filter", "")):
            column, prefixes = wanted[0][0], tuple(prefix for _, prefix in wanted)
            rows = [row for row in rows if str(row[column]).startswith(prefixes)]
        after = int(options.get("$skip", 0)) + PAGE
        page = rows[after - PAGE : after]
        if "$select" in options:
            page = [{name: row[name] for name in options["$select"].split(",")} for row in page]
        answer: dict[str, Any] = {"value": page}
        if len(rows) > after:
            more = urlencode({**options, "$skip": after}, safe="$")
            answer["odata.nextLink"] = f"http://{self.server.host}{address.path}?{more}"
        self._reply(200, json.dumps(answer).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(folder: Path) -> Iterator[CbsServer]:
    """The server while it answers."""
    server = CbsServer(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
