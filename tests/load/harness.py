"""What the load scripts share: the stack from the environment, a company of their own, speech to upload, processes.

Every script is bounded (count and time), works on 127.0.0.1 only, leaves the stack running as it found it, prints a
small table and exits 1 when what it claims is not so:  eval "$(scripts/stack env)" && tests/load/NAME.py
"""
import json
import os
import pwd
import signal
import subprocess
import sys
import time
import uuid
import wave
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that whoever is ended ends what it started
sys.path.insert(0, str(ROOT / "tests" / "integration"))
from support.stack import Stack  # noqa: E402

LINES = [
    "Good morning. How can I help you?",
    "I want to change my package today.",
    "Can you tell me your address, please?",
    "Have a great day. Goodbye.",
]


def stack():
    if not os.environ.get("DIALIX_URL"):
        sys.exit('There is no stack in the environment. First: eval "$(scripts/stack env)"')
    found = Stack.from_environment()
    if not found.url.startswith(("http://127.", "http://localhost", "http://[::1]")):
        sys.exit(f"Load tests only talk to this machine, not to {found.url}.")
    return found


class Client:
    """JSON over one session; a refused request ends the script with the server's words."""

    def __init__(self, url, login=None):
        self.url = url.rstrip("/")
        self.http = requests.Session()
        self.http.headers["Origin"] = self.url
        self.company = None
        if login:
            self.call("POST", "/auth/login", json={"login": login[0], "password": login[1]})

    def send(self, method, path, **kwargs):
        params = dict(kwargs.pop("params", {}))
        if self.company:
            params["company_id"] = self.company
        base = "" if path.startswith(("/health", "/metrics")) else "/api/v1"
        return self.http.request(method, self.url + base + path, params=params, timeout=kwargs.pop("timeout", 120), **kwargs)

    def call(self, method, path, **kwargs):
        answer = self.send(method, path, **kwargs)
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer.json() if answer.content else {}

    def items(self, path, **params):
        cursor = None
        while True:
            page = self.call("GET", path, params=dict(params, limit=200, **({"cursor": cursor} if cursor else {})))
            yield from page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return


def admin(of):
    return Client(of.url, of.admin)


def fresh_company(client, name, topup_minor=10**9):
    """A company of this run alone; `client` acts in it afterwards."""
    client.company = None
    company = client.call("POST", "/companies", json={"name": f"{name} {uuid.uuid4().hex[:8]}", "language": "en"})
    client.call("POST", f"/companies/{company['id']}/topup", json={"amount_minor": topup_minor})
    client.company = company["id"]
    return company["id"]


def speech_files(folder):
    """Short stereo calls (3 to 5 s): one sentence on the left, nothing on the right."""
    files = []
    for number, line in enumerate(LINES):
        mono, stereo = Path(folder) / f"mono{number}.wav", Path(folder) / f"call{number}.wav"
        subprocess.run(["flite", "-voice", "rms", "-t", line, "-o", str(mono)], check=True)
        with wave.open(str(mono)) as source, wave.open(str(stereo), "wb") as out:
            rate, samples = source.getframerate(), source.readframes(source.getnframes())
            pad = b"\0\0" * (rate // 2)
            out.setparams((2, 2, rate, 0, "NONE", ""))
            left = pad + samples + pad
            out.writeframes(b"".join(left[at:at + 2] + b"\0\0" for at in range(0, len(left), 2)))
        files.append(stereo)
    return files


def upload(client, file, title, **fields):
    with open(file, "rb") as body:
        return client.call("POST", "/records", data=dict(fields, title=title), files={"file": (Path(file).name, body)})


# ---- processes -----------------------------------------------------------------------------------------------------

def stack_build(of):
    """Folder of the programs the stack runs: that of its running dialix-fcgi. scripts/stack uses it from now on, too."""
    for pid in pids_of(of, "dialix-fcgi"):
        folder = Path(os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")).parent
        os.environ["DIALIX_BUILD"] = str(folder.parent)
        return folder
    sys.exit("This stack's dialix-fcgi does not run. scripts/stack up")


def pids_of(of, program):
    """Processes of that program whose working folder is the stack's."""
    state, found = str(of.folder.resolve()), []
    for proc in Path("/proc").iterdir():
        if not proc.name.isdigit():
            continue
        try:
            exe = os.path.basename(os.readlink(proc / "exe").removesuffix(" (deleted)"))
            if exe == program and os.readlink(proc / "cwd").startswith(state):
                found.append(int(proc.name))
        except OSError:
            continue
    return sorted(found)


def stack_settings(of):
    lines = (of.folder / "env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def as_owner(of, command):
    """The command as the user whose stack it is, with the stack's settings, what sanitizers are told, and nothing else:
    (command, environment)."""
    owner = pwd.getpwuid(os.stat(of.folder.resolve()).st_uid)
    if os.geteuid() == 0 and owner.pw_uid != 0:
        command = ["setpriv", "--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups",
                   "--no-new-privs", "--", *command]
    sanitizers = {name: os.environ[name] for name in ("ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}
    return command, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(of.folder), **sanitizers, **stack_settings(of)}


def launch(of, program, log, settings=None, pass_fds=(), prelude=""):
    """Starts one of the stack's programs as the stack's user, with the stack's settings, in a session of its own.
    `prelude`: shell words before the program, run by the same pid."""
    command, env = as_owner(of, ["/bin/sh", "-c", prelude + ' exec "$0"', str(program)])
    return subprocess.Popen(command, cwd=of.folder.resolve(), env={**env, **(settings or {})}, stdin=subprocess.DEVNULL, stdout=log,
                            stderr=log, start_new_session=True, pass_fds=pass_fds)


def run_program(of, *command, timeout=1800):
    """Runs one of the stack's programs to its end and gives its output; a failure ends the script with it."""
    command, env = as_owner(of, [str(word) for word in command])
    done = subprocess.run(command, cwd=of.folder.resolve(), env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[-3:])} failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


# ---- output --------------------------------------------------------------------------------------------------------

class Claims:
    """Collects what must hold, prints it, and is the exit status."""

    def __init__(self):
        self.rows = []

    def check(self, what, measured, holds, wanted=""):
        self.rows.append((what, str(measured), str(wanted), bool(holds)))

    def finish(self, **figures):
        width = max(len(row[0]) for row in self.rows)
        print()
        for what, measured, wanted, holds in self.rows:
            print(f"{'ok  ' if holds else 'FAIL'}  {what:<{width}}  {measured:>14}  {wanted}")
        if figures:
            print(json.dumps(figures))
        sys.exit(0 if all(row[3] for row in self.rows) else 1)


def note(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
