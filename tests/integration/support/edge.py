"""What tests of the edge share: bytes on the wire as nobody's library would send them, and the headers of every answer."""
import http.client
import io
import re
import socket
import ssl

# Name → what its value has to match, on every answer there is; EVERYWHERE_HTTPS as well over https.
EVERYWHERE = {
    "Content-Security-Policy": r"(?=.*default-src 'self')(?=.*script-src 'self')(?=.*object-src 'none')(?=.*base-uri 'none')"
                               r"(?=.*frame-ancestors 'none')(?!.*unsafe)",
    "X-Content-Type-Options": r"nosniff$",
    "X-Frame-Options": r"DENY$",
    "Referrer-Policy": r"same-origin$",
    "Permissions-Policy": r"(?=.*camera=\(\))(?=.*microphone=\(\))(?=.*geolocation=\(\))(?=.*usb=\(\))(?=.*payment=\(\))(?!.*\*)",
    "Cross-Origin-Opener-Policy": r"same-origin$",
    "Cross-Origin-Embedder-Policy": r"require-corp$",
    "Cross-Origin-Resource-Policy": r"same-origin$",
    "X-Request-Id": r"[A-Za-z0-9._-]{8,64}$",
    "Server": r"nginx$",
}
EVERYWHERE_HTTPS = {"Strict-Transport-Security": r"max-age=\d+", "Content-Security-Policy": r".*; upgrade-insecure-requests$"}
# What would tell of the inside.
NOWHERE = ["X-Powered-By", "X-Accel-Redirect", "Via", "X-Backend", "X-Upstream"]


def check_headers(headers, https=False):
    for name, wanted in [*EVERYWHERE.items(), *(EVERYWHERE_HTTPS.items() if https else ())]:
        value = headers.get(name)
        assert value is not None, f"no {name} in {dict(headers)}"
        assert re.match(wanted, value), f"{name}: {value}"
        assert "," not in value or name == "Permissions-Policy", f"{name} is there twice: {value}"
    assert https or "Strict-Transport-Security" not in headers
    assert not [name for name in NOWHERE if name in headers]


class Wire:
    """One connection to nginx, from the address `source`."""

    def __init__(self, port, source="127.0.0.1", context=None, patience=20):
        self.socket = socket.create_connection(("127.0.0.1", port), patience, (source, 0))
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, content):
        self.socket.sendall(content if isinstance(content, bytes) else content.encode("latin-1"))
        return self

    def everything(self):
        """What comes until the other side closes."""
        pieces = []
        while True:
            try:
                piece = self.socket.recv(65536)
            except (ConnectionResetError, ssl.SSLError):
                piece = b""
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)

    def answer(self):
        """The first answer: (status, headers, body)."""
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        return response.status, response.headers, response.read()


def answers(content):
    """Every answer in what a connection said: [(status, headers, body)]."""
    class Said:
        def __init__(self, file):
            self.file = file

        def makefile(self, *_, **__):
            return self.file

    found, file = [], io.BytesIO(content)
    file.close = lambda: None
    while file.tell() < len(content):
        response = http.client.HTTPResponse(Said(file))
        response.begin()
        found.append((response.status, response.headers, response.read()))
    return found


def ask(port, method="GET", path="/", headers=None, body=None, source="127.0.0.1", context=None):
    """One request with exactly these headers (and Host, Content-Length, Connection unless named): (status, headers, body)."""
    sent = {"Host": f"127.0.0.1:{port}", "Connection": "close", **(headers or {})}
    if body is not None:
        sent.setdefault("Content-Length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value is not None)
    with Wire(port, source, context) as wire:
        wire.send(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b""))
        return wire.answer()
