"""What runs Dialix on a machine: units, nginx's files, scripts/stack. Stacks are started on free ports under /var/tmp."""
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/integration"))  # for support.edge
PROGRAMS = re.compile(r"postgres|redis|nginx|dialix-")


def processes_in(folder):
    """Server processes whose working folder is inside: pid → program."""
    found, folder = {}, str(Path(folder).resolve())
    for proc in Path("/proc").iterdir():
        if not proc.name.isdigit():
            continue
        try:
            cwd, exe = os.readlink(proc / "cwd"), os.path.basename(os.readlink(proc / "exe"))
        except OSError:
            continue
        if (cwd == folder or cwd.startswith(folder + "/")) and PROGRAMS.match(exe):
            found[int(proc.name)] = exe
    return found


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "gave up waiting"
        time.sleep(0.05)


class Stack:
    """scripts/stack on one state folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def run(self, *arguments, check=True):
        done = subprocess.run(
            [str(ROOT / "scripts" / "stack"), *arguments, "--dir", str(self.folder)],
            capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"stack {arguments}: exit {done.returncode}\n{done.stderr[-4000:]}")
        return done

    def up(self, *arguments, check=True):
        return self.run("up", "--http-port", "0", "--https-port", "0", *arguments, check=check)

    def env(self):
        return dict(re.findall(r"^export (\w+)='(.*)'$", self.run("env").stdout, re.MULTILINE))

    def pid(self, service):
        return int((self.folder / "run" / f"{service}.pid").read_text().split()[0])

    def processes(self):
        return processes_in(self.folder)


@pytest.fixture(scope="session")
def new_stack():
    """Makes stacks and takes them down at the end, whatever happened to them."""
    made = []

    def make(inside=""):
        top = tempfile.mkdtemp(prefix="dialix-deploy-", dir="/var/tmp")
        os.chmod(top, 0o755)
        made.append((Path(top), Stack(Path(top) / inside / "state")))
        return made[-1][1]

    yield make
    for top, stack in made:
        stack.run("down", "--purge", check=False)
        assert not processes_in(top)
        subprocess.run(["rm", "-rf", str(top)], check=True)


@pytest.fixture(scope="session")
def stack(new_stack):
    running = new_stack()
    running.up()
    return running


@pytest.fixture
def package_nginx(tmp_path):
    from package_nginx import PackageNginx  # which takes what is above from here
    return PackageNginx(tmp_path)
