"""What only shows when many ask at once: small runs of tests/load."""
import os
import subprocess

from support.stack import ROOT


def test_many_concurrent_misses_of_one_key_are_computed_once(stack):
    done = subprocess.run([ROOT / "tests/load/stampede.py", "--readers", "60", "--workers", "2", "--rounds", "1", "--calls", "300"],
                          env={**os.environ, **stack.env}, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "round 1: computations" in done.stdout
