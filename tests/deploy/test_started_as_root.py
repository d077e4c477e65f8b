"""Programs that were started as root, as without systemd's User=: they serve as somebody else, or not at all."""
import os
import pwd
import re
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, wait_until

BUILD = Path(os.environ.get("DIALIX_BUILD") or ROOT / "build/release")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
NO_RESPAWN = 78  # EX_CONFIG


@pytest.fixture
def start(stack, tmp_path):
    """start(program, NAME=VALUE) runs it as root with the stack's settings and a socket of its own."""
    settings = dict(line.split("=", 1) for line in (stack.folder / "env").read_text().splitlines())
    running = []

    def run(program, **more):
        environment = {"PATH": "/usr/bin:/bin", **settings, "FCGI_SOCKET": str(tmp_path / "fcgi.sock"), **more}
        log = open(tmp_path / f"log-{len(running)}", "w+")
        process = subprocess.Popen([BUILD / "bin" / program], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=tmp_path)
        process.said = lambda: Path(log.name).read_text()
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture
def user(stack):
    """Whom the stack's own programs run as."""
    return pwd.getpwuid(int(status(stack.pid("fcgi"))["Uid"].split()[0]))


def status(pid):
    return dict(re.findall(r"^(\w+):\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE))


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("program", ["dialix-fcgi", "dialix-analyzer"])
@pytest.mark.parametrize("settings, told", [({}, "set FCGI_USER"), ({"FCGI_USER": "root"}, "root"), ({"FCGI_USER": "nobody-at-all"}, "no user"),
                                            ({"FCGI_USER": "nobody", "FCGI_GROUP": "root"}, "root")])
def test_without_somebody_to_become_it_does_not_serve(start, program, settings, told):
    process = start(program, **settings)
    assert process.wait(30) == NO_RESPAWN
    assert told in process.said()


def test_the_workers_of_a_root_master_are_somebody_without_any_way_back(start, user):
    master = start("dialix-fcgi", FCGI_USER=user.pw_name)
    wait_until(lambda: '"serving"' in master.said() or master.poll() is not None)
    assert master.poll() is None, master.said()
    workers = children(master.pid)
    assert len(workers) == 2
    for pid in workers:
        said = status(pid)
        numbers = set(said["Uid"].split() + said["Gid"].split() + said["Groups"].split())
        assert numbers == {str(user.pw_uid), str(user.pw_gid)}
        assert {int(said[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
        assert (said["NoNewPrivs"], said["Seccomp"], said["Seccomp_filters"]) == ("1", "2", "2")
    assert status(master.pid)["NoNewPrivs"] == "1"


def test_told_so_it_serves_as_root(start):
    master = start("dialix-fcgi", FCGI_ALLOW_ROOT="true")
    wait_until(lambda: '"serving"' in master.said() or master.poll() is not None)
    assert master.poll() is None and status(children(master.pid)[0])["Uid"].split()[0] == "0"


def test_an_analyzer_becomes_somebody_itself(start, user):
    analyzer = start("dialix-analyzer", FCGI_USER=user.pw_name)
    wait_until(lambda: "analyzer_started" in analyzer.said() or analyzer.poll() is not None)
    said = status(analyzer.pid)
    assert set(said["Uid"].split()) == {str(user.pw_uid)}
    assert {int(said[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")} == {0} and said["Seccomp"] == "2"
