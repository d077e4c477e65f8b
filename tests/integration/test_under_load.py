"""What only shows when many ask at once: small runs of tests/load."""
import os
import subprocess

import pytest

from support.stack import BUILD, ROOT, Stack, sanitized


def test_many_concurrent_misses_of_one_key_are_computed_once(stack):
    done = subprocess.run([ROOT / "tests/load/stampede.py", "--readers", "60", "--workers", "2", "--rounds", "1", "--calls", "300"],
                          env={**os.environ, **stack.env}, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "round 1: computations" in done.stdout


@pytest.mark.own_stack
def test_a_flood_of_log_ins_fails_nobody_else_and_takes_bounded_memory():
    slack_mb = 2048 if sanitized(f"{BUILD}/bin/dialix-fcgi") else 48  # those keep notes of all memory and of each thread's past
    own = Stack.start()
    try:
        done = subprocess.run([ROOT / "tests/load/login_flood.py", "--seconds", "4", "--rate", "250", "--slack-mb", str(slack_mb)],
                              env={**os.environ, **own.env}, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)
    finally:
        own.stop()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert done.stdout.count("\nok ") >= 9 and "FAIL" not in done.stdout
