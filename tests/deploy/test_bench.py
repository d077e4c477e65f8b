"""scripts/bench runs from one end to the other, every peer says what we say, and nothing of it stays behind."""
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = ["Dialix, cached", "bare libfcgi + one Redis GET", "bare libfcgi, bytes from memory", "nginx, a static file", "php-fpm + phpredis, cached",
         "FastAPI + redis, cached", "Dialix, no cache", "FastAPI, a query per widget", "FastAPI, old style"]


def inside(folder):
    """Programs of the processes that work in this folder."""
    found = []
    for proc in Path("/proc").iterdir():
        try:
            if proc.name.isdigit() and Path(proc / "cwd").readlink().is_relative_to(folder):
                found.append(Path(proc / "exe").readlink().name)
        except OSError:
            continue
    return found


LOAD_TESTS = ["round_trips.py", "stampede.py", "stampede.py --refresh-ahead 90", "restarts.py", "memory.py", "replay.py --companies 1"]


def stacks():
    return set(Path("/var/tmp").glob("dialix-bench-*"))


@pytest.fixture
def place():
    """A folder that the peers' users may enter, and that no other run of pytest closes."""
    with tempfile.TemporaryDirectory(prefix="dialix-test-", dir="/var/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_quick_bench_measures_every_peer_and_leaves_nothing(place):
    folder, before = place / "bench", stacks()
    done = subprocess.run([ROOT / "scripts/bench", "--quick", "--dir", folder], capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for case in CASES:
        assert re.search(rf"^{re.escape(case)} +\d+ +[\d.]+ ", done.stdout, re.MULTILINE), f"no line of {case}:\n{done.stdout[-3000:]}"
    assert "dashboard,     6000 calls (large)" in done.stdout and "a medium word" in done.stdout
    for test in LOAD_TESTS:
        assert f"tests/load/{test}\n" in done.stdout, f"{test} did not run:\n{done.stdout[-3000:]}"
    assert "hit rate" in done.stdout and "stale reads" in done.stdout
    assert stacks() <= before
    assert not folder.exists() and inside(folder) == []
