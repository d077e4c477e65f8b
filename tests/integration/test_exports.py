"""CSV exports: what a filter finds, as a file that no spreadsheet can be tricked with, and an entry in the log that says so."""
import csv
import io

import pytest

from support.filled import fill
from support.world import wait_for

RECORDS, LOGS = "/api/v1/records/export.csv", "/api/v1/activity-logs/export.csv"
MOST = 200_000


def read(answer, separator=","):
    """Its rows as dictionaries, read strictly."""
    assert answer.body.startswith(b"\xef\xbb\xbf") and answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    text = answer.body.decode("utf-8-sig")
    assert text.endswith("\r\n")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    assert all(len(row) == len(header) for row in rows)
    return [dict(zip(header, row)) for row in rows]


def noted(company, action):
    return [entry for entry in company.as_("company_admin").pages("/api/v1/activity-logs") if entry["action"] == action]


@pytest.fixture(scope="module")
def house(world, sql, rollup):
    company = world.company()
    operators = [company.operator()["id"] for _ in range(2)]
    fill(sql, company.id, 3_000, operators)
    assert rollup("rebuild", "--company", company.id).returncode == 0
    return company, operators


def test_all_calls_of_a_filter_are_in_the_file_in_the_list_s_order(house):
    company, _ = house
    client = company.as_("viewer")
    for query in ({}, {"status": "FAILED"}, {"sort": "-score", "score_min": 50}, {"q": "common", "sort": "created_at"}):
        listed = [item["id"] for item in client.pages("/api/v1/records", query, limit=200)]
        assert [row["id"] for row in read(client.get(RECORDS, query=query))] == listed


def test_an_export_takes_two_round_trips_at_most(house):
    company, _ = house
    client = company.person("company_admin")
    assert client.get(RECORDS).round_trips <= 2 and client.get(LOGS).round_trips <= 2


def test_an_export_is_noted_with_its_filter_and_its_rows(house):
    company, _ = house
    client = company.person("viewer")
    answer = client.get(RECORDS, query={"status": "COMPLETED", "client_phone_number": "1234567", "separator": "tab"})
    entry = noted(company, "record.export")[0]
    assert entry["request_id"] == answer.headers["X-Request-Id"] and entry["account_id"] == client.account["id"]
    assert entry["after"] == {"filter": {"status": "COMPLETED", "client_phone_number": "***4567"}, "rows": len(read(answer, "\t"))}


def test_an_operator_exports_their_own_calls_alone(house):
    company, operators = house
    client = company.person("operator", operator_id=operators[0])
    mine = {row["id"] for row in read(client.get(RECORDS))}
    assert mine and mine == {item["id"] for item in client.pages("/api/v1/records", limit=200)}
    assert mine == {row["id"] for row in read(company.as_("viewer").get(RECORDS, query={"operator_id": operators[0]}))}
    assert read(client.get(RECORDS, query={"operator_id": operators[1]})) == []


def test_another_company_s_calls_are_in_nobody_s_file(house, world):
    assert read(world.company().as_("company_admin").get(RECORDS)) == []
    world.company().as_("company_admin").get(RECORDS, query=house[0].scope, expect=403)


def test_csv_formula_injection_runs_no_formula(company, sounds, sql):
    """Titles, names, phones and whatever an address can bring into the log."""
    client = company.as_("supervisor")
    titles = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("https://evil.example";"see")', "a,=1+1", 'a",=1+1', "＝1+1", "line\r\n=1+1"]
    operator = company.operator(name="=cmd|'/C calc'!A0")
    for title in titles:
        record = company.upload(sounds.beep, operator_code=operator["code"], client_phone_number="+998901234567")
        sql("UPDATE record SET title = %s WHERE id = %s", (title, record["id"]))
    for separator, name in ((",", "comma"), (";", "semicolon"), ("\t", "tab")):
        rows = read(client.get(RECORDS, query={"separator": name}), separator)
        assert len(rows) == len(titles) and {row["title"].removeprefix("'") for row in rows} == {title for title in titles}
        assert {row["client_phone_number"] for row in rows} == {"'+998901234567"} and {row["operator_name"] for row in rows} == {"'=cmd|'/C calc'!A0"}
        for row in rows:
            assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝")], row
    for row in read(company.as_("company_admin").get(LOGS)):
        assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")], row


def test_the_log_is_exported_as_it_is_listed(company):
    client = company.as_("company_admin")
    company.operator()
    company.checklist()
    listed = client.pages("/api/v1/activity-logs")
    rows = read(client.get(LOGS))
    assert [row["id"] for row in rows] == [entry["id"] for entry in listed]
    assert [row["created_at"] for row in rows] == [entry["created_at"] for entry in listed]
    assert {row["company"] for row in rows} == {company.company["name"]}
    entry, = noted(company, "activity.export")
    assert entry["after"] == {"filter": {}, "rows": len(listed)}
    assert {row["action"] for row in read(client.get(LOGS, query={"action": "checklist"}))} == {"checklist.create", "checklist.activate"}


def test_who_may_not_see_the_log_does_not_export_it(company):
    company.as_("supervisor").get(LOGS, expect=403)
    assert noted(company, "activity.export") == []


@pytest.mark.parametrize("path", [RECORDS, LOGS])
def test_wrong_parameters_are_named_and_nothing_is_noted(company, path):
    client = company.as_("company_admin")
    errors = client.get(path, query={"separator": "pipe", "limit": "5", "start": "x"}, expect=422).field_errors
    assert set(errors) == {"separator", "limit", "start"}
    assert noted(company, "record.export") + noted(company, "activity.export") == []


def test_what_is_too_long_is_refused_before_anything_is_sent(world, sql):
    company = world.company()
    sql("SET session_replication_role = replica")
    sql("""INSERT INTO activity_log (id, company_id, action, created_at) SELECT gen_random_uuid(), %s, 'record.create', now() - n * interval '1 s'
           FROM generate_series(1, %s) AS n""", (company.id, MOST + 10))
    sql("RESET session_replication_role")
    client = company.as_("company_admin")
    assert client.get(LOGS, expect=422).code == "export_too_large"
    assert noted_now(client) == []
    assert len(read(client.get(LOGS, query={"action": "company"}))) >= 1   # and the connection serves on
    sql("DELETE FROM activity_log WHERE company_id = %s AND action = 'record.create'", (company.id,))


def noted_now(client):
    return client.get("/api/v1/activity-logs", query={"action": "activity.export"}).json["items"]


def test_a_client_that_goes_away_leaves_the_server_as_it_was(house, stack):
    """Its connections to PostgreSQL are given back, and others export."""
    company, _ = house
    client = company.person("company_admin")
    for _ in range(6):
        answer = client.session.get(stack.url + RECORDS, stream=True, timeout=20)
        assert answer.status_code in (200, 503)
        answer.close()
    wait_for("an export", 30, lambda: client.get(RECORDS, expect=(200, 503)).status == 200)
