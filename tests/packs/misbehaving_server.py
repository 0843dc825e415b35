"""A local HTTP server that misbehaves on demand: it cuts, stalls, corrupts, redirects, ignores Range, serves HTML."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = b"<!DOCTYPE html><html><body>Quota exceeded</body></html>"


class MisbehavingServer:
    """``content`` is what /file should be; ``faults`` are taken one per request, then all is well."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.faults: list[str] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.etag = '"v1"'
        self.url = ""
        self.stop = threading.Event()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append((handler.path, dict(handler.headers)))
        fault = self.faults.pop(0) if self.faults else ""
        content, offset = self.content, 0
        found = re.match(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        same = handler.headers.get("If-Range", self.etag) == self.etag
        if fault == "redirect":
            return self._head(handler, 302, {"Location": f"{self.url}/elsewhere"})
        if fault.startswith("status "):
            return self._head(handler, int(fault[7:]), {"Content-Length": "0"})
        if fault == "html":
            self._head(handler, 200, {"Content-Length": str(len(PAGE)), "Content-Type": "application/octet-stream"})
            handler.wfile.write(PAGE)
            return
        if fault == "html type":
            self._head(handler, 200, {"Content-Length": "5", "Content-Type": "text/html; charset=utf-8"})
            handler.wfile.write(b"Sorry")
            return
        if fault == "corrupt":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if found and same and fault != "ignore range":
            offset = int(found[1])
            if offset >= len(content):
                return self._head(handler, 416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
            claimed = offset + 7 if fault == "wrong piece" else offset
            headers = {"Content-Range": f"bytes {claimed}-{len(content) - 1}/{len(content)}"}
            self._head(handler, 206, headers | {"Content-Length": str(len(content) - offset), "ETag": self.etag})
        elif fault.startswith("chunked"):
            self._head(handler, 200, {"ETag": self.etag, "Transfer-Encoding": "chunked"})
        elif fault == "no length":
            self._head(handler, 200, {"ETag": self.etag})
        else:
            self._head(handler, 200, {"Content-Length": str(len(content)), "ETag": self.etag})
        body = content[offset:]
        if fault.startswith("chunked"):
            return self._chunks(handler, content, fault)
        if fault in ("cut", "stall"):
            body = body[: len(body) // 2]
        handler.wfile.write(body)
        handler.wfile.flush()
        if fault == "stall":
            self.stop.wait(10)

    @staticmethod
    def _chunks(handler: BaseHTTPRequestHandler, content: bytes, fault: str) -> None:
        pieces = [content[i : i + 70_000] for i in range(0, len(content), 70_000)]
        for piece in pieces[: 3 if fault.endswith("cut") else None]:
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if not fault.endswith("cut"):
            handler.wfile.write(b"0\r\n\r\n")

    @staticmethod
    def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key, value)
        handler.send_header("Connection", "close")
        handler.end_headers()


@contextmanager
def misbehaving_server(content: bytes) -> Iterator[MisbehavingServer]:
    """Serve ``content`` on a free local port until the block ends."""
    site = MisbehavingServer(content)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                site.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        site.stop.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
