"""Health and metrics, also with a service away: on a stack of its own."""
import re
import time

import pytest

from support.client import Client, Journal
from support.stack import Stack
from support.world import World, wait_for


def test_health_is_ok_and_names_the_checks(anonymous):
    health = anonymous.get("/health").json
    assert health["status"] == "ok" and {check["status"] for check in health["checks"].values()} == {"ok"}


def test_health_costs_no_more_than_two_round_trips(anonymous):
    assert (anonymous.get("/health").round_trips or 0) <= 2


def test_detailed_health_tells_figures_but_no_secrets(anonymous, stack):
    answer = anonymous.get("/health/detailed")
    assert {"database", "redis", "storage", "queue"} <= set(answer.json["checks"])
    text = answer.body.decode()
    for secret in re.findall(r"//[^:/]+:([^@]+)@", stack.env["DATABASE_URL"]):
        assert secret not in text


def samples(text, name):
    """label string → value."""
    return {labels: float(value) for labels, value in re.findall(rf"^{name}(\{{[^}}]*\}})? ([0-9.eE+-]+|NaN)$", text, re.MULTILINE)}


def test_metrics_are_prometheus_text_shared_by_all_workers(anonymous, company):
    def requests_seen():
        text = anonymous.get("/metrics").body.decode()
        for line in text.splitlines():
            assert re.fullmatch(r"# (HELP|TYPE) .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [0-9.eE+naNIif-]+|", line), line
        assert "# TYPE" in text
        names = [n for n in re.findall(r"^# TYPE (\S+) counter$", text, re.MULTILINE) if "request" in n]
        assert names, "no counter of requests"
        return max(sum(samples(text, name).values()) for name in names)

    before = requests_seen()
    for _ in range(20):
        company.as_("viewer").get("/api/v1/me")
    # Each worker counts into shared memory, so any worker's answer has all 20.
    assert requests_seen() - before >= 20


def test_metrics_tell_errors_latency_cache_database_and_jobs(anonymous):
    text = anonymous.get("/metrics").body.decode().lower()
    for word in ("error", "seconds", "cache", "db", "job"):
        assert word in text, word


def test_metrics_reset_is_for_platform_admins(admin, anonymous, company):
    company.as_("company_admin").post("/metrics/reset", expect=403)
    anonymous.post("/metrics/reset", expect=401)
    admin.post("/metrics/reset", expect=204)


@pytest.fixture(scope="module")
def broken_stack():
    stack = Stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def client(broken_stack, document):
    """With a journal of its own: a request that met a dead connection was sent twice, which is no normal cost."""
    return Client(broken_stack.url, document, Journal())


@pytest.mark.own_stack
def test_without_the_database_health_is_503_and_says_so_and_comes_back(broken_stack, client):
    admin = client.fresh()
    admin.login(*broken_stack.admin)
    broken_stack.command("stop", "pg")
    try:
        started = time.monotonic()
        health = wait_for("health sees it", 20, lambda: (lambda a: a.status == 503 and a)(client.get("/health", expect={200, 503})))
        assert time.monotonic() - started < 20
        assert health.json["status"] == "unavailable"
        assert health.json["checks"]["database"]["status"] == "failed" and health.json["checks"]["database"]["error"]
        assert health.json["checks"]["redis"]["status"] == "ok"
        assert client.get("/health/detailed", expect=503).json["checks"]["database"]["status"] == "failed"
        assert admin.get("/api/v1/companies", expect=503).code == "database_unavailable"
        client.post("/api/v1/auth/login", {"login": "a@b.uz", "password": "x"}, expect=503)
        client.get("/metrics")
    finally:
        broken_stack.command("start", "pg")
    wait_for("health is well again", 30, lambda: client.get("/health", expect={200, 503}).json["status"] == "ok")
    admin.get("/api/v1/companies")


@pytest.mark.own_stack
def test_without_redis_the_service_works_on(broken_stack, client):
    broken_stack.command("stop", "redis")
    try:
        health = wait_for("health sees it", 20, lambda: (lambda a: a.json["status"] == "degraded" and a)(client.get("/health")))
        assert health.json["checks"]["redis"]["status"] == "failed" and health.json["checks"]["redis"]["error"]
        assert health.json["checks"]["database"]["status"] == "ok"
        admin = client.fresh()
        admin.login(*broken_stack.admin)
        company = World(admin).company()
        assert company.as_("viewer").get("/api/v1/settings").json["language"] == "en"
        assert company.as_("viewer").get("/api/v1/dashboard").json["totals"]["calls"] == 0
    finally:
        broken_stack.command("start", "redis")
    wait_for("health is well again", 30, lambda: client.get("/health").json["status"] == "ok")


@pytest.mark.own_stack
def test_an_uploaded_call_waits_for_the_analyzer_and_is_done_when_it_comes(broken_stack, client, sounds):
    admin = client.fresh()
    admin.login(*broken_stack.admin)
    company = World(admin).company()
    broken_stack.command("stop", "analyzer")
    record = company.upload(sounds.beep)
    assert company.as_("viewer").get(f"/api/v1/records/{record['id']}").json["status"] == "PENDING"
    assert company.balance()["reserved_minor"] == record["cost_minor"]
    assert client.get("/health").json["status"] == "ok"
    broken_stack.command("start", "analyzer")
    assert company.finished(record["id"])["status"] == "COMPLETED"
    assert company.balance()["reserved_minor"] == 0
