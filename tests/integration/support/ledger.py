"""A database of its own with an activity log in it, and `dialixctl audit` on it: for tests that tamper."""
import re
import subprocess
import uuid
from types import SimpleNamespace

import psycopg2

from .stack import BUILD, ROOT

KEY = "0123456789abcdef0123456789abcdef-seal"
COMPANIES = [str(uuid.uuid4()) for _ in range(2)]


class Ledger:
    def __init__(self, stack):
        self.stack, self.name = stack, f"dialix_{uuid.uuid4().hex[:8]}"
        self.key, self.previous_keys = KEY, []
        self.admin = stack.connect()
        self.run_admin(f"CREATE DATABASE {self.name} OWNER dialix_owner")
        self.owner_url, self.url = (stack.env[name].replace("/dialix?", f"/{self.name}?") for name in ("DATABASE_OWNER_URL", "DATABASE_URL"))
        subprocess.run([f"{BUILD}/bin/dialixctl", "migrate", "--dir", str(ROOT / "sql" / "migrations")], check=True,
                       capture_output=True, env={"DATABASE_OWNER_URL": self.owner_url})
        self.superuser = stack.connect(self.name)
        for company in COMPANIES:
            self.sql("INSERT INTO company (id, name, price_per_minute_minor) VALUES (%s, 'One', 1)", company)

    def run_admin(self, text):
        with self.admin.cursor() as cursor:
            cursor.execute(text)

    def sql(self, text, *arguments):
        """As the superuser."""
        with self.superuser.cursor() as cursor:
            cursor.execute(text, arguments or None)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    def past_triggers(self, text, *arguments):
        """As a superuser who leaves no trace."""
        self.sql("SET session_replication_role = replica")
        done = self.sql(text, *arguments)
        self.sql("RESET session_replication_role")
        return done

    def app(self):
        """A connection of the application's role, as a platform administrator's request has it."""
        connection = psycopg2.connect(self.url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.platform', 'on', false)")
        connection.commit()
        return connection

    def write(self, count, company=COMPANIES[0], connection=None):
        """Entries as the application writes them; gives their ids. On a connection that is given: not committed."""
        mine = connection or self.app()
        ids = [str(uuid.uuid4()) for _ in range(count)]
        with mine.cursor() as cursor:
            for number, key in enumerate(ids):
                cursor.execute("""INSERT INTO activity_log (id, company_id, action, resource_type, resource_id, after, remote_addr, user_agent, request_id)
                                  VALUES (%s, %s, 'record.update', 'record', %s, %s, '10.0.0.1', 'test', 'r-1')""",
                               (key, company, str(uuid.uuid4()), f'{{"title": "Call {number}"}}'))
        if connection is None:
            mine.commit()
            mine.close()
        return ids

    def audit(self, *arguments):
        environment = {"DATABASE_URL": self.url, "SECRET_KEY": self.key,
                       **({"SECRET_KEY_PREVIOUS": ",".join(self.previous_keys)} if self.previous_keys else {})}
        return subprocess.run([f"{BUILD}/bin/dialixctl", "audit", *arguments], capture_output=True, text=True, timeout=300,
                              stdin=subprocess.DEVNULL, env=environment)

    def seal(self, rows=1000):
        done = self.audit("seal", "--rows", str(rows))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def verify(self, *arguments):
        """What it finds: {kind: {id or seq: line}}, and the rest of what it prints."""
        done = self.audit("verify", *arguments)
        assert done.returncode in (0, 1), done.stderr
        lines = done.stdout.splitlines()
        problems = [line for line in lines if re.match(r"(edited|removed|inserted|moved|seal|removal|anchor)( |:)", line) and ": " in line]
        found = {}
        for line in problems:
            head, _, _ = line.partition(":")
            kind, *where = head.split()
            where = dict(part.split("=") for part in where)
            name = where.get("id") or (int(where["seq"]) if "seq" in where else f"batch {where['batch']}")
            found.setdefault(kind, {})[name] = line
        assert f"{len(problems)} problems" in lines and done.returncode == (1 if problems else 0), done.stdout
        return SimpleNamespace(found=found, count=len(problems), text=done.stdout,
                               anchor=re.search(r"^anchor (\S+)$", done.stdout, re.MULTILINE).group(1),
                               waiting=int(re.search(r"^(\d+) entries not sealed", done.stdout, re.MULTILINE).group(1)))

    def drop(self):
        self.superuser.close()
        self.run_admin(f"DROP DATABASE {self.name} WITH (FORCE)")
        self.admin.close()
