"""The outside services as far as the checks use them, on one port of 127.0.0.1: OnlinePBX, Bitrix24, amoCRM and the
receiver of a webhook. What it has received is kept."""
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

# What a stack under test is started with: services on this very address may be connected to, nothing else inside.
PORT = int(os.environ.get("DIALIX_TEST_OUTSIDE_PORT") or 18965)
SETTINGS = {"OUTBOUND_ALLOW_CIDRS": "127.0.0.1/32", "OUTBOUND_ALLOW_HTTP": "true",
            "AMOCRM_BASE_URL": f"http://127.0.0.1:{PORT}/amocrm/{{subdomain}}"}
PBX_KEY = "pbx-auth-key-0123456789"
BITRIX_SECRET = "bx0123456789abcd"
AMOCRM_TOKEN = "amocrm-access-token-0123456789"


class Received:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.body = method, path, body
        self.headers = {name.lower(): value for name, value in headers.items()}


class Outside:
    def __init__(self):
        self.received = []
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outside.received.append(Received(self.command, self.path, self.headers, body))
                status, headers, reply = outside.reply(self.path, self.headers, body)
                text = json.dumps(reply).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{PORT}"

    def reply(self, path, headers, body):
        if path == "/acme.onpbx.ru/auth.json":
            if parse_qs(body.decode()).get("auth_key") == [PBX_KEY]:
                return 200, {}, {"status": "1", "data": {"key_id": "abc", "key": "def"}}
            return 200, {}, {"status": "0", "comment": "no", "isNotAuth": True, "errorCode": "WRONG_AUTH_DATA"}
        if path.startswith("/rest/1/"):
            if path == f"/rest/1/{BITRIX_SECRET}/profile":
                return 200, {}, {"result": {"ID": "1", "ADMIN": True}, "time": {}}
            return 401, {}, {"error": "NO_AUTH_FOUND", "error_description": "Wrong authorization data"}
        if path == "/amocrm/acme/api/v4/account":
            if headers.get("Authorization") == f"Bearer {AMOCRM_TOKEN}":
                return 200, {"Content-Type": "application/hal+json"}, {"id": 1, "name": "Acme"}
            return 401, {"Content-Type": "application/problem+json"}, {"status": 401}
        if path == "/redirect":
            return 302, {"Location": f"http://127.0.0.2:{PORT}/inside"}, {}
        if path == "/hook":
            return 200, {}, {}
        return 404, {}, {}

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class SelfSigned:
    """A server on 127.0.0.1 with a certificate for that address that it has made itself. Takes one connection."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        key, certificate = (os.path.join(self.folder.name, name) for name in ("key.pem", "certificate.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        self.port = self.listener.getsockname()[1]
        self.alert, self.received = "", b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def serve(self):
        try:
            connection, _ = self.listener.accept()
            connection.settimeout(20)
            with self.context.wrap_socket(connection, server_side=True) as secure:
                self.received = secure.recv(65536)
        except (ssl.SSLError, OSError) as error:
            self.alert = getattr(error, "reason", None) or str(error)

    def seen(self):
        """What ended the connection, and what came over it."""
        self.thread.join(30)
        return self.alert, self.received

    def __exit__(self, *_):
        self.listener.close()
        self.folder.cleanup()
