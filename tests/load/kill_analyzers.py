#!/usr/bin/python3
"""kill -9 of analyzers at random moments while jobs run: every job ends COMPLETED, each is charged once, none twice.

Stops the stack's analyzer, runs its own two, kills one of them at a random moment, starts another in its place, until
KILLS are done; then lets them finish and looks into the database. The kills are spread over the work: on a slow machine
they wait until about as large a part of the jobs is done, or nobody would ever finish one between two of them. Restores
the stack's analyzer at the end.
"""
import argparse
import os
import random
import signal
import tempfile
import time

import harness

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--jobs", type=int, default=100)
arguments.add_argument("--kills", type=int, default=50)
arguments.add_argument("--analyzers", type=int, default=2)
arguments.add_argument("--shortest", type=float, default=0.2, help="s from one kill to the next, at least")
arguments.add_argument("--longest", type=float, default=3.0, help="s from one kill to the next, at most")
arguments.add_argument("--lease", type=int, default=5, help="JOB_LEASE of the analyzers, s")
arguments.add_argument("--limit", type=float, default=900, help="s for the whole of it")
arguments.add_argument("--seed", type=int, default=None)
options = arguments.parse_args()
KILLS_AHEAD = 8  # so many more than their share of the finished jobs
seed = options.seed if options.seed is not None else random.randrange(10**6)
chance = random.Random(seed)

stack = harness.stack()
build = harness.stack_build(stack)
client = harness.admin(stack)
company = harness.fresh_company(client, "Load kill")
database = stack.connect()


def sql(statement, *values):
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def open_jobs():
    return sql("select count(*) from job where company_id = %s and state in ('queued', 'running')", company)[0][0]


def running_jobs():
    return sql("select count(*) from job where company_id = %s and state = 'running'", company)[0][0]


def start(log):
    return harness.launch(stack, build / "dialix-analyzer", log, {"JOB_LEASE": str(options.lease)})


claims = harness.Claims()
began = time.monotonic()
deadline = began + options.limit
harness.note(f"seed {seed}; programs of {build}")
stack.command("stop", "analyzer")
analyzers, kills, kills_midway = [], 0, 0
try:
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "wb") as log:
        files = harness.speech_files(folder)
        for number in range(options.jobs):
            harness.upload(client, files[number % len(files)], f"job {number}", general="true")
        harness.note(f"{options.jobs} jobs are queued")
        working = time.monotonic()
        analyzers = [start(log) for _ in range(options.analyzers)]
        while kills < options.kills and open_jobs() > 0 and time.monotonic() < deadline:
            due = (kills - KILLS_AHEAD) * options.jobs / options.kills
            while options.jobs - open_jobs() < due and time.monotonic() < deadline:
                time.sleep(0.2)
            time.sleep(chance.uniform(options.shortest, options.longest))
            victim = chance.randrange(len(analyzers))
            kills_midway += 1 if running_jobs() > 0 else 0
            os.kill(analyzers[victim].pid, signal.SIGKILL)
            analyzers[victim].wait()
            analyzers[victim] = start(log)
            kills += 1
            if kills % 10 == 0:
                harness.note(f"{kills} kills, {open_jobs()} jobs to go")
        while open_jobs() > 0 and time.monotonic() < deadline:
            time.sleep(1)
        seconds = time.monotonic() - working
        # An analyzer that dies takes its media child with it.
        time.sleep(1)
        children = [pid for pid in harness.pids_of(stack, "dialix-media")]
        for analyzer in analyzers:
            analyzer.terminate()
        for analyzer in analyzers:
            analyzer.wait(timeout=60)
        analyzers = []
finally:
    for analyzer in analyzers:
        analyzer.kill()
        analyzer.wait()
    stack.command("start", "analyzer")

states = dict(sql("select status, count(*) from record where company_id = %s group by 1", company))
charges = sql("select record_id, count(*) from transaction where company_id = %s and type = 'charge' group by 1", company)
balance, reserved = sql("select balance_minor, reserved_minor from company where id = %s", company)[0]
topups, charged = sql("""select coalesce(sum(amount_minor) filter (where type = 'topup'), 0)::bigint,
                         coalesce(-sum(amount_minor) filter (where type = 'charge'), 0)::bigint
                         from transaction where company_id = %s""", company)[0]
cost = sql("select coalesce(sum(cost_minor), 0)::bigint from record where company_id = %s", company)[0][0]
results = sql("select count(*) from result where company_id = %s", company)[0][0]
transcripts = sql("select count(*) from transcript where company_id = %s", company)[0][0]
lost, failures = sql("select coalesce(sum(losses), 0), coalesce(max(losses), 0) from job where company_id = %s", company)[0]
database.close()

claims.check("kills (kill -9)", kills, kills == options.kills, f"= {options.kills}")
claims.check("of them with jobs under way", kills_midway, kills_midway >= options.kills // 2, f">= {options.kills // 2}")
claims.check("leases lost and taken over", int(lost), lost > 0, "> 0")
claims.check("records COMPLETED", states.get("COMPLETED", 0), states == {"COMPLETED": options.jobs}, f"= {options.jobs}")
claims.check("records with a charge", len(charges), len(charges) == options.jobs, f"= {options.jobs}")
claims.check("records charged twice", sum(1 for _, n in charges if n > 1), all(n == 1 for _, n in charges), "= 0")
claims.check("charged, minor units", charged, charged == cost, f"= {cost}, what the records cost")
claims.check("balance, minor units", balance, balance == topups - cost, f"= {topups - cost}")
claims.check("still reserved", reserved, reserved == 0, "= 0")
claims.check("results", results, results == options.jobs, f"= {options.jobs}")
claims.check("transcripts", transcripts, transcripts == options.jobs, f"= {options.jobs}")
claims.check("media children left behind", len(children), not children, "= 0")
claims.finish(seconds=round(seconds, 1), seed=seed, most_losses_of_one_job=int(failures))
