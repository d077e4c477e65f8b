"""nginx as the product configures it, in front of something else: each peer gets the very site of scripts/stack (logs, headers,
limits, buffers, keep-alive), filled in with its own socket and port, so that no peer has a lighter nginx than another."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import harness

ROOT = harness.ROOT
PHP = "fastcgi_param SCRIPT_FILENAME {script};\n"
PROXY = """include {snippets}/headers.conf;
proxy_pass http://dialix_fcgi;
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host $host;
proxy_set_header X-Request-Id $dialix_request_id;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_buffer_size 32k;
proxy_buffers 16 32k;
proxy_read_timeout 300s;
"""
STATIC = """include {snippets}/headers.conf;
root {folder};
default_type application/json;
try_files $uri =404;
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, check, seconds=30, process=None, log=None):
    end = time.monotonic() + seconds
    while not check():
        if process is not None and process.poll() is not None or time.monotonic() > end:
            tail = Path(log).read_text(errors="replace")[-2000:] if log and Path(log).exists() else ""
            raise SystemExit(f"{what} did not come up within {seconds} s. {tail}")
        time.sleep(0.05)


def connects(port=None, path=None):
    try:
        with socket.socket(socket.AF_UNIX if path else socket.AF_INET) as probe:
            probe.settimeout(2)
            probe.connect(str(path) if path else ("127.0.0.1", port))
        return True
    except OSError:
        return False


def stop(process, seconds=10):
    """Ends a process that `start` made, and what is left of its process group."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def start(stack, folder, name, command, env=None):
    """A process of the stack's user with its log in `folder`, the leader of its own session."""
    command, settings = harness.as_owner(stack, [str(word) for word in command])
    with open(folder / f"{name}.log", "ab") as log:
        return subprocess.Popen(command, cwd=folder, env={**settings, **(env or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                start_new_session=True)


def own(stack, folder):
    """Makes a folder that the stack's user can write."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, stack.folder.resolve().owner(), stack.folder.resolve().group())
    return folder


class Edge:
    """One nginx. kind: fastcgi (the product's own), php, proxy, static. Has .url; end it with .close()."""

    def __init__(self, stack, name, upstream, kind="fastcgi", script=None, root=None):
        self.folder = own(stack, stack.folder.resolve() / "bench" / name)
        for sub in ("nginx", "nginx/tmp", "nginx/snippets", "log"):
            own(stack, self.folder / sub)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.write(stack, upstream)
        self.point(kind, script, root)
        config = self.folder / "nginx" / "nginx.conf"
        self.process = start(stack, self.folder, "nginx", ["/usr/sbin/nginx", "-p", self.folder / "nginx", "-e", self.folder / "log/nginx.log", "-c", config])
        wait_for(f"nginx of {name}", lambda: connects(self.port), process=self.process, log=self.folder / "nginx.log")

    def write(self, stack, upstream):
        values = dict(line.split("=", 1) for line in (stack.folder / "nginx" / "values").read_text().splitlines() if "=" in line)
        values.update(FCGI_SOCKET=str(upstream), STATE=str(self.folder), SNIPPETS=str(self.folder / "nginx/snippets"), LOG=str(self.folder / "log"),
                      NCHAN_SOCKET=str(self.folder / "nchan.sock"), LISTEN=f"listen 127.0.0.1:{self.port};", CONNECTIONS_PER_ADDRESS="10000",
                      APP_TIMEOUT="300s")
        file = self.folder / "nginx" / "values"
        file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        templates = [*sorted((ROOT / "nginx").glob("*.in")), *sorted((ROOT / "nginx/snippets").glob("*.in"))]
        subprocess.run([ROOT / "nginx/fill", file, self.folder / "nginx", *templates], check=True)

    def point(self, kind, script, root):
        app = self.folder / "nginx/snippets/app.conf"
        filled = {"snippets": self.folder / "nginx/snippets", "script": script, "folder": root}
        if kind == "php":
            app.write_text(app.read_text() + PHP.format(**filled))
        elif kind in ("proxy", "static"):
            app.write_text({"proxy": PROXY, "static": STATIC}[kind].format(**filled))

    def close(self):
        stop(self.process)


def version(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return re.sub(r"\s+", " ", (done.stdout + done.stderr).strip().splitlines()[0]) if done.stdout + done.stderr else "?"
