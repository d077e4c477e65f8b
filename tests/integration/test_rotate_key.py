"""dialixctl rotate-key: what is stored under an earlier key comes under the current one; nothing is lost on the way."""
import re
import secrets
import subprocess
import uuid
from pathlib import Path

import pytest

from support.secrets import fernet, stack_settings
from support.stack import BUILD
from support.world import wait_for

ROWS = 900  # five transactions


class Rotation:
    def __init__(self, stack, company, sql):
        settings = stack_settings(stack)
        self.stack, self.sql, self.company = stack, sql, company
        self.old_key = secrets.token_hex(32)
        self.old, self.current = fernet(self.old_key), fernet(settings["SECRET_KEY"])
        self.env = {"DATABASE_URL": settings["DATABASE_URL"], "SECRET_KEY": settings["SECRET_KEY"],
                    "SECRET_KEY_PREVIOUS": self.old_key}

    def fill(self, rows=ROWS):
        """Webhooks whose secrets are under the earlier key; what each holds, by id."""
        held = {str(uuid.UUID(int=uuid.uuid4().int)): f"whsec_{number}" for number in range(rows)}
        self.sql("INSERT INTO webhook (id, company_id, url, secret_cipher, events) SELECT i, %s, 'https://example.org/', c, '{}' "
                 "FROM unnest(%s::uuid[], %s::text[]) AS n (i, c)",
                 [self.company.id, list(held), [self.old.encrypt(text.encode()).decode() for text in held.values()]])
        return held

    def command(self, *arguments):
        return [f"{BUILD}/bin/dialixctl", "rotate-key", *arguments]

    def run(self, *arguments, env=None):
        return subprocess.run(self.command(*arguments), env=env or self.env, capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL)

    def start(self):
        return subprocess.Popen(self.command(), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def tokens(self):
        rows = self.sql("SELECT id::text, secret_cipher FROM webhook WHERE company_id = %s", [self.company.id])
        return dict(rows)

    def under_current(self):
        return sum(1 for token in self.tokens().values() if opens(self.current, token))


def opens(key, token):
    try:
        key.decrypt(token.encode())
        return True
    except Exception:
        return False


@pytest.fixture
def rotation(stack, company, sql):
    made = Rotation(stack, company, sql)
    yield made
    sql("DELETE FROM webhook WHERE company_id = %s", [company.id])


def left(done):
    return int(re.search(r"left under earlier keys: (\d+)", done.stdout).group(1))


def test_everything_under_an_earlier_key_comes_under_the_current_one(rotation):
    held = rotation.fill()
    before = rotation.run("--status")
    assert before.returncode == 1 and left(before) == ROWS
    assert rotation.under_current() == 0, "--status has changed something"
    done = rotation.run()
    assert done.returncode == 0 and left(done) == 0, done.stdout + done.stderr
    for row, token in rotation.tokens().items():
        assert rotation.current.decrypt(token.encode()).decode() == held[row]
    assert rotation.run("--status").returncode == 0


def test_a_rotation_that_was_killed_goes_on_where_it_was(rotation):
    held = rotation.fill()
    middle = sorted(held)[ROWS // 2]
    with rotation.stack.connect() as holder, holder.cursor() as cursor:
        holder.autocommit = False
        cursor.execute("SELECT 1 FROM webhook WHERE id = %s FOR UPDATE", [middle])
        running = rotation.start()
        wait_for_lock(rotation)
        running.kill()
        running.communicate()
        holder.rollback()
    wait_for("the killed one's connection is gone", 20, lambda: not rotation.sql(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'dialixctl rotate-key'"))
    assert 0 < rotation.under_current() < ROWS
    done = rotation.run()
    assert done.returncode == 0 and left(done) == 0, done.stdout + done.stderr
    assert {row: rotation.current.decrypt(token.encode()).decode() for row, token in rotation.tokens().items()} == held


def wait_for_lock(rotation):
    wait_for("the rotation waits for a row", 20, lambda: rotation.sql(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'dialixctl rotate-key' AND wait_event_type = 'Lock'"))


def test_a_secret_that_the_service_changes_meanwhile_is_not_put_back(rotation):
    held = rotation.fill()
    changed = sorted(held)[10]
    with rotation.stack.connect() as service, service.cursor() as cursor:
        service.autocommit = False
        cursor.execute("UPDATE webhook SET secret_cipher = %s WHERE id = %s",
                       [rotation.current.encrypt(b"a new one").decode(), changed])
        running = rotation.start()
        wait_for_lock(rotation)
        service.commit()
    output, _ = running.communicate(timeout=60)
    assert running.returncode == 0, output
    assert rotation.current.decrypt(rotation.tokens()[changed].encode()) == b"a new one"


def test_two_rotations_at_once_do_no_harm(rotation):
    held = rotation.fill()
    both = [rotation.start(), rotation.start()]
    outputs = [one.communicate(timeout=60)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], outputs
    assert {row: rotation.current.decrypt(token.encode()).decode() for row, token in rotation.tokens().items()} == held


def test_what_no_key_opens_is_named_and_kept(rotation):
    held = rotation.fill(rows=3)
    lost, broken = sorted(held)[:2]
    foreign = fernet(secrets.token_hex(32)).encrypt(b"lost").decode()
    rotation.sql("UPDATE webhook SET secret_cipher = CASE id::text WHEN %s THEN %s ELSE 'not a token' END WHERE id::text IN (%s, %s)",
                 [lost, foreign, lost, broken])
    done = rotation.run()
    assert done.returncode == 1
    assert {lost, broken} == set(re.findall(r"cannot be decrypted: webhook (\S+)", done.stdout))
    tokens = rotation.tokens()
    assert tokens[lost] == foreign and tokens[broken] == "not a token"
    assert rotation.current.decrypt(tokens[sorted(held)[2]].encode()).decode() == held[sorted(held)[2]]


def test_neither_a_key_nor_a_secret_is_printed(rotation):
    held = rotation.fill(rows=2)
    done = rotation.run()
    status = rotation.run("--status")
    for text in (done.stdout, done.stderr, status.stdout, status.stderr):
        for secret in (rotation.old_key, rotation.env["SECRET_KEY"], *held.values(), *rotation.tokens().values()):
            assert secret not in text


def test_without_a_key_it_says_what_is_missing(rotation):
    done = rotation.run(env={"DATABASE_URL": rotation.env["DATABASE_URL"]})
    assert done.returncode == 78
    assert "SECRET_KEY" in done.stderr


def test_every_column_of_tokens_is_rotated(sql):
    """A column named as those of tokens are, and not in the list, would be lost with its key."""
    source = (Path(__file__).resolve().parents[2] / "fcgi-app/security/encrypted_columns.cpp").read_text()
    listed = set(re.findall(r'\{"(\w+)", "(\w+)"', source))
    stored = set(sql("SELECT table_name::text, column_name::text FROM information_schema.columns "
                     "WHERE table_schema = 'public' AND column_name LIKE '%%\\_cipher'"))
    # Answers kept for repeated requests live for a day; the earlier key is kept for longer than that.
    assert stored - {("idempotency_key", "answer_cipher")} == listed
