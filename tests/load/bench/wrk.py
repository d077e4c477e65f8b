"""wrk, and its figures as numbers; and clients that wait for every answer, for what takes seconds."""
import http.client
import json
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse

LUA = """
local paths = {%s}
local n = %d
if #paths > 0 then
  request = function()
    n = n + 1
    return wrk.format("GET", paths[n %% #paths + 1])
  end
end
done = function(summary, latency, requests)
  io.write(string.format('RESULT {"requests":%%d,"us":%%d,"bytes":%%d,"bad":%%d,"broken":%%d,"p50":%%.3f,"p99":%%.3f,"max":%%.3f}\\n',
    summary.requests, summary.duration, summary.bytes, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""


def run(url, seconds, connections, headers=None, threads=2, paths=()):
    """One run. Gives {rate (req/s), p50, p99, max (ms), bad (not 2xx or 3xx), broken (connections), bytes, requests}."""
    threads = min(threads, connections)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % (",".join(json.dumps(path) for path in paths), 0))
        script.flush()
        command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "120s", "-s", script.name]
        for name, value in (headers or {}).items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 180)
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise SystemExit(f"wrk said: {done.stdout}{done.stderr}")
    found = json.loads(line.removeprefix("RESULT "))
    found["rate"] = found["requests"] / (found["us"] / 1e6)
    return found


def run_patiently(url, seconds, connections, headers):
    """As run, but what is under way at the end is waited for and counts. wrk would leave it to the server, which then works on it
    while the next one is measured."""
    address, times, bad, lock, began = urllib.parse.urlsplit(url), [], [], threading.Lock(), time.monotonic()

    def ask():
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=300)
        while time.monotonic() < began + seconds:
            since = time.monotonic()
            connection.request("GET", address.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            with lock:
                times.append((time.monotonic() - since) * 1000)
                if answer.status != 200:
                    bad.append(body)

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    spent = time.monotonic() - began
    return {"requests": len(times), "rate": len(times) / spent, "us": spent * 1e6, "p50": statistics.median(times), "p99": times[int(len(times) * 0.99)],
            "max": times[-1], "bad": len(bad), "broken": 0, "bytes": 0}


class Case:
    """Something that is measured once a round: the figures of all rounds. base: the name of the case of ours that it is compared with."""

    def __init__(self, name, title, url, headers, connections, seconds, base="ours", patient=False):
        self.name, self.title, self.url, self.headers, self.connections, self.seconds, self.base = name, title, url, headers, connections, seconds, base
        self.run = run_patiently if patient else run
        self.rounds = []

    def measure(self):
        found = self.run(self.url, self.seconds, self.connections, self.headers)
        if found["bad"] or found["broken"]:
            raise SystemExit(f"{self.title}: {found['bad']} answers were no success, {found['broken']} connections broke: {found}")
        self.rounds.append(found)
        return found

    def median(self, figure):
        return statistics.median(one[figure] for one in self.rounds)

    def spread(self, figure="rate"):
        """(largest − smallest) / median, in percent."""
        values = [one[figure] for one in self.rounds]
        return 100 * (max(values) - min(values)) / statistics.median(values)
