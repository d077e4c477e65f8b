"""systemd's own tools judge the units in a root that looks like an installed system."""
import os
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

UNITS = ["dialix-fcgi.socket", "dialix-fcgi.service", "dialix-analyzer.service"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A root with systemd's own units, ours, and files where the units expect programs."""
    root = tmp_path_factory.mktemp("root")
    for folder in ("etc/systemd/system", "usr/bin", "bin", "lib/systemd", "etc/dialix"):
        (root / folder).mkdir(parents=True)
    shutil.copytree("/lib/systemd/system", root / "lib/systemd/system", symlinks=True)
    for unit in UNITS:
        shutil.copy(ROOT / "systemd" / unit, root / "etc/systemd/system")
    for program in ("usr/bin/dialix-fcgi", "usr/bin/dialix-analyzer", "bin/kill"):
        (root / program).write_text("#!/bin/sh\n")
        (root / program).chmod(0o755)
    (root / "etc/dialix/dialix.env").touch()
    return root


def test_units_verify_without_a_word(installed):
    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={installed}", "--man=no", *(f"/etc/systemd/system/{u}" for u in UNITS)],
        capture_output=True, text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_verify_would_notice_a_wrong_unit(installed, tmp_path):
    broken = installed / "etc/systemd/system/dialix-broken.service"
    broken.write_text("[Service]\nExecStart=/usr/bin/not-there\nNoSuchKey=1\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={installed}", "--man=no", "/etc/systemd/system/dialix-broken.service"],
        capture_output=True, text=True,
    )
    broken.unlink()
    assert done.returncode != 0 and "NoSuchKey" in done.stderr


@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_exposure_is_low(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(ROOT / "systemd" / unit)], capture_output=True, text=True
    )
    level = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
    assert level <= 1.5, done.stdout


@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_wrong_configuration_is_not_started_again_and_again(unit):
    text = (ROOT / "systemd" / unit).read_text()
    assert "RestartPreventExitStatus=78\n" in text and "Restart=always\n" in text


@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_a_service_dumps_no_core_and_gains_nothing(unit):
    lines = (ROOT / "systemd" / unit).read_text().splitlines()
    for line in ("LimitCORE=0", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "PrivateUsers=yes", "KeyringMode=private",
                 "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "ProtectProc=invisible", "SystemCallArchitectures=native"):
        assert line in lines, line


def test_only_nginxs_group_reaches_the_fastcgi_socket():
    text = (ROOT / "systemd/dialix-fcgi.socket").read_text()
    assert "SocketMode=0660\n" in text and "SocketGroup=www-data\n" in text and "ListenStream=/run/dialix/fcgi.sock\n" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="making users and folders needs root")
def test_user_and_folders_are_made_as_the_units_want_them(tmp_path):
    (tmp_path / "etc").mkdir()
    for name in ("passwd", "group"):
        lines = [line for line in open(f"/etc/{name}") if not line.startswith("dialix:")]
        (tmp_path / "etc" / name).write_text("".join(lines))
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", str(ROOT / "systemd/sysusers.d/dialix.conf")], check=True, capture_output=True)
    group = re.search(r"^dialix:x:(\d+):(.*)$", (tmp_path / "etc/group").read_text(), re.MULTILINE)
    user = re.search(r"^dialix:x:(\d+):(\d+):.*:/usr/sbin/nologin$", (tmp_path / "etc/passwd").read_text(), re.MULTILINE)
    assert group[2] == "www-data" and user[2] == group[1]
    subprocess.run(
        ["systemd-tmpfiles", f"--root={tmp_path}", "--create", str(ROOT / "systemd/tmpfiles.d/dialix.conf")], check=True, capture_output=True
    )
    modes = {folder: oct((tmp_path / folder).stat().st_mode & 0o7777) for folder in ("run/dialix", "run/dialix/events", "var/lib/dialix/audio")}
    assert modes == {"run/dialix": "0o755", "run/dialix/events": "0o750", "var/lib/dialix/audio": "0o2750"}
    assert (tmp_path / "var/lib/dialix/audio").stat().st_uid == int(user[1])
