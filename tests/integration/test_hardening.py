"""What the running programs have given up: read from /proc, of a stack that serves."""
import re
from pathlib import Path

import pytest

from support.stack import sanitized

PROGRAMS = {"dialix-fcgi": 3, "dialix-analyzer": 1}  # how many there are at least: a master with two workers, an analyzer


@pytest.fixture(scope="module")
def processes(stack):
    """pid → program, of ours in this stack. Needs to see them: root, or their user's."""
    found, folder = {}, stack.folder.resolve()
    for proc in Path("/proc").iterdir():
        if not proc.name.isdigit():
            continue
        try:
            if (proc / "cwd").readlink() == folder and (program := (proc / "exe").readlink().name).startswith("dialix-"):
                found[int(proc.name)] = program
        except OSError:
            continue
    if not found:
        pytest.skip("the programs' /proc is closed to this user")
    for program, least in PROGRAMS.items():
        assert list(found.values()).count(program) >= least
    return found


def status(pid):
    return dict(re.findall(r"^(\w+):\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE))


def test_no_program_has_privileges_or_can_get_any(processes):
    for pid, program in processes.items():
        said = status(pid)
        assert said["NoNewPrivs"] == "1", program
        assert {int(said[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}, program
        assert "0" not in said["Uid"].split() and "0" not in said["Gid"].split() + said["Groups"].split(), program


def test_every_program_has_a_system_call_filter(processes):
    for pid, program in processes.items():
        assert status(pid)["Seccomp"] == "2", program


def test_no_program_dumps_core_or_lets_its_user_read_its_memory(processes):
    for pid, program in processes.items():
        assert re.search(r"^Max core file size +0 +0 ", Path(f"/proc/{pid}/limits").read_text(), re.MULTILINE), program
        # What is not dumpable belongs to root in /proc (proc(5)): the program's own user cannot open it.
        # What was built with a sanitizer reads itself (fcgi-app/confine/confine.h).
        if sanitized(f"/proc/{pid}/exe"):
            continue
        for name in ("mem", "environ", "maps"):
            assert Path(f"/proc/{pid}/{name}").stat().st_uid == 0, (program, name)


@pytest.fixture(scope="module")
def secrets(stack):
    """What must not be seen: the stack's secrets, and passwords within its URLs."""
    values = {line.strip() for file in (stack.folder / "secrets").iterdir() for line in file.read_text().splitlines()}
    assert len(values) >= 4 and all(len(value) >= 32 for value in values)
    return values


def of_the_stack(stack):
    """/proc entries of every process in the stack's folder: PostgreSQL, Redis and nginx as well."""
    folder = stack.folder.resolve()
    for proc in Path("/proc").iterdir():
        try:
            if proc.name.isdigit() and (proc / "cwd").readlink().is_relative_to(folder):
                yield proc
        except OSError:
            continue


@pytest.mark.parametrize("what", ["cmdline", "environ"])
def test_no_secret_is_among_the_arguments_or_in_the_environment(stack, processes, secrets, what):
    looked_at = 0
    for proc in of_the_stack(stack):
        try:
            text = (proc / what).read_bytes().decode("utf-8", "replace")
        except OSError:
            continue  # it has ended
        looked_at += 1
        assert not [value for value in secrets if value in text], (proc.name, what)
    assert looked_at >= len(processes) + 3


def test_the_child_that_opens_recordings_gets_no_environment():
    """It lives for milliseconds: what it is started with is read where it is written."""
    source = (Path(__file__).resolve().parents[2] / "fcgi-app/analysis/decode/child_process.cpp").read_text()
    assert re.search(r'char locale\[\] = "LC_ALL=C";.*\n\s*std::array<char\*, 2> environment\{locale, nullptr\};', source)
    assert "environ)" not in source and "environ," not in source


def test_no_secret_is_in_a_log(stack, processes, secrets):
    for log in (stack.folder / "log").glob("*.log"):
        text = log.read_text(errors="replace")
        assert not [value for value in secrets if value in text], log.name


def test_no_worker_has_file_descriptors_that_it_should_not(processes):
    """Neither the environment's files nor the secrets' folder stay open."""
    for pid, program in processes.items():
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(fd.readlink())
            except OSError:
                continue
            assert "/secrets/" not in target and not target.endswith("/env"), (program, target)
