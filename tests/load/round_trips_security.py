"""The rows of round_trips.py about people, companies, secrets, privacy and the activity log."""
import sys
import time
import uuid

import harness
from probe import json_of
from support.second_factor import code, now

PASSWORD = "quiet-river-kettle-1"
TOTP_BODY = {"password": PASSWORD}


def entered(stack, email, password=PASSWORD):
    client = harness.Client(stack.url)
    client.call("POST", "/auth/login", json={"login": email, "password": password})
    return client


def people(probe, admin, person, company):
    """Invitations, links, blocks, permissions, transfers: as the company's admin, the last two as the platform's."""
    ask, once = probe.ask, probe.once
    nobody = harness.Client(person.url)
    address = f"guest-{uuid.uuid4().hex[:8]}@dialix.example"
    invited = json_of(once(person, "/accounts/invite", "POST", "/accounts/invite", json={"email": address, "role": "viewer"}))
    guest = f"/accounts/{invited['account']['id']}"
    again = json_of(once(person, "/accounts/{id}/invite", "POST", guest + "/invite"))
    once(nobody, "/auth/link", "POST", "/auth/link", json={"token": again["token"]})
    once(nobody, "/auth/invitation", "POST", "/auth/invitation", json={"token": again["token"], "password": PASSWORD, "name": "Guest"})
    other = json_of(person.send("POST", "/accounts/invite", json={"email": "x" + address, "role": "viewer"}))
    once(person, "/accounts/{id}/invite", "DELETE", f"/accounts/{other['account']['id']}/invite")
    link = json_of(once(person, "/accounts/{id}/reset-password", "POST", guest + "/reset-password"))
    once(nobody, "/auth/reset-password", "POST", "/auth/reset-password", json={"token": link["token"], "new_password": PASSWORD + "2"})
    once(person, "/accounts/{id}/permissions", "PUT", guest + "/permissions", json={"granted": ["view_audit"], "denied": []})
    once(person, "/accounts/{id}/block", "POST", guest + "/block", json={"reason": "measured"})
    once(person, "/accounts/{id}/unblock", "POST", guest + "/unblock")
    admin.company = None
    ask(admin, "/companies/{id}/accounts", "GET", f"/companies/{company}/accounts")
    elsewhere = harness.fresh_company(admin, "Load elsewhere")
    admin.company = company
    once(admin, "/accounts/{id}/transfer", "POST", guest + "/transfer", json={"company_id": elsewhere})
    admin.company = elsewhere
    ask(admin, "/accounts/{id}/transfers", "GET", guest + "/transfers")
    admin.company = None
    once(admin, "/companies/{id}/block", "POST", f"/companies/{elsewhere}/block", json={"reason": "measured"})
    once(admin, "/companies/{id}/unblock", "POST", f"/companies/{elsewhere}/unblock")
    admin.company = company


def oneself(probe, stack, person, email):
    """Sessions, tokens and the second factor; twice, so that it can be taken away by others too."""
    ask, once = probe.ask, probe.once
    second = entered(stack, email)
    sessions = list(second.items("/me/sessions"))
    ask(person, "/me/sessions", "GET", "/me/sessions")
    mine = next(one["id"] for one in sessions if one["current"])
    once(person, "/me/sessions/{id}", "DELETE", f"/me/sessions/{mine}", json=TOTP_BODY)
    once(person, "/me/sessions", "DELETE", "/me/sessions", json=TOTP_BODY)
    ask(person, "/me/security-events", "GET", "/me/security-events")
    token = json_of(once(person, "/me/tokens", "POST", "/me/tokens", json={"name": "Measured", "scopes": ["view_records"]}))
    ask(person, "/me/tokens", "GET", "/me/tokens")
    once(person, "/me/tokens/{id}", "DELETE", f"/me/tokens/{token['details']['id']}")

    address = f"factor-{uuid.uuid4().hex[:8]}@dialix.example"
    account = json_of(person.send("POST", "/accounts", json={"email": address, "name": "Factor", "role": "viewer", "password": PASSWORD}))
    factor = entered(stack, address)
    ask(factor, "/me/totp", "GET", "/me/totp")
    secret = json_of(once(factor, "/me/totp", "POST", "/me/totp", json=TOTP_BODY))["secret"]
    codes = json_of(once(factor, "/me/totp/confirm", "POST", "/me/totp/confirm", json={"code": code(secret, now() - 1)}))["recovery_codes"]
    codes = json_of(once(factor, "/me/totp/recovery-codes", "POST", "/me/totp/recovery-codes", json=TOTP_BODY)).get("recovery_codes", codes)
    once(factor, "/me/totp", "DELETE", "/me/totp", json={**TOTP_BODY, "code": codes[0]})
    secret = factor.call("POST", "/me/totp", json=TOTP_BODY)["secret"]
    factor.call("POST", "/me/totp/confirm", json={"code": code(secret, now())})
    once(person, "/accounts/{id}/totp", "DELETE", f"/accounts/{account['id']}/totp")


