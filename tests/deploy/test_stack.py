"""scripts/stack as its users treat it: twice, side by side, killed, misused."""
import ctypes
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests
from conftest import wait_until


SERVICES = ["pg", "redis", "fcgi", "analyzer", "nginx"]


def test_up_again_changes_nothing_and_says_so(stack):
    before = {name: stack.pid(name) for name in SERVICES}
    again = stack.run("up")
    assert "already up" in again.stderr
    assert {name: stack.pid(name) for name in SERVICES} == before


def test_status_is_zero_only_when_all_runs(stack, new_stack):
    assert stack.run("status").returncode == 0
    assert new_stack().run("status", check=False).returncode == 3


def test_nothing_of_it_runs_as_root(stack):
    programs = stack.processes()
    assert len([exe for exe in programs.values() if exe.startswith("dialix-")]) >= 4  # a master, two workers, an analyzer
    assert {name for name in SERVICES if stack.pid(name) in programs} == set(SERVICES)
    assert all(os.stat(f"/proc/{pid}").st_uid != 0 for pid in programs)


def test_env_is_what_a_shell_can_read(stack):
    shell = subprocess.run(
        ["sh", "-c", 'eval "$1"; curl -s -o /dev/null -w "%{http_code}" "$DIALIX_URL/health"; psql -Atc "select 1" "$DATABASE_URL"',
         "sh", stack.run("env").stdout], capture_output=True, text=True,
    )
    assert shell.stdout == "2001\n", shell.stderr


def test_the_application_role_cannot_bypass_row_level_security(stack):
    done = subprocess.run(
        ["psql", "-XAtc", "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user",
         stack.env()["DATABASE_URL"]], capture_output=True, text=True, check=True,
    )
    assert done.stdout == "f|f|f|f\n"


def test_two_stacks_run_side_by_side_and_one_leaves_the_other_alone(stack, new_stack):
    other = new_stack()
    other.up()
    assert other.env()["DIALIX_URL"] != stack.env()["DIALIX_URL"]
    assert requests.get(other.env()["DIALIX_URL"] + "/health").status_code == 200
    running = other.processes()
    other.run("down")
    assert other.processes() == {} and len(running) > 5
    assert requests.get(stack.env()["DIALIX_URL"] + "/health").status_code == 200
    other.run("up")
    assert requests.get(other.env()["DIALIX_URL"] + "/health").status_code == 200
    other.run("down", "--purge")
    assert not other.folder.exists()


def test_a_path_too_long_for_a_unix_socket_is_no_obstacle(new_stack):
    deep = new_stack("a-rather-long-name/" * 6)
    deep.up()
    assert requests.get(deep.env()["DIALIX_URL"] + "/health").status_code == 200
    short_folder = os.readlink(deep.folder / "run")
    deep.run("down", "--purge")
    assert not os.path.exists(short_folder)


def test_up_mends_what_was_killed(stack):
    survivor = stack.pid("analyzer")
    for name in ("nginx", "fcgi", "redis", "pg"):
        os.kill(stack.pid(name), signal.SIGKILL)
    wait_until(lambda: stack.run("status", check=False).returncode == 3)
    stack.run("up")
    assert stack.run("status").returncode == 0
    assert stack.pid("analyzer") == survivor


@pytest.fixture
def unreaped():
    """Ended processes that lost their parent stay zombies for as long as the test runs, as under a container's idle first process."""
    set_child_subreaper = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(set_child_subreaper, 1, 0, 0, 0) == 0
    yield
    assert prctl(set_child_subreaper, 0, 0, 0, 0) == 0


def test_up_mends_what_was_killed_and_never_waited_for(unreaped, new_stack):
    killed = new_stack()
    killed.up()
    pids = [killed.pid(name) for name in ("nginx", "fcgi", "analyzer", "redis", "pg")]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    killed.run("up")
    assert [Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] for pid in pids] == ["Z"] * len(pids)
    assert killed.run("status").returncode == 0
    killed.run("down")


def test_down_leaves_nothing_even_after_a_kill(new_stack):
    killed = new_stack()
    killed.up()
    for name in ("nginx", "fcgi"):
        os.kill(killed.pid(name), signal.SIGKILL)
    killed.run("down")
    assert killed.processes() == {}


def test_a_taken_port_is_refused_with_what_to_do(new_stack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = new_stack().run("up", "--http-port", str(taken.getsockname()[1]), "--https-port", "0", check=False)
    assert refused.returncode == 1 and "in use" in refused.stderr and "--http-port" in refused.stderr


@pytest.mark.parametrize("arguments, told", [
    (["up", "--build", "/var/empty"], "no dialix-fcgi in /var/empty/bin"),
    (["up", "--http-port", "http"], "A port is a number"),
    (["restart", "postgres"], "there are: pg redis"),
    (["begin"], "does not know 'begin'"),
])
def test_a_wrong_call_is_refused_with_a_reason(new_stack, arguments, told):
    done = new_stack().run(*arguments, check=False)
    assert done.returncode == 1 and told in done.stderr


def test_a_wrong_setting_is_named_before_the_server_starts(new_stack):
    wrong = new_stack()
    done = wrong.up("--set", "FCGI_THREADS=many", check=False)
    assert done.returncode == 1 and "FCGI_THREADS" in done.stderr
    wrong.up("--set", "FCGI_THREADS=40")
    assert "FCGI_THREADS=40\n" in (wrong.folder / "env").read_text()
    assert wrong.run("status").returncode == 0


def test_reload_replaces_the_workers_and_keeps_the_master(stack):
    master = stack.pid("fcgi")
    workers = {pid for pid, exe in stack.processes().items() if exe == "dialix-fcgi"} - {master}
    assert workers
    stack.run("reload")
    wait_until(lambda: not workers & set(stack.processes()), 60)
    assert stack.pid("fcgi") == master
    assert requests.get(stack.env()["DIALIX_URL"] + "/health").status_code == 200
