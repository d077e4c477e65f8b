"""The browser story of the web app as one test of the e2e suite; scripts/test-e2e tells each step by itself."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_story_of_the_web_app_in_a_real_browser():
    env = {name: value for name, value in os.environ.items() if not name.startswith("npm_")}
    told = subprocess.run([ROOT / "scripts/test-e2e"], env=env, text=True, capture_output=True, timeout=1200)
    print(told.stdout[-20000:])
    assert told.returncode == 0, told.stdout[-8000:] + told.stderr[-4000:]
