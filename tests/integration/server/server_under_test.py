"""What the server tests start and talk with: dialix-echo, nginx before it, and a FastCGI client of their own."""
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

# s: an upper bound that fails a test, never a pause; longer for programs that a sanitizer makes slow
PATIENCE = 20.0 * float(os.environ.get("DIALIX_PATIENCE") or 1)


def wait_for(condition, what, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        time.sleep(0.01)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Server:
    """One dialix-echo: its process, log and status file."""

    def __init__(self, folder, options, environment=None, pass_socket=None):
        self.socket = str(folder / "fcgi.sock")
        self.log_path = folder / f"log-{time.monotonic_ns()}"
        arguments = [os.environ["DIALIX_ECHO"], "--socket", self.socket]
        for name, value in options.items():
            arguments += ["--" + name.replace("_", "-"), str(value)]
        if pass_socket is not None:  # as systemd does: fd 3 and LISTEN_PID of the very process
            arguments = ["/bin/bash", "-c", 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&"$PASSED"', "sh"] + arguments
            environment = {**(environment or {}), "PASSED": str(pass_socket)}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(arguments, stderr=log, env={**os.environ, **(environment or {})},
                                            pass_fds=[] if pass_socket is None else [pass_socket])

    def log(self):
        lines = []
        for line in self.log_path.read_text(errors="replace").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                lines.append({"event": "not json", "line": line})
        return lines

    def events(self, name):
        return [line for line in self.log() if line["event"] == name]

    def wait_for_event(self, name, count=1):
        def look():
            events = self.events(name)
            assert self.process.poll() is None or len(events) >= count, f"ended before {name}: {self.log()[-5:]}"
            return events if len(events) >= count else None

        return wait_for(look, f"{count} × {name}")

    def status(self):
        return json.loads(Path(self.socket + ".status.json").read_text())

    def workers(self, phase="serving"):
        return [worker["pid"] for worker in self.status()["workers"] if worker["phase"] == phase]

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(PATIENCE)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        broken = [line for line in self.log() if "Sanitizer" in line.get("line", "") or "runtime error" in line.get("line", "")]
        assert not broken, broken


class Nginx:
    CONFIG = """
{user}worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log info;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 600m;
  client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi; proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream app {{ server unix:{socket}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass app; fastcgi_keep_conn on; fastcgi_request_buffering on; fastcgi_read_timeout 60s;
      fastcgi_buffer_size 32k; fastcgi_buffers 16 32k;
      include /etc/nginx/fastcgi_params; fastcgi_param HTTP_PROXY "";
    }}
  }}
}}
"""

    def __init__(self, folder, server_socket):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        user = "user root;\n" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(self.CONFIG.format(user=user, folder=folder, socket=server_socket, port=self.port))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")])
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(self.answers, "nginx to listen")

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            return False

    def request(self, method, path, body=None, headers=None, connection=None):
        link = connection or self.connection()
        link.request(method, path, body, headers or {})
        response = link.getresponse()
        content = response.read()
        if connection is None:
            link.close()
        return response.status, response.headers, content

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def errors(self):
        return [line for line in (self.folder / "error.log").read_text().splitlines() if "[error]" in line or "[crit]" in line]

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


class FastCgi:
    """The web server's side of one FastCGI connection."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.buffer = b""

    @staticmethod
    def record(kind, content=b""):
        return struct.pack("!BBHHBx", 1, kind, 1, len(content), 0) + content

    def head(self, method, path, length=0, keep=True):
        def pair(name, value):
            name, value = name.encode(), value.encode()
            return bytes([len(name), len(value)]) + name + value

        params = pair("REQUEST_METHOD", method) + pair("REQUEST_URI", path) + pair("CONTENT_LENGTH", str(length))
        self.send(self.record(1, struct.pack("!HB5x", 1, int(keep))) + self.record(4, params) + self.record(4))

    def body(self, content, end=True):
        for at in range(0, len(content), 32768):
            self.send(self.record(5, content[at:at + 32768]))
        if end:
            self.send(self.record(5))

    def send(self, content):
        self.socket.sendall(content)

    def take(self, count):
        while len(self.buffer) < count:
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self.buffer += piece
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answer(self):
        """(everything on STDOUT, whether END_REQUEST came)"""
        pieces = []
        while True:
            header = self.take(8)
            if header is None:
                return b"".join(pieces), False
            _, kind, _, length, padding = struct.unpack("!BBHHBx", header)
            content = self.take(length + padding)
            if content is None:
                return b"".join(pieces), False
            if kind == 6:
                pieces.append(content[:length])
            if kind == 3:
                return b"".join(pieces), True

    def get(self, path, keep=True):
        self.head("GET", path, keep=keep)
        self.body(b"")
        return self.answer()

    def closed(self):
        try:
            while True:
                if not self.socket.recv(65536):
                    return True
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()


class Wrk:
    """One wrk under way; failures() is what went wrong: connections, timeouts and statuses that are not 2xx or 3xx."""

    def __init__(self, url, seconds, script=None):
        command = ["wrk", "-t1", "-c8", f"-d{seconds}", "--timeout", "10s"] + (["-s", str(script)] if script else []) + [url]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def result(self):
        text = self.process.communicate(timeout=60)[0]
        self.requests = int(re.search(r"(\d+) requests in", text).group(1))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        return int(bad.group(1) if bad else 0) + sum(int(n) for n in sockets.groups()) if sockets else int(bad.group(1) if bad else 0)
