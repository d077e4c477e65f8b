#!/usr/bin/python3
"""The second part of scripts/bench: the load tests that docs/benchmarks.md shows, one after the other, on the stack of the environment.

  eval "$(scripts/stack env)" && tests/load/bench/under_load.py --report docs/benchmarks.md

What each prints stands in the report as it is, under the command that printed it.
"""
import argparse
import datetime
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
import harness  # noqa: E402
from report_text import UNDER_LOAD, write_part  # noqa: E402

TESTS = [  # (title, command, options of a quick run, or None: not in it)
    ("Round trips to PostgreSQL of each endpoint", ["round_trips.py"], []),
    ("Concurrent misses of one key", ["stampede.py"], ["--readers", "40", "--rounds", "1", "--calls", "300"]),
    ("Concurrent misses of one key that is also refreshed ahead", ["stampede.py", "--refresh-ahead", "90"], ["--readers", "40", "--rounds", "1", "--calls", "300"]),
    ("Redis and PostgreSQL fail", ["restarts.py"], ["--settle", "1", "--away", "1", "--calls", "300"]),
    ("Memory of the workers", ["memory.py"], ["--first", "1000", "--requests", "20000", "--calls", "300"]),
    ("Ten minutes of a realistic day of one company, with and without the cache", ["replay.py", "--companies", "1"],
     ["--seconds", "15", "--warm", "5", "--supervisors", "6", "--calls", "500", "--uploads", "400", "--edits", "600", "--think", "2", "--only", "with"]),
    ("The same of three companies that share those supervisors, each with a day's writes of its own", ["replay.py"], None),
]

NOT_IN_A_QUICK_RUN = ("hit rate", "PostgreSQL's time saved")  # claims that need the whole length


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="short runs: do they run, and is nothing wrong? How fast is not held against them")
    parser.add_argument("--report", type=Path, help="writes what was printed there, after what that file says of the comparison")
    return parser.parse_args()


def run(command, limit):
    """(exit status, what it printed), shown meanwhile."""
    lines = []
    with subprocess.Popen([HERE / command[0], *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True) as test:
        timer = threading.Timer(limit, test.terminate)  # also of one that says nothing any more
        try:
            timer.start()
            for line in test.stdout:
                print("  " + line, end="", flush=True)
                lines.append(line.rstrip())
        finally:
            timer.cancel()
            if test.poll() is None:
                test.terminate()  # it ends what it started
    return test.returncode, lines


def shown(lines):
    """Without the time of day, and the line for programs at the end."""
    return [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in lines if not line.startswith("{")]


def document(sections, minutes):
    yield UNDER_LOAD.format(day=datetime.date.today(), minutes=minutes)
    for title, command, lines in sections:
        yield f"### {title}\n\n`tests/load/{' '.join(command)}`\n\n```\n" + "\n".join(shown(lines)).strip() + "\n```\n"


def main():
    options = read_options()
    began, sections, failed = time.monotonic(), [], []
    for title, command, quick in TESTS:
        if options.quick and quick is None:
            continue
        harness.note(f"{title}: tests/load/{' '.join(command)}")
        status, lines = run(command + (quick if options.quick else []), 3600)
        claims = [line for line in lines if line.startswith(("ok ", "FAIL "))]
        if not claims:
            sys.exit(f"{command[0]} broke off ({status})")
        sections.append((title, command, lines))
        failed += [f"{command[0]}: {line}" for line in claims if line.startswith("FAIL ")
                   and not (options.quick and line.removeprefix("FAIL").strip().startswith(NOT_IN_A_QUICK_RUN))]
    if options.report:
        write_part(options.report, "\n".join(document(sections, round((time.monotonic() - began) / 60))), under_load=True)
        harness.note(f"written: {options.report}")
    if failed:
        sys.exit("\n".join(["does not hold:", *failed]))


if __name__ == "__main__":
    main()
