#!/usr/bin/python3
"""What each endpoint costs: round trips to PostgreSQL, as Server-Timing tells them, two at most.

Every request is made with a cold cache (a fresh company) and again at once; the larger number counts. An operation of docs/openapi.yaml
without a row is a failure.
"""
import argparse
import sys
import tempfile
import time
import uuid

import harness
import round_trips_security
from probe import Probe, json_of

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--most", type=int, default=2)
options = arguments.parse_args()

stack = harness.stack()
admin = harness.admin(stack)
company = harness.fresh_company(admin, "Load round trips")
probe = Probe(admin)
ask, once, stream = probe.ask, probe.once, probe.stream

checklist = {"title": "Load", "segments": [{"title": "All", "questions": [
    {"id": "hello", "text": "Did the operator say hello?", "weight": 2, "keywords": ["good morning"]},
    {"id": "help", "text": "Did the operator offer help?", "weight": 1, "keywords": ["help you"]}]}]}

with tempfile.TemporaryDirectory() as folder:
    speech = harness.speech_files(folder)[0]

    # Money, people, companies: as the platform's admin.
    admin.company = None
    ask(admin, "/companies", "GET", "/companies")
    ask(admin, "/companies/{id}", "GET", f"/companies/{company}")
    once(admin, "/companies/{id}", "PATCH", f"/companies/{company}", json={"language": "en"})
    once(admin, "/companies/{id}/topup", "POST", f"/companies/{company}/topup", json={"amount_minor": 100})
    once(admin, "/companies", "POST", "/companies", json={"name": f"Load {uuid.uuid4().hex[:8]}"})
    admin.company = company
    email = f"load-{uuid.uuid4().hex[:8]}@dialix.example"
    once(admin, "/accounts", "POST", "/accounts", json={
        "email": email, "name": "Load", "role": "company_admin", "password": "quiet-river-kettle-1"})
    extra = json_of(once(admin, "/accounts", "POST", "/accounts", json={
        "email": "x" + email, "name": "Load", "role": "viewer", "password": "quiet-river-kettle-1"}))

    # Everything else as a person of the company.
    person = harness.Client(stack.url)
    once(person, "/auth/login", "POST", "/auth/login", json={"login": email, "password": "quiet-river-kettle-1"})
    ask(person, "/me", "GET", "/me")
    once(person, "/me", "PATCH", "/me", json={"language": "en"})
    ask(person, "/accounts", "GET", "/accounts")
    ask(person, "/accounts/{id}", "GET", f"/accounts/{extra.get('id')}")
    once(person, "/accounts/{id}", "PATCH", f"/accounts/{extra.get('id')}", json={"name": "Other"})
    once(person, "/accounts/{id}", "DELETE", f"/accounts/{extra.get('id')}")
    ask(person, "/settings", "GET", "/settings")
    once(person, "/settings", "PATCH", "/settings", json={"purposes": ["order", "delivery"]})

    made = json_of(once(person, "/operators", "POST", "/operators", json={"code": "101", "name": "Anna"}))
    ask(person, "/operators", "GET", "/operators")
    ask(person, "/operators/{id}", "GET", f"/operators/{made.get('id')}")
    once(person, "/operators/{id}", "PATCH", f"/operators/{made.get('id')}", json={"name": "Anna K"})

    listed = json_of(once(person, "/checklists", "POST", "/checklists", json=checklist))
    ask(person, "/checklists", "GET", "/checklists")
    ask(person, "/checklists/{id}", "GET", f"/checklists/{listed.get('id')}")
    once(person, "/checklists/{id}", "PATCH", f"/checklists/{listed.get('id')}", json={"segments": checklist["segments"]})
    once(person, "/checklists/{id}/activate", "POST", f"/checklists/{listed.get('id')}/activate")
    ask(person, "/checklists/{id}/versions", "GET", f"/checklists/{listed.get('id')}/versions")
    ask(person, "/checklists/{id}/versions/{version}", "GET", f"/checklists/{listed.get('id')}/versions/1")

    once(person, "/records/estimate (json)", "POST", "/records/estimate", json={"duration_ms": 60000})
    with open(speech, "rb") as body:
        once(person, "/records/estimate (file)", "POST", "/records/estimate", files={"file": ("a.wav", body)})
    with open(speech, "rb") as body:
        record = json_of(once(person, "/records", "POST", "/records", data={"title": "One", "operator_code": "101"},
                              files={"file": ("a.wav", body)}))
    if not record:
        sys.exit("\n".join(probe.failures))
    here = f"/records/{record['id']}"
    end = time.monotonic() + 180
    while person.call("GET", here)["status"] not in ("COMPLETED", "FAILED"):
        if time.monotonic() > end:
            sys.exit("The call was not analysed within three minutes. Does dialix-analyzer run?")
        time.sleep(0.5)
    ask(person, "/records", "GET", "/records")
    ask(person, "/records?q=", "GET", "/records", params={"q": "morning"})
    ask(person, "/records/{id}", "GET", here)
    once(person, "/records/{id}", "PATCH", here, json={"title": "Two"})
    ask(person, "/records/{id}/transcript", "GET", here + "/transcript")
    ask(person, "/records/{id}/waveform", "GET", here + "/waveform")
    ask(person, "/records/{id}/audio", "GET", here + "/audio")
    ask(person, "/dashboard", "GET", "/dashboard")
    stream(person, "/events", "/events")
    ask(person, "/balance", "GET", "/balance")
    ask(person, "/transactions", "GET", "/transactions")
    ask(person, "/activity-logs", "GET", "/activity-logs")
    archive = json_of(once(person, "/privacy/exports", "POST", "/privacy/exports", json={"with_audio": False}))
    ask(person, "/privacy/exports", "GET", "/privacy/exports")
    there = f"/privacy/exports/{archive.get('id')}"
    end = time.monotonic() + 60
    while person.call("GET", there)["state"] in ("queued", "running") and time.monotonic() < end:
        time.sleep(0.5)
    ask(person, "/privacy/exports/{id}", "GET", there)
    ask(person, "/privacy/exports/{id}/file", "GET", there + "/file")
    once(person, "/privacy/exports/{id}", "DELETE", there)
    once(person, "/records/{id}/reprocess", "POST", here + "/reprocess")
    round_trips_security.people(probe, admin, person, company)
    round_trips_security.oneself(probe, stack, person, email)
    round_trips_security.integrations(probe, person)
    round_trips_security.privacy(probe, person, harness.upload(person, speech, "To be erased")["id"])
    once(person, "/records/{id}", "DELETE", here)
    once(person, "/operators/{id}", "DELETE", f"/operators/{made.get('id')}")
    once(person, "/checklists/{id}", "DELETE", f"/checklists/{listed.get('id')}")
    once(person, "/me/password", "POST", "/me/password",
         json={"current_password": "quiet-river-kettle-1", "new_password": "quiet-river-kettle-2"})
    ask(person, "/health", "GET", "/health")
    ask(admin, "/health/detailed", "GET", "/health/detailed")
    ask(admin, "/metrics", "GET", "/metrics")
    once(admin, "/metrics/reset", "POST", "/metrics/reset")
    once(person, "/auth/logout", "POST", "/auth/logout")

print(f"{'method':<7} {'endpoint':<32} {'trips':>5} {'db, ms':>8} {'total, ms':>10}  cache")
for name, method, trips, spent, total, cache in probe.rows:
    print(f"{method:<7} {name:<32} {'?' if trips is None else trips:>5} {spent:>8.1f} {total:>10.1f}  {cache}")
claims = harness.Claims()
known = [row for row in probe.rows if row[2] is not None]
over = [f"{row[1]} {row[0]}: {row[2]}" for row in known if row[2] > options.most]
claims.check("requests measured", len(known), not probe.failures, "; ".join(probe.failures))
missing = probe.without_a_row()
claims.check("operations without a row", len(missing), not missing, f"= 0 {'; '.join(missing)}")
claims.check("more round trips than allowed", len(over), not over, f"= 0 (most {options.most}) {'; '.join(over)}")
claims.finish(most=max(row[2] for row in known), mean=round(sum(row[2] for row in known) / len(known), 2))
