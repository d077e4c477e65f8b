"""wrk, and its figures as numbers."""
import json
import statistics
import subprocess
import tempfile

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


class Case:
    """Something that is measured once a round: the figures of all rounds."""

    def __init__(self, name, title, url, headers, connections, seconds):
        self.name, self.title, self.url, self.headers, self.connections, self.seconds = name, title, url, headers, connections, seconds
        self.rounds = []

    def measure(self):
        found = run(self.url, self.seconds, self.connections, self.headers)
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
