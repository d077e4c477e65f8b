"""dialixctl demo load, as a person types it: one call of it, through the real pipeline."""
import os
import subprocess

import pytest

from support.stack import ROOT

NAME = "Demo: Global Internet"
TITLE = "Slow internet in the evening, solved on the line"
BUILD = os.environ.get("DIALIX_BUILD") or str(ROOT / "build" / "release")


@pytest.fixture
def demo(stack):
    def run(*arguments, **environment):
        return subprocess.run(
            [f"{BUILD}/bin/dialixctl", "demo", *arguments], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
            env={**os.environ, "DIALIX_URL": stack.url, "DIALIX_ADMIN_EMAIL": stack.admin[0],
                 "DIALIX_ADMIN_PASSWORD": stack.admin[1], **environment})
    return run


def test_a_demo_call_is_judged_and_a_second_run_adds_nothing(demo, admin):
    for _ in range(2):
        done = demo("load", "--only", "1")
        assert done.returncode == 0, done.stderr
        assert "1 of 1 calls done" in done.stdout
        found = [item["id"] for item in admin.pages("/api/v1/companies", {"q": NAME}) if item["name"] == NAME]
        assert len(found) == 1
        company = {"company_id": found[0]}
        calls = [item for item in admin.pages("/api/v1/records", company) if item["title"] == TITLE]
        assert len(calls) == 1
        assert calls[0]["status"] == "COMPLETED"
        assert calls[0]["operator"]["code"] == "101"
        assert calls[0]["call_type"] == "inbound"
        assert calls[0]["client_phone_number"] == "901234567"
        assert calls[0]["result"]["score"] >= 50
        roles = sorted(item["role"] for item in admin.pages("/api/v1/accounts", company))
        assert roles == ["company_admin", "operator", "supervisor", "user", "viewer"]


def test_the_demo_says_why_it_cannot_load(demo):
    wrong_password = demo("load", DIALIX_ADMIN_PASSWORD="not-the-password")
    assert wrong_password.returncode == 1
    assert "401" in wrong_password.stderr
    no_server = demo("load", DIALIX_URL="http://127.0.0.1:1")
    assert no_server.returncode == 1
    assert "127.0.0.1:1" in no_server.stderr
    far_away = demo("load", DIALIX_URL="https://dialix.example")
    assert far_away.returncode == 1
    assert "--user-password" in far_away.stderr