def integrations(probe, person):
    """Secrets of others; the checks go to names that no server has."""
    ask, once = probe.ask, probe.once
    bodies = {"pbx": {"host": "pbx.dialix.invalid", "domain": "measured", "auth_key": "measured-key-1"},
              "bitrix": {"webhook_url": "https://bitrix.dialix.invalid/rest/1/measured-key-1/"},
              "amocrm": {"subdomain": "measured", "client_id": "measured", "redirect_uri": "https://dialix.invalid/", "client_secret": "measured-secret-1",
                         "access_token": "measured-access-1", "refresh_token": "measured-refresh-1"}}
    for kind, body in bodies.items():
        path = f"/integrations/{kind}"
        once(person, path, "PUT", path, json=body)
        ask(person, path, "GET", path)
        once(person, path + "/check", "POST", path + "/check")
        once(person, path, "DELETE", path)
    made = json_of(once(person, "/webhooks", "POST", "/webhooks", json={"url": "https://hook.dialix.invalid/", "events": ["record.failed"]}))
    hook = f"/webhooks/{made['id']}"
    ask(person, "/webhooks", "GET", "/webhooks")
    ask(person, "/webhooks/{id}", "GET", hook)
    once(person, "/webhooks/{id}", "PATCH", hook, json={"active": False})
    once(person, "/webhooks/{id}/rotate-secret", "POST", hook + "/rotate-secret")
    once(person, "/webhooks/{id}/test", "POST", hook + "/test")
    ask(person, "/webhooks/{id}/deliveries", "GET", hook + "/deliveries")
    once(person, "/webhooks/{id}", "DELETE", hook)


def privacy(probe, person, record):
    """Files for other programs, and what is taken out for good; `record` is one that may go."""
    ask, once = probe.ask, probe.once
    ask(person, "/records/export.csv", "GET", "/records/export.csv")
    ask(person, "/activity-logs/export.csv", "GET", "/activity-logs/export.csv")
    ask(person, "/privacy/receipt-keys", "GET", "/privacy/receipt-keys")
    asked = json_of(once(person, "/privacy/erasures", "POST", "/privacy/erasures", json={"client_phone_number": "+998 90 000-00-00", "reason": "measured"}))
    ask(person, "/privacy/erasures", "GET", "/privacy/erasures")
    erasure = f"/privacy/erasures/{asked['id']}"
    end = time.monotonic() + 60
    while json_of(ask(person, "/privacy/erasures/{id}", "GET", erasure, again=False)).get("state") != "done":
        if time.monotonic() > end:
            sys.exit("The erasure was not done within a minute. Does dialix-analyzer run?")
        time.sleep(0.5)
    ask(person, "/privacy/erasures/{id}/receipt", "GET", erasure + "/receipt")
    once(person, "/records/{id}/erase", "POST", f"/records/{record}/erase", json={"reason": "measured"})
