"""The rollups say what the calls say, whatever happened to the calls, in whatever order, by however many at once
(sql/migrations/0010_rollups.sql). The oracle counts the calls row by row."""
import json
import random
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.rollup_writers import Writer
from support.world import wait_for

DASHBOARD = "/api/v1/dashboard"
ORACLE = Path(__file__).with_name("support").joinpath("dashboard_oracle.sql").read_text()
ZONES = ["Asia/Tashkent", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"]


@pytest.fixture
def house(company, stack, sql, rollup):
    """A company with operators, writers for it, and a comparison of what it is shown with what its calls say."""
    return House(company, stack, sql, rollup)


class House:
    def __init__(self, company, stack, sql, rollup):
        self.company, self.stack, self.sql, self.rollup = company, stack, sql, rollup
        self.operators = [company.operator()["id"] for _ in range(3)]
        self.viewer, self.author = company.as_("viewer"), company.as_("supervisor").account["id"]

    def writer(self, seed):
        connection = self.stack.connect()
        connection.autocommit = False
        return Writer(connection, self.company.id, self.operators, self.author, seed)

    def oracle(self, start=None, end=None, operator_id=None, call_type=None):
        return self.sql(ORACLE, {"company": self.company.id, "start": start, "end": end, "operator_id": operator_id,
                                 "call_type": call_type, "most": 366})[0][1]

    def assert_same(self, **filters):
        shown = self.viewer.get(DASHBOARD, query={name: str(value) for name, value in filters.items() if value}).json
        assert shown == json.loads(self.oracle(**filters)), filters

    def assert_right(self, chooser, times):
        for _ in range(times):
            end = date(2026, 11, 21) - timedelta(days=chooser.choice([0, 1, chooser.randrange(60), chooser.randrange(400)]))
            start = end - timedelta(days=chooser.choice([0, 6, 29, 365, chooser.randrange(366)]))
            self.assert_same(start=start, end=end, operator_id=chooser.choice([None, *self.operators]),
                             call_type=chooser.choice([None, None, "inbound", "outbound", "internal"]))

    def assert_verified(self):
        done = self.rollup("verify", "--company", self.company.id)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_calls_the_dashboard_says_what_they_say(house, seed):
    chooser, writer = random.Random(seed), house.writer(seed)
    acts = []
    for _ in range(6):
        acts += [writer.act() for _ in range(40)]
        if chooser.random() < 0.5:
            house.company.as_("company_admin").patch("/api/v1/settings", {"timezone": chooser.choice(ZONES)})
        house.assert_right(chooser, 8)
    house.assert_verified()
    assert len(set(acts)) > 10


def test_writers_at_once_leave_the_rollups_right(house):
    errors = []

    def work(seed):
        try:
            writer = house.writer(seed)
            for _ in range(40):
                writer.act()
        except BaseException as error:  # told below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for zone in ZONES[1:]:
        house.company.as_("company_admin").patch("/api/v1/settings", {"timezone": zone})
    for thread in threads:
        thread.join()
    assert errors == []
    wait_for("calls moved to the new time zone", 30, lambda: not house.sql("SELECT FROM rollup_state WHERE company_id = %s", (house.company.id,)))
    house.assert_verified()
    house.assert_right(random.Random(1), 10)
