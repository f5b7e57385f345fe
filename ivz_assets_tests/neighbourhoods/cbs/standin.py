"""A stand-in for the v3 service of CBS on 127.0.0.1: the same paths, options, pages and padding, and faults on request."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

PAGE = 10_000
"""Rows a page, as with CBS."""

OPTIONS = {"$format", "$select", "$filter", "$top", "$skip"}
TERM = re.compile(r"\s*startswith\((\w+)\s*,\s*'([^']*)'\)\s*|\s*(\w+) eq '([^']*)'\s*")
PAGE_HTML = b"<!DOCTYPE html><html><body>Er wordt aan de site gewerkt</body></html>"


class StandIn(ThreadingHTTPServer):
    """Serves ``resources``: rows by '<table>/<resource>' or 'Tables'.

    ``faults`` holds per resource what the next requests meet, in order: a status ('503'), 'reset', 'truncated', 'cut', 'html',
    'no_value', 'silent', 'stall', 'drip', 'same_link', 'first_link', 'empty_page', 'other_host', or 'ok'. The last one stays.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, resources: Mapping[str, list[dict[str, Any]]], page: int = PAGE) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.resources = dict(resources)
        self.page = page
        self.faults: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.addresses: list[str] = []
        self.stopping = threading.Event()
        self.elsewhere = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def found(self, path: str) -> tuple[str, list[dict[str, Any]] | None]:
        """The resource that a path means, whatever its capitals, and its rows."""
        wanted = re.sub(r"^/odatafeed/odata/|^/odatacatalog/", "", path.lower())
        for name, rows in self.resources.items():
            if name.lower() == wanted:
                return name, rows
        return wanted, None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the test."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: StandIn

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        name, rows = self.server.found(urlsplit(self.path).path)
        self.server.asked.append(name)
        self.server.addresses.append(self.path)
        faults = self.server.faults.get(name, ["ok"])
        fault = faults.pop(0) if len(faults) > 1 else faults[0]
        if fault.isdigit():
            moved = {"Location": f"http://{self.server.host}/gewijzigd"} if fault.startswith("3") else {}
            self.reply(int(fault), PAGE_HTML, moved)
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())  # at once, before anyone says goodbye
            self.close_connection = True
        elif fault == "html":
            self.reply(200, PAGE_HTML)
        elif fault == "silent":
            self.server.stopping.wait(30)
            self.close_connection = True
        elif rows is None:
            self.reply(404, PAGE_HTML)
        else:
            self.table(rows, fault)

    def table(self, rows: list[dict[str, Any]], fault: str) -> None:
        options = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if options.keys() - OPTIONS or options.get("$format") != "json":
            self.reply(400, b"unknown option")
            return
        rows = filtered(rows, options.get("$filter"))[int(options.get("$skip", 0)) :]
        rows = rows[: int(options.get("$top", len(rows)))]
        answer: dict[str, Any] = {"odata.metadata": f"http://{self.server.host}/$metadata", "value": rows[: self.server.page]}
        if select := options.get("$select"):
            names = [name.strip() for name in select.split(",")]
            answer["value"] = [{name: row[name] for name in names} for row in answer["value"]]
        skip = int(options.get("$skip", 0)) + self.server.page
        link = {
            "same_link": f"http://{self.server.host}{self.path}",
            "first_link": self.link({**options, "$skip": ""}),
            "other_host": f"http://{self.server.elsewhere}{self.path}&$skip={skip}",
        }.get(fault, self.link({**options, "$skip": str(skip)}) if len(rows) > self.server.page else None)
        if link:
            answer["odata.nextLink"] = link
        if fault == "empty_page":
            answer |= {"value": [], "odata.nextLink": self.link({**options, "$skip": str(skip)})}
        if fault == "no_value":
            answer = {"odata.error": {"message": "te druk"}}
        body = json.dumps(answer).encode()
        if fault == "truncated":
            self.reply(200, body[: len(body) // 2])
        elif fault == "cut":
            self.reply(200, body[: len(body) // 2], length=len(body))
        elif fault == "stall":
            self.reply(200, body[: len(body) // 2], length=len(body))
            self.server.stopping.wait(30)
        elif fault == "drip":
            self.reply(200, b"", length=len(body))
            for byte in body:
                if self.server.stopping.wait(0.01):
                    break
                self.wfile.write(bytes([byte]))
        else:
            self.reply(200, body)

    def link(self, options: Mapping[str, str]) -> str:
        """As CBS writes it: the options repeated, the dollar as it is."""
        path = urlsplit(self.path).path
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items() if value)
        return f"http://{self.server.host}{path}?{query}"

    def reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None


def filtered(rows: list[dict[str, Any]], text: str | None) -> list[dict[str, Any]]:
    """Rows that meet a filter of ``startswith`` and ``eq`` terms with ``or`` between them, values as served, with padding.

    Several such filters may be joined as ``(...) and (...)``.
    """
    if text is None:
        return rows
    if text.startswith("("):
        for part in text[1:-1].split(") and ("):
            rows = filtered(rows, part)
        return rows
    terms = [TERM.fullmatch(term) for term in text.split(" or ")]
    assert all(terms), f"not a filter that CBS knows: {text}"

    def meets(row: dict[str, Any]) -> bool:
        return any(str(row[term[1]]).startswith(term[2]) if term[1] else str(row[term[3]]) == term[4] for term in terms if term)

    return [row for row in rows if meets(row)]


def resources_in(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What lies in a folder as it was served: Tables.json and <table>/<resource>.json."""
    files = sorted(folder.rglob("*.json"))
    return {str(path.relative_to(folder).with_suffix("").as_posix()): json.loads(path.read_text())["value"] for path in files}


def write_folder(resources: Mapping[str, list[dict[str, Any]]], folder: Path) -> None:
    """The reverse of ``resources_in``."""
    for name, value in resources.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"odata.metadata": "", "value": value}), encoding="utf-8")


@contextmanager
def serving(resources: Mapping[str, list[dict[str, Any]]], page: int = PAGE) -> Iterator[StandIn]:
    """The stand-in while it answers."""
    server = StandIn(resources, page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
