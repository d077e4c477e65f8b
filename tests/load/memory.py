#!/usr/bin/python3
"""Memory of the workers stays flat: resident size after 10,000 requests against after 1,000,000.

wrk asks for what a browser asks for, cached and not, with several sessions. A size that still grows at the end would be a leak.
"""
import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
import fill  # noqa: E402
import harness  # noqa: E402
import measures  # noqa: E402
import wrk  # noqa: E402

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--first", type=int, default=10_000, help="requests after which the size is taken first")
arguments.add_argument("--requests", type=int, default=1_000_000)
arguments.add_argument("--calls", type=int, default=2000)
arguments.add_argument("--connections", type=int, default=32)
arguments.add_argument("--limit-mb", type=float, default=4.0, help="allowed growth of a worker, MiB")
arguments.add_argument("--limit", type=float, default=1800, help="s for all of it")
options = arguments.parse_args()

stack = harness.stack()
build = harness.stack_build(stack)
admin = harness.admin(stack)
company = fill.make_company(admin, "Memory", options.calls, operators=5)
fill.fill_and_count(stack, build, [company])
cookie = next(iter(harness.Client(stack.url, fill.person(admin, company)).http.cookies)).value
records = [row[0] for row in measures.sql(stack, "select id::text from record where company_id = %s limit 20", company.id)]
paths = ["/api/v1/dashboard", "/api/v1/records?limit=50", "/api/v1/operators", "/api/v1/me", "/api/v1/balance"] * 4
paths += [f"/api/v1/dashboard?operator_id={one}" for one in company.operators] + [f"/api/v1/records/{one}" for one in records[:5]]
paths += ["/api/v1/nothing-here", "/api/v1/records?limit=0"]  # refusals hold memory as well

done, sizes, began = 0, [], time.monotonic()
pids = measures.workers(stack)
print(f"{'requests':>10} {'s':>7}  resident, MiB, of the workers {pids}")
marks = sorted({options.first, *(options.requests * n // 10 for n in range(1, 11))})
for mark in marks:
    while done < mark and time.monotonic() - began < options.limit:
        seconds = 1 if mark - done < 20_000 else 5
        found = wrk.run(stack.url, seconds, options.connections, {"Cookie": f"dialix={cookie}"}, paths=paths)
        if found["broken"]:
            sys.exit(f"connections broke: {found}")
        done += found["requests"]
    sizes.append((done, [measures.resident_kb(pid) / 1024 for pid in pids]))
    print(f"{done:>10} {time.monotonic() - began:>7.0f}  {'  '.join(f'{size:.1f}' for size in sizes[-1][1])}", flush=True)

claims = harness.Claims()
claims.check("workers that are still the same", len(pids), measures.workers(stack) == pids, f"= {len(pids)}")
claims.check("requests", done, done >= options.requests, f">= {options.requests}")
for number, pid in enumerate(pids):
    first, last = sizes[0][1][number], sizes[-1][1][number]
    claims.check(f"worker {pid}: growth, MiB", f"{last - first:.1f}", last - first < options.limit_mb, f"< {options.limit_mb} ({first:.1f} → {last:.1f})")
claims.finish()
