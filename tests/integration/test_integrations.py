"""Outside services and webhooks: secrets go in and never come out; what is tried is really tried, and never inside."""
import base64
import hashlib
import hmac
import re

import pytest

from support import outside as services
from support.secrets import stack_fernet, stack_settings

PBX, BITRIX, AMOCRM = (f"/api/v1/integrations/{kind}" for kind in ("pbx", "bitrix", "amocrm"))
WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture(scope="module")
def outside(stack):
    missing = services.SETTINGS.items() - stack_settings(stack).items()
    assert not missing, f"start the stack with: {' '.join(f'--set {name}={value}' for name, value in missing)}"
    server = services.Outside()
    yield server
    server.stop()


@pytest.fixture
def client(company):
    return company.as_("company_admin")


def pbx(**fields):
    return {"host": f"http://127.0.0.1:{services.PORT}", "domain": "acme.onpbx.ru", "auth_key": services.PBX_KEY, **fields}


def bitrix(**fields):
    return {"webhook_url": f"http://127.0.0.1:{services.PORT}/rest/1/{services.BITRIX_SECRET}/", **fields}


def amocrm(**fields):
    return {"subdomain": "acme", "client_id": "client", "redirect_uri": "https://acme.uz/back", "client_secret": "client-secret-0123456789",
            "access_token": services.AMOCRM_TOKEN, "refresh_token": "refresh-token-0123456789", **fields}


KINDS = [(PBX, pbx, ["auth_key"]), (BITRIX, bitrix, ["webhook_url"]), (AMOCRM, amocrm, ["client_secret", "access_token", "refresh_token"])]


def last_entry(client, action):
    return next(entry for entry in client.get("/api/v1/activity-logs").json["items"] if entry["action"] == action)


@pytest.mark.parametrize("path, fields, secrets", KINDS, ids=["pbx", "bitrix", "amocrm"])
def test_a_service_is_stored_read_and_forgotten_and_its_secrets_never_come_out(client, outside, path, fields, secrets):
    client.get(path, expect=404)
    stored = client.request("PUT", path, json=fields(), expect=200)
    for secret in secrets:
        assert stored.json[secret] == {"is_set": True, "ends_with": fields()[secret].rstrip("/")[-4:]}
    read = client.get(path)
    assert read.json == stored.json
    changed = client.request("PUT", path, json={k: v for k, v in fields(active=False).items() if k not in secrets}, expect=200)
    assert changed.json["active"] is False and changed.json[secrets[0]] == stored.json[secrets[0]]
    logged = client.get("/api/v1/activity-logs")
    for answer in (stored, read, changed, logged):
        for secret in secrets:
            assert fields()[secret].encode() not in answer.body
    client.delete(path)
    client.get(path, expect=404)
    client.delete(path, expect=404)
    client.post(path + "/check", expect=404)


@pytest.mark.parametrize("path, fields, secrets", KINDS, ids=["pbx", "bitrix", "amocrm"])
def test_the_first_time_the_secrets_are_asked_for_together(client, outside, path, fields, secrets):
    answer = client.request("PUT", path, json={k: v for k, v in fields(active=True).items() if k not in secrets}, expect=422)
    assert answer.field_errors == {secret: "required" for secret in secrets}


def test_what_is_stored_is_a_token_that_only_the_servers_key_opens(client, company, outside, sql, stack):
    client.request("PUT", PBX, json=pbx(), expect=200)
    token, = sql("SELECT auth_key_cipher FROM pbx_credentials WHERE company_id = %s", [company.id])[0]
    assert services.PBX_KEY not in token
    assert stack_fernet(stack).decrypt(token.encode()).decode() == services.PBX_KEY


def test_a_new_key_ends_the_session_of_the_old_one(client, company, outside, sql):
    client.request("PUT", PBX, json=pbx(), expect=200)

    def session():
        return sql("SELECT session_cipher FROM pbx_credentials WHERE company_id = %s", [company.id])[0][0]

    sql("UPDATE pbx_credentials SET session_cipher = auth_key_cipher WHERE company_id = %s", [company.id])
    client.request("PUT", PBX, json={k: v for k, v in pbx().items() if k != "auth_key"}, expect=200)
    assert session() is not None
    client.request("PUT", PBX, json=pbx(auth_key="another-key-0123456789"), expect=200)
    assert session() is None


