"""Companies, people and calls for one test, made through the API by the platform admin, so that tests do not
share state: every test has a company of its own."""
import os
import time
import uuid

# How many times longer than usual to wait for what is to happen: programs with ThreadSanitizer are that much slower.
PATIENCE = float(os.environ.get("DIALIX_PATIENCE") or 1)
PASSWORD = "correct-horse-battery"
CHECKLIST = {
    "title": "Service",
    "segments": [
        {"title": "Opening", "questions": [
            {"id": "greeting", "text": "Did the operator greet the customer?", "weight": 2,
             "keywords": ["good morning", "hello"], "asked_of": "operator"},
            {"id": "name", "text": "Did the operator ask for the name?", "weight": 1, "keywords": ["your name"]}]},
        {"title": "Closing", "questions": [
            {"id": "thanks", "text": "Did the operator thank the customer?", "weight": 1, "keywords": ["thank you"]}]},
    ],
}


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def wait_for(what, seconds, check, interval=0.1):
    """The first truthy value of check(). Polls an outside process; never used to order our own steps."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s; last: {value!r}")
        time.sleep(interval)


class World:
    def __init__(self, admin):
        self.admin = admin

    def company(self, balance=100_000_000, price=10_000, timezone="Asia/Tashkent", **fields):
        created = self.admin.post("/api/v1/companies", {
            "name": unique("Company"), "timezone": timezone, "price_per_minute_minor": price, "language": "en", **fields,
        }, expect=201).json
        if balance:
            self.admin.post(f"/api/v1/companies/{created['id']}/topup", {"amount_minor": balance}, expect=201)
        return CompanyWorld(self.admin, created)


class CompanyWorld:
    def __init__(self, admin, company):
        self.admin, self.company, self.id = admin, company, company["id"]
        self.scope = {"company_id": self.id}
        self._people = {}

    def account(self, role, **fields):
        return self.admin.post("/api/v1/accounts", {
            "email": unique(role) + "@example.uz", "name": f"The {role}", "role": role, "password": PASSWORD,
            "language": "en", **fields}, query=self.scope, expect=201).json

    def person(self, role, **fields):
        """A logged-in client of a new account."""
        account = self.account(role, **fields)
        client = self.admin.fresh()
        client.login(account["email"], PASSWORD)
        return client

    def as_(self, role):
        """A logged-in client of that role, the same one each time."""
        if role not in self._people:
            fields = {"operator_id": self.operator()["id"]} if role == "operator" else {}
            self._people[role] = self.person(role, **fields)
        return self._people[role]

    def operator(self, code=None, name="Aziz Rahimov", **fields):
        if code is None:
            taken = {item["code"] for item in self.admin.pages("/api/v1/operators", self.scope, limit=200)}
            code = next(f"{number:03d}" for number in range(100, 1000) if f"{number:03d}" not in taken)
        return self.admin.post("/api/v1/operators", {"code": code, "name": name, **fields}, query=self.scope, expect=201).json

    def checklist(self, active=True, **fields):
        made = self.admin.post("/api/v1/checklists", {**CHECKLIST, **fields}, query=self.scope, expect=201).json
        if active:
            made = self.admin.post(f"/api/v1/checklists/{made['id']}/activate", query=self.scope).json
        return made

    def balance(self):
        return self.admin.get("/api/v1/balance", query=self.scope).json

    def upload(self, path, client=None, expect=202, name=None, content_type="audio/wav", **fields):
        client = client or self.as_("supervisor")
        with open(path, "rb") as sound:
            answer = client.post("/api/v1/records", files={"file": (name or path.name, sound, content_type)},
                                 data=fields, expect=expect, timeout=120)
        return answer.json if expect == 202 else answer

    def finished(self, record_id, client=None, seconds=120):
        """The record once it is COMPLETED or FAILED; its progress must never go back."""
        client = client or self.as_("supervisor")
        seen = [0]

        def done():
            record = client.get(f"/api/v1/records/{record_id}").json
            assert record["progress"] >= seen[-1], f"progress went back from {seen[-1]} to {record['progress']}"
            seen.append(record["progress"])
            return record if record["status"] in ("COMPLETED", "FAILED") else None

        return wait_for(f"record {record_id} finished", seconds, done, interval=0.2)

    def completed(self, path, client=None, seconds=120, **fields):
        record = self.finished(self.upload(path, client, **fields)["id"], client, seconds)
        assert record["status"] == "COMPLETED", record["failure"]
        return record
