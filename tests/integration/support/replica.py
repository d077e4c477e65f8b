"""A streaming replica of a stack's PostgreSQL (pg_basebackup), on a unix socket in the stack's folder."""
import os
import pwd
import re
import subprocess
import time
from pathlib import Path

import psycopg2

BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


class Replica:
    def __init__(self, stack):
        self.owner = pwd.getpwuid(os.stat(stack.folder.resolve() / "pg").st_uid)
        password, server = re.match(r"postgresql://postgres:([^@]+)@/dialix\?host=(.+)", stack.env["DATABASE_ADMIN_URL"]).groups()
        self.data = stack.folder.resolve() / "replica"
        self.socket = Path(server) / "replica"
        self.socket.mkdir(exist_ok=True)
        os.chown(self.socket, self.owner.pw_uid, self.owner.pw_gid)
        self.url = stack.env["DATABASE_URL"].replace(f"host={server}", f"host={self.socket}")
        self.admin_url = stack.env["DATABASE_ADMIN_URL"].replace(f"host={server}", f"host={self.socket}")
        self.process = None
        made = subprocess.run(self._as_owner(BIN / "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-h", server,
                                             "-U", "postgres"), env={**os.environ, "PGPASSWORD": password, "HOME": str(self.socket)},
                              capture_output=True, text=True, cwd="/", timeout=120)
        assert made.returncode == 0, made.stderr
        self.start()

    def _as_owner(self, *command):
        command = [str(word) for word in command]
        if os.geteuid() != 0:
            return command
        return ["setpriv", "--reuid", str(self.owner.pw_uid), "--regid", str(self.owner.pw_gid), "--clear-groups", "--", *command]

    def start(self):
        with open(self.socket / "log", "ab") as log:
            self.process = subprocess.Popen(self._as_owner(
                BIN / "postgres", "-D", self.data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.socket}",
                "-c", "max_connections=200", "-c", "shared_preload_libraries=pg_stat_statements"), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + 60
        while True:
            try:
                self.sql("SELECT 1")
                return
            except psycopg2.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.socket / "log").read_text()) from None
                time.sleep(0.1)

    def sql(self, statement):
        connection = psycopg2.connect(self.admin_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)
