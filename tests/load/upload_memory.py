#!/usr/bin/python3
"""A large upload costs a worker no memory: peak RSS growth of every dialix-fcgi process stays below the limit.

Peaks are VmHWM of /proc/PID/status, set back through /proc/PID/clear_refs before the upload. The workers are fresh
(SIGHUP): memory that an earlier request left in the heap, a password's hashing for one, would hide what the upload
takes. The recording is a WAV file of that size; it is deleted again, so nobody analyses it.
"""
import argparse
import json
import os
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import harness

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--megabytes", type=int, default=200)
arguments.add_argument("--limit-mb", type=float, default=8.0, help="allowed growth of a worker, MiB")
options = arguments.parse_args()

RATE = 44100  # Hz, stereo, 16 bit


def write_wav(path, size):
    block = os.urandom(1 << 20)
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", size - 8) + b"WAVEfmt " +
                  struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" + struct.pack("<I", size - 44))
        left = size - 44
        while left:
            left -= out.write(block[:left])


def status_kb(pid, field):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise SystemExit(f"/proc/{pid}/status has no {field}")


def fresh_workers():
    old = harness.pids_of(stack, "dialix-fcgi")
    master = int((stack.folder / "run" / "fcgi.pid").resolve().read_text().split()[0])
    stack.command("reload")
    end = time.monotonic() + 60
    while set(old) & set(harness.pids_of(stack, "dialix-fcgi")) != {master} or len(harness.pids_of(stack, "dialix-fcgi")) < 2:
        if time.monotonic() > end:
            raise SystemExit("The workers were not replaced within a minute.")
        time.sleep(0.1)


def reset_peak(pid):
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5\n")
    except OSError:
        pass  # another user's process: then the peak since its start counts


stack = harness.stack()
client = harness.admin(stack)
harness.fresh_company(client, "Load upload")
claims = harness.Claims()
with tempfile.TemporaryDirectory() as folder:
    small = harness.speech_files(folder)[0]
    harness.stack_build(stack)
    fresh_workers()
    for _ in range(8):  # every worker has served an upload before the measuring begins
        record = harness.upload(client, small, "warm-up", general="true")
        client.call("DELETE", f"/records/{record['id']}")
    big = Path(folder) / "big.wav"
    write_wav(big, options.megabytes * 1_000_000)
    pids = harness.pids_of(stack, "dialix-fcgi")
    for pid in pids:
        reset_peak(pid)
    before = {pid: status_kb(pid, "VmHWM") for pid in pids}
    output = Path(folder) / "answer.json"
    began = time.monotonic()
    # curl streams the file from disk; this process would otherwise hold it.
    cookies = "; ".join(f"{c.name}={c.value}" for c in client.http.cookies)
    code = subprocess.run(
        ["curl", "-sS", "-o", str(output), "-w", "%{http_code}", "--max-time", "300", "-H", f"Cookie: {cookies}", "-H",
         f"Origin: {client.url}", "-F", "title=big", "-F", "general=true", "-F", f"file=@{big}",
         f"{client.url}/api/v1/records?company_id={client.company}"],
        check=True, capture_output=True, text=True).stdout
    seconds = time.monotonic() - began
    after = {pid: status_kb(pid, "VmHWM") for pid in pids}
    answer = json.loads(output.read_text())
    stored = answer.get("file", {}).get("size_bytes") if code == "202" else None
    if code == "202":
        client.call("DELETE", f"/records/{answer['id']}")

print(f"\n{'pid':>8} {'before, MiB':>12} {'peak, MiB':>12} {'growth, MiB':>12}")
for pid in pids:
    print(f"{pid:>8} {before[pid] / 1024:>12.1f} {after[pid] / 1024:>12.1f} {(after[pid] - before[pid]) / 1024:>12.2f}")
growth = max(after[pid] - before[pid] for pid in pids) / 1024
claims.check("upload answered", code, code == "202", "= 202 " + ("" if code == "202" else str(answer)[:300]))
claims.check("bytes stored", stored, stored == options.megabytes * 1_000_000, f"= {options.megabytes * 1_000_000}")
claims.check("largest growth of a worker, MiB", f"{growth:.2f}", growth < options.limit_mb, f"< {options.limit_mb}")
claims.check("throughput, MB/s", f"{options.megabytes / seconds:.1f}", True, f"{seconds:.2f} s through nginx")
claims.finish()