@pytest.mark.parametrize("path, fields, wrong", [
    (PBX, pbx, {"auth_key": "another-key-0123456789"}),
    (BITRIX, bitrix, {"webhook_url": f"http://127.0.0.1:{services.PORT}/rest/1/another-secret-0123/"}),
    (AMOCRM, amocrm, {"access_token": "another-token-0123456789"}),
], ids=["pbx", "bitrix", "amocrm"])
def test_a_check_tells_a_good_key_from_a_wrong_one(client, outside, path, fields, wrong):
    client.request("PUT", path, json=fields(), expect=200)
    good = client.post(path + "/check").json
    assert (good["ok"], good["code"]) == (True, "ok"), good
    assert client.get(path).json["checked_at"] is not None
    client.request("PUT", path, json=fields(**wrong), expect=200)
    bad = client.post(path + "/check")
    assert (bad.json["ok"], bad.json["code"]) == (False, "wrong_key")
    for secret in (*wrong.values(), *wrong):
        assert secret.encode() not in bad.body
    assert client.get(path).json["last_error"] == bad.json["message"]
    client.request("PUT", path, json=fields(), expect=200)
    assert client.get(path).json["last_error"] is None
    client.post(path + "/check")
    assert client.get(path).json["last_error"] is None
    assert last_entry(client, "integration.check")["resource_type"] == path.rsplit("/", 1)[1]


def test_a_service_that_is_not_there_is_unreachable(client, outside):
    client.request("PUT", PBX, json=pbx(host="http://127.0.0.1:9"), expect=200)
    answer = client.post(PBX + "/check").json
    assert (answer["ok"], answer["code"]) == (False, "unreachable")
    assert client.get(PBX).json["last_error"] == answer["message"]


@pytest.mark.parametrize("path, fields, address", [(PBX, pbx, lambda port: {"host": f"https://127.0.0.1:{port}"}),
                                                   (BITRIX, bitrix, lambda port: {"webhook_url": f"https://127.0.0.1:{port}/rest/1/{services.BITRIX_SECRET}/"})],
                         ids=["pbx", "bitrix"])
def test_a_server_whose_certificate_nobody_has_signed_is_told_nothing(client, outside, path, fields, address):
    """ASVS 9.2.1: the connection is made, the certificate refused, and no request sent, so no key either."""
    with services.SelfSigned() as server:
        client.request("PUT", path, json=fields(**address(server.port)), expect=200)
        answer = client.post(path + "/check").json
        assert (answer["ok"], answer["code"]) == (False, "unreachable"), answer
        assert client.get(path).json["last_error"] == answer["message"]
        alert, received = server.seen()
    assert "UNKNOWN_CA" in alert.upper().replace(" ", "_") and received == b""


@pytest.mark.parametrize("address", ["http://127.0.0.2", "http://10.0.0.1", "http://169.254.169.254", "http://[::1]", "http://2130706434",
                                     "https://192.168.1.1", "https://user:word@pbx.example", "ftp://pbx.example"])
def test_ssrf_through_the_address_of_a_pbx_is_refused_when_it_is_stored(client, outside, address):
    errors = client.request("PUT", PBX, json=pbx(host=address), expect=422).json["errors"]
    assert ("host", "address_not_allowed") in [(error["path"], error["code"]) for error in errors]


def test_a_webhook_lives_and_its_secret_is_shown_once(client, outside):
    made = client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.completed"]}, expect=201)
    webhook, secret = {**made.json}, made.json["secret"]
    del webhook["secret"]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    path = f"{WEBHOOKS}/{webhook['id']}"
    assert made.headers["Location"] == path
    assert client.get(path).json == webhook
    assert client.pages(WEBHOOKS, limit=1) == [webhook]
    changed = client.patch(path, {"active": False, "events": ["record.failed"]})
    assert (changed.json["active"], changed.json["events"], changed.json["url"]) == (False, ["record.failed"], webhook["url"])
    rotated = client.post(path + "/rotate-secret").json["secret"]
    assert rotated != secret
    for answer in (client.get(path), client.get(WEBHOOKS), changed, client.get("/api/v1/activity-logs")):
        assert secret.encode() not in answer.body and rotated.encode() not in answer.body
    client.delete(path)
    for method, extra in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/rotate-secret"), ("GET", "/deliveries")):
        client.request(method, path + extra, expect=404)
    client.patch(path, {"active": True}, expect=404)


