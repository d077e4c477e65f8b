"""Fixtures. The stack comes from the environment (`eval "$(scripts/stack env)"`), else one is started on free ports
and taken down at the end."""
import os
from types import SimpleNamespace

import pytest

from support import audio, outside
from support.client import Client, Journal
from support.openapi import Document
from support.stack import Stack, run_rollup
from support.world import World

_journal = Journal()


def assert_rollups_hold(stack):
    """After a whole run: whatever the tests did to calls, the rollups followed, and what lists find them by."""
    done = run_rollup(stack.env["DATABASE_OWNER_URL"], "verify")
    wrong = [line for line in done.stdout.splitlines() if " 0 differ" not in line]
    assert done.returncode == 0, "dialixctl rollup verify:\n" + "\n".join(wrong) + done.stderr
    with stack.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT record_describe_all()")
        assert cursor.fetchone()[0] == 0, "calls whose row did not say what they are found by"


def pytest_collection_modifyitems(config, items):
    """What looks at the whole run comes last."""
    last = ["test_statement_scope.py", "test_plans.py", "test_row_security.py", "test_audit_coverage.py", "test_every_operation.py"]
    items.sort(key=lambda item: last.index(item.path.name) + 1 if item.path.name in last else 0)


def pytest_terminal_summary(terminalreporter):
    """What the calls of this run cost, from Server-Timing."""
    if len(_journal.round_trips) > 20:
        counts = {}
        for name, most in sorted(_journal.round_trips.items()):
            counts.setdefault(most, []).append(name)
        for most, names in sorted(counts.items(), reverse=True):
            terminalreporter.write_line(f"at most {most} round trips to PostgreSQL: {', '.join(names)}")


@pytest.fixture(scope="session")
def document():
    return Document()


@pytest.fixture(scope="session")
def journal():
    return _journal


@pytest.fixture(scope="session")
def stack():
    if os.environ.get("DIALIX_URL"):
        running = Stack.from_environment()
        yield running
        assert_rollups_hold(running)
        return
    started = Stack.start(**outside.SETTINGS)
    yield started
    try:
        assert_rollups_hold(started)
    finally:
        started.stop()


@pytest.fixture(scope="session")
def rollup(stack):
    """rollup("verify", …) runs dialixctl rollup."""
    return lambda *arguments: run_rollup(stack.env["DATABASE_OWNER_URL"], *arguments)


@pytest.fixture(scope="session")
def rollup_of():
    """The same for another database: rollup_of(owner_url, "verify", …)."""
    return run_rollup


@pytest.fixture
def anonymous(stack, document, journal):
    return Client(stack.url, document, journal)


@pytest.fixture
def anonymous_https(stack, document, journal):
    return Client(stack.https_url, document, journal, verify=stack.certificate)


@pytest.fixture(scope="session")
def admin(stack, document, journal):
    client = Client(stack.url, document, journal)
    client.login(*stack.admin)
    return client


@pytest.fixture(scope="session")
def world(admin):
    return World(admin)


@pytest.fixture
def company(world):
    return world.company()


@pytest.fixture(scope="session")
def sql(stack):
    """Runs a statement as the database's superuser: sql(text, args) → rows as tuples. What it changed is told to Redis
    before it returns, as our own programs do; who only uses psql is heard a moment later, through PostgreSQL."""
    connection = stack.connect()

    def run(statement, arguments=None):
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            rows = cursor.fetchall() if cursor.description else []
        connection.poll()
        stack.forget(note.payload.split("=")[0] for note in connection.notifies)
        connection.notifies.clear()
        return rows

    run("LISTEN dialix_changes")
    yield run
    connection.close()


@pytest.fixture(scope="session")
def sounds(tmp_path_factory):
    """Short files that most tests share."""
    folder = tmp_path_factory.mktemp("sounds")
    beep = audio.write_wav(folder / "beep.wav", [audio.tone(1.5)])
    stereo = audio.write_wav(folder / "stereo.wav", [audio.tone(2, hz=300), audio.tone(2, hz=800)])
    return SimpleNamespace(folder=folder, beep=beep, stereo=stereo)


@pytest.fixture(scope="session")
def spoken_call(tmp_path_factory):
    """A stereo call with known words and times: (path, [(who, start_s, end_s)])."""
    folder = tmp_path_factory.mktemp("call")
    return audio.call(folder / "call.wav", [
        ("operator", "Good morning. This is the service desk. How can I help you?"),
        ("customer", "Hello. I want to order a new fridge."),
        ("silence", 4.0),
        ("operator", "Thank you very much for your order. Have a nice day."),
        ("customer", "Thank you. Good bye."),
    ], folder)


@pytest.fixture(scope="session")
def analysed(world, spoken_call):
    """One call that went through the whole analyzer, with the company it belongs to. Read only."""
    company = world.company()
    company.admin.patch("/api/v1/settings", {"purposes": ["order", "complaint"], "products": ["fridge", "oven"],
                                             "channel_map": {"operator_channel": 0}}, query=company.scope)
    checklist = company.checklist()
    operator = company.operator(code="101")
    before = company.balance()
    record = company.completed(spoken_call[0], name="20261120_101530_101_901234567.wav")
    return SimpleNamespace(company=company, checklist=checklist, operator=operator, record=record, before=before,
                           client=company.as_("supervisor"), path=spoken_call[0], turns=spoken_call[1])
