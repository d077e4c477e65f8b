"""GET /events: a server-sent event for each change of a call, to its own company only."""
import json
import threading

import pytest

EVENTS = "/api/v1/events"


class Listener:
    """Reads an event stream in a thread; events are (name, data)."""

    def __init__(self, client, document, query=None):
        self.events, self.changed = [], threading.Condition()
        self.response = client.session.get(client.base_url + EVENTS, params=query, stream=True, timeout=(10, 90),
                                           headers={"Accept": "text/event-stream"})
        document.check_response(document.by_id["streamEvents"], self.response.status_code, self.response.headers, b"")
        assert self.response.headers["Content-Type"].startswith("text/event-stream")
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        name, data = None, []
        try:
            for line in self.response.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].strip())
                elif not line and data:
                    with self.changed:
                        self.events.append((name, "\n".join(data)))
                        self.changed.notify_all()
                    name, data = None, []
        except Exception:  # closed by the test
            pass

    def wait(self, condition, seconds=60):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self.events), seconds), f"saw only {self.events}"
            return list(self.events)

    def close(self):
        self.response.close()


def statuses(events, record_id):
    return [json.loads(data)["status"] for name, data in events if name == "record" and json.loads(data)["id"] == record_id]


def test_an_upload_is_seen_live_to_its_end_by_its_company_alone(world, sounds, document):
    ours, theirs = world.company(), world.company()
    here, there = Listener(ours.as_("viewer"), document), Listener(theirs.as_("viewer"), document)
    try:
        record = ours.upload(sounds.stereo)
        events = here.wait(lambda seen: "COMPLETED" in statuses(seen, record["id"]))
        for name, data in events:
            assert name == "record"
            document.check_value("RecordEvent", json.loads(data))
        progress = [json.loads(data)["progress"] for _, data in events]
        assert progress == sorted(progress) and progress[-1] == 100
        assert {"PROCESSING", "COMPLETED"} <= set(statuses(events, record["id"]))
        # Their own call proves that the other stream is alive and that ours never came by on it.
        other = theirs.upload(sounds.beep)
        seen = there.wait(lambda seen: "COMPLETED" in statuses(seen, other["id"]))
        assert {json.loads(data)["id"] for _, data in seen} == {other["id"]}
    finally:
        here.close()
        there.close()


def test_a_stream_needs_a_session_and_one_company(anonymous, admin, company):
    anonymous.get(EVENTS, expect=401, headers={"Accept": "text/event-stream"})
    admin.get(EVENTS, expect=422, headers={"Accept": "text/event-stream"})


@pytest.mark.parametrize("address", ["/_events/%s", "/publish/%s"])
def test_channels_are_not_reachable_around_the_app(company, stack, address):
    response = company.as_("viewer").session.get(stack.url + address % company.id, timeout=10, headers={"Accept": "text/event-stream"})
    assert response.status_code == 404 or response.headers["Content-Type"].startswith("text/html")
