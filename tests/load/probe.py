"""Books what each request costs in round trips to PostgreSQL, as Server-Timing tells it."""
import re

import harness
import yaml


class Probe:
    """Rows: (name, method, round trips or None, ms in the database, ms in all, cache)."""

    def __init__(self, admin):
        self.admin, self.rows, self.failures = admin, [], []

    def ask(self, client, name, method, path, again=True, want=(200, 201, 202, 204, 206), **kwargs):
        """Sends it once or twice and books the row; the last answer."""
        seen = []
        for _ in range(2 if again else 1):
            answer = client.send(method, path, **kwargs)
            if answer.status_code not in want:
                self.failures.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                self.rows.append((name, method, None, 0, 0, "-"))
                return answer
            seen.append(timing(answer))
        trips, spent, total, cache = max(seen, key=lambda one: one[0])
        if total is None:
            self.failures.append(f"{method} {path}: no Server-Timing")
        self.rows.append((name, method, trips, spent, total or 0, "/".join(one[3] for one in seen)))
        return answer

    def once(self, client, name, method, path, **kwargs):
        return self.ask(client, name, method, path, again=False, **kwargs)

    def stream(self, client, name, path):
        """A stream, which nginx answers without what the app says of its cost: counted by /metrics."""
        marks = [self.counted(), self.counted()]
        with client.send("GET", path, stream=True, headers={"Accept": "text/event-stream"}) as answer:
            if answer.status_code != 200:
                self.failures.append(f"GET {path}: {answer.status_code}")
        marks.append(self.counted())
        self.rows.append((name, "GET", int(marks[2] - marks[1] - (marks[1] - marks[0])), 0, 0, "-"))

    def counted(self):
        """Round trips of all workers so far; this costs some too."""
        return float(re.search(r"^dialix_db_round_trips_total ([\d.e+]+)", self.admin.send("GET", "/metrics").text, re.MULTILINE)[1])

    def without_a_row(self):
        """Operations of the API that nothing here asked for."""
        paths = yaml.safe_load((harness.ROOT / "docs/openapi.yaml").read_text())["paths"]
        every = {(method.upper(), path.removeprefix("/api/v1")) for path, operations in paths.items() for method in operations if method != "parameters"}
        return sorted(f"{method} {path}" for method, path in every - {(row[1], re.split(r"[? ]", row[0])[0]) for row in self.rows})


def timing(answer):
    header = answer.headers.get("Server-Timing", "")
    trips = re.search(r'db;[^,]*desc="?(\d+)', header)
    spent = re.search(r"\bdb;dur=([\d.]+)", header)
    total = re.search(r"total;dur=([\d.]+)", header)
    cache = re.search(r"cache;desc=\"?(\w+)", header)
    return (int(trips.group(1)) if trips else 0, float(spent.group(1)) if spent else 0.0,
            float(total.group(1)) if total else None, cache.group(1) if cache else "-")


def json_of(answer):
    return answer.json() if answer.ok and answer.content else {}
