"""PgBouncer in transaction mode in front of a stack's PostgreSQL, on a unix socket in the stack's folder."""
import os
import pwd
import re
import subprocess
import time
from pathlib import Path

import psycopg2


class PgBouncer:
    def __init__(self, stack, connections=2):
        app_url, admin_url = stack.env["DATABASE_URL"], stack.env["DATABASE_ADMIN_URL"]
        self.user, password, self.server = re.fullmatch(r"postgresql://([^:]+):([^@]+)@/dialix\?host=(.+)", app_url).groups()
        admin, admin_password = re.match(r"postgresql://([^:]+):([^@]+)@", admin_url).groups()
        self.folder = Path(self.server) / "pgbouncer"
        self.folder.mkdir(mode=0o755, exist_ok=True)
        (self.folder / "users.txt").write_text(f'"{self.user}" "{password}"\n"{admin}" "{admin_password}"\n')
        (self.folder / "pgbouncer.ini").write_text(f"""
[databases]
dialix = host={self.server} port=5432
[pgbouncer]
listen_addr =
unix_socket_dir = {self.folder}
listen_port = 6432
auth_type = scram-sha-256
auth_file = {self.folder}/users.txt
admin_users = {admin}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
""")
        owner = pwd.getpwuid(os.stat(stack.folder.resolve() / "pg").st_uid)
        command = ["/usr/sbin/pgbouncer", str(self.folder / "pgbouncer.ini")]
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, owner.pw_uid, owner.pw_gid)
            command = ["setpriv", "--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups", "--", *command]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.url = f"postgresql://{self.user}:{password}@/dialix?host={self.folder}&port=6432"
        self.admin_url = f"postgresql://{admin}:{admin_password}@/pgbouncer?host={self.folder}&port=6432"
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + 15
        while True:
            try:
                psycopg2.connect(self.url).close()
                return
            except psycopg2.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.1)

    def show(self, what):
        """SHOW …: rows as dicts."""
        connection = psycopg2.connect(self.admin_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {what}")
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row)) for row in cursor.fetchall()]
        connection.close()
        return rows

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=15)
        self.log.close()