def test_a_ping_is_signed_so_that_the_receiver_can_tell(client, outside):
    made = client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.completed"]}, expect=201).json
    answer = client.post(f"{WEBHOOKS}/{made['id']}/test").json
    assert (answer["ok"], answer["code"], answer["response_code"]) == (True, "ok", 200)
    ping = outside.received[-1]
    assert ping.path == "/hook" and b'"ping"' in ping.body
    signed = f"{ping.headers['webhook-id']}.{ping.headers['webhook-timestamp']}.".encode() + ping.body
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    assert ping.headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_ssrf_through_a_redirect_of_a_webhook_is_not_followed(client, outside):
    made = client.post(WEBHOOKS, {"url": outside.url + "/redirect", "events": ["record.completed"]}, expect=201).json
    before = len(outside.received)
    answer = client.post(f"{WEBHOOKS}/{made['id']}/test").json
    assert (answer["ok"], answer["code"], answer["response_code"]) == (False, "unexpected_answer", 302)
    assert [one.path for one in outside.received[before:]] == ["/redirect"]


@pytest.mark.parametrize("url", ["http://127.0.0.2/", "https://10.1.2.3/", "https://[::ffff:10.0.0.1]/", "https://0x7f000002/", "file:///etc/passwd",
                                 "https://localhost@10.0.0.1/", "javascript:alert(1)", "not a url"])
def test_ssrf_through_the_address_of_a_webhook_is_refused(client, outside, url):
    assert client.post(WEBHOOKS, {"url": url, "events": ["record.failed"]}, expect=422).field_errors == {"url": "address_not_allowed"}


def test_a_wrong_webhook_is_refused_by_field(client, outside):
    assert client.post(WEBHOOKS, {}, expect=422).field_errors == {"url": "required", "events": "required"}
    for events in ([], ["record.unknown"], "record.failed"):
        assert "events" in client.post(WEBHOOKS, {"url": outside.url, "events": events}, expect=422).field_errors


def test_a_company_has_twenty_webhooks_at_most(client, outside):
    for _ in range(20):
        client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.failed"]}, expect=201)
    assert client.post(WEBHOOKS, {"url": outside.url, "events": ["record.failed"]}, expect=409).code == "too_many_webhooks"


def test_deliveries_are_listed_newest_first(client, company, outside, sql):
    made = client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.failed"]}, expect=201).json
    sql("INSERT INTO webhook_delivery (id, webhook_id, company_id, event, payload, attempts, created_at) SELECT gen_random_uuid(), %s, %s, "
        "'record.failed', '{}', n, now() - n * interval '1 hour' FROM generate_series(1, 5) AS n", [made["id"], company.id])
    listed = client.pages(f"{WEBHOOKS}/{made['id']}/deliveries", limit=2)
    assert [delivery["attempts"] for delivery in listed] == [1, 2, 3, 4, 5]


def test_nobody_reaches_another_companys_services(client, world, outside):
    made = client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.failed"]}, expect=201).json
    client.request("PUT", PBX, json=pbx(), expect=200)
    other = world.company().as_("company_admin")
    other.get(PBX, expect=404)
    for method, extra in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/rotate-secret"), ("GET", "/deliveries")):
        other.request(method, f"{WEBHOOKS}/{made['id']}{extra}", expect=404)
    assert other.pages(WEBHOOKS) == []
    assert client.get(f"{WEBHOOKS}/{made['id']}").json["url"] == made["url"]


def test_no_secret_and_no_key_is_in_any_log_of_the_server(client, outside, stack):
    client.request("PUT", PBX, json=pbx(auth_key="log-me-not-pbx-0123456789"), expect=200)
    client.post(PBX + "/check")
    client.request("PUT", BITRIX, json=bitrix(webhook_url=f"http://127.0.0.1:{services.PORT}/rest/1/log-me-not-bitrix/"), expect=200)
    client.post(BITRIX + "/check")
    client.request("PUT", BITRIX, json=bitrix(webhook_url="http://127.0.0.1:9/rest/1/log-me-not-closed/"), expect=200)
    client.post(BITRIX + "/check")
    client.request("PUT", AMOCRM, json=amocrm(access_token="log-me-not-amocrm-0123456789"), expect=200)
    client.post(AMOCRM + "/check")
    made = client.post(WEBHOOKS, {"url": outside.url + "/hook", "events": ["record.failed"]}, expect=201).json
    client.post(f"{WEBHOOKS}/{made['id']}/test")
    settings = stack_settings(stack)
    never = [b"log-me-not", made["secret"].encode(), settings["SECRET_KEY"].encode()]
    logs = [path for path in stack.folder.rglob("*.log") if path.is_file()]
    assert any("fcgi" in path.name for path in logs), logs
    for path in logs:
        text = path.read_bytes()
        assert not [secret for secret in never if secret in text], path
