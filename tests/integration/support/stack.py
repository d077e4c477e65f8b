"""The stack under test: one that runs already (from the environment), or one started here on free ports."""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2
import psycopg2.extras

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "stack"
# Marks a statement that a test runs as the application's role, and the product never does.
BY_HAND = "/* by hand */"
BUILD = os.environ.get("DIALIX_BUILD") or str(ROOT / "build" / "release")
psycopg2.extras.register_uuid()


class Stack:
    def __init__(self, env, started_here):
        self.env, self.started_here = env, started_here
        self.url, self.https_url = env["DIALIX_URL"].rstrip("/"), env["DIALIX_HTTPS_URL"].rstrip("/")
        self.certificate = env.get("DIALIX_CERTIFICATE") or False
        self.admin = (env["DIALIX_ADMIN_EMAIL"], env["DIALIX_ADMIN_PASSWORD"])
        self.folder = Path(env["DIALIX_STACK_DIR"])

    @staticmethod
    def from_environment():
        return Stack(dict(os.environ), started_here=False)

    @staticmethod
    def start(**settings):
        folder = tempfile.mkdtemp(prefix="dialix-test-", dir="/var/tmp")
        os.chmod(folder, 0o755)
        (Path(folder) / "pg.settings").write_text("log_min_duration_statement=0\n")  # for test_statement_scope.py
        arguments = ["up", "--http-port", "0", "--https-port", "0"]
        for name, value in settings.items():
            arguments += ["--set", f"{name}={value}"]
        try:
            run_script(folder, *arguments)
            exports = run_script(folder, "env")
        except BaseException:
            subprocess.run([str(SCRIPT), "down", "--purge", "--dir", folder], check=False)
            raise
        env = dict(re.findall(r"^export (\w+)='(.*)'$", exports, re.MULTILINE))
        return Stack(env, started_here=True)

    def second_host(self):
        """nginx and workers of their own before the same PostgreSQL and Redis."""
        folder = tempfile.mkdtemp(prefix="dialix-test-", dir="/var/tmp")
        os.chmod(folder, 0o755)
        (Path(folder) / "pg").mkdir()  # where scripts/stack notes that the admin is made
        (Path(folder) / "pg" / "admin-made").touch()
        shutil.chown(folder, (self.folder / "env").owner())
        arguments = ["up", "--http-port", "0", "--https-port", "0"]
        for service in ("pg", "redis", "analyzer"):
            arguments += ["--without", service]
        for line in (self.folder / "env").read_text().splitlines():
            name, _, value = line.partition("=")
            if name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY"):
                arguments += ["--set", f"{name}={value}"]
        run_script(folder, *arguments)
        env = dict(re.findall(r"^export (\w+)='(.*)'$", run_script(folder, "env"), re.MULTILINE))
        return Stack({**self.env, **env, "DIALIX_STACK_DIR": folder}, started_here=True)

    def command(self, *arguments):
        return run_script(str(self.folder), *arguments)

    def stop(self):
        if self.started_here:
            self.command("down", "--purge")

    def connect(self, database="dialix"):
        """As the database's superuser: sees and writes the rows of every tenant."""
        url = self.env.get("DATABASE_ADMIN_URL") or self.env["DATABASE_OWNER_URL"]
        connection = psycopg2.connect(url.replace("/dialix?", f"/{database}?"))
        connection.autocommit = True
        return connection

    def redis(self, *words):
        """The lines that Redis answers."""
        url = self.env["REDIS_URL"]
        where = ["-s", url.removeprefix("unix://")] if url.startswith("unix://") else ["-u", url]
        done = subprocess.run(["redis-cli", *where, *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.splitlines()

    def forget(self, scopes):
        """Removes these scopes' versions from Redis: what is kept under them is not served any more."""
        scopes = set(scopes)
        if scopes:
            run_id = next(line.split(":")[1] for line in self.redis("INFO", "server") if line.startswith("run_id:"))[:12]
            self.redis("DEL", *(f"dx:{run_id}:v:{scope}" for scope in scopes))

    def audio_files(self):
        store = (self.folder / "audio").resolve()
        return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}

    def upload_spools(self):
        """Bodies that nginx holds on disk."""
        spool = (self.folder / "nginx" / "tmp" / "body").resolve()
        return {str(path) for path in spool.rglob("*") if path.is_file()} if spool.exists() else set()


def sanitized(program):
    """Whether it was built with AddressSanitizer or ThreadSanitizer."""
    text = Path(program).read_bytes()
    return b"__asan_init" in text or b"__tsan_init" in text


def run_script(folder, *arguments):
    done = subprocess.run([str(SCRIPT), *arguments, "--dir", folder], capture_output=True, text=True, timeout=180,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(f"scripts/stack {' '.join(arguments)} failed ({done.returncode}):\n{done.stderr[-4000:]}")
    return done.stdout


def run_rollup(owner_url, *arguments):
    """dialixctl rollup …, as the schema's owner."""
    return subprocess.run([f"{BUILD}/bin/dialixctl", "rollup", *arguments], capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, env={"DATABASE_OWNER_URL": owner_url})
