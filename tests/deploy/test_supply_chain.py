"""What we are made of: the bill of materials names it, and it comes from where we say."""
import json
import os
import re
import subprocess

from conftest import ROOT

BUILD = os.environ.get("DIALIX_BUILD") or str(ROOT / "build" / "release")


def test_the_bill_of_materials_names_what_programs_load_and_browsers_get(tmp_path):
    out = tmp_path / "sbom.json"
    subprocess.run([ROOT / "scripts" / "sbom", "--build", BUILD, out], check=True, capture_output=True, timeout=120)
    document = json.loads(out.read_text())
    assert document["bomFormat"] == "CycloneDX"
    purls = {part["purl"].split("@")[0] if part["purl"].startswith("pkg:deb") else part["purl"].rsplit("@", 1)[0] for part in document["components"]}
    for package in ("libpq5", "libfcgi0ldbl", "libssl3", "libargon2-1", "libarchive13", "libcurl4", "nginx", "postgresql-15"):
        assert f"pkg:deb/debian/{package}" in purls
    direct = json.loads((ROOT / "frontend" / "package.json").read_text())["dependencies"]
    for package in direct:
        assert "pkg:npm/" + package.replace("@", "%40", 1) in purls, package
    assert all(part.get("version") for part in document["components"])


def test_the_lock_file_pins_every_package_by_its_hash():
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if name and not package.get("link") and not package.get("integrity")]


def test_no_committed_file_names_a_registry():
    """A registry's address in a lock file would decide where everybody downloads from."""
    files = subprocess.run(["git", "ls-files", "-z", "*lock.json", "*.npmrc", "scripts", "frontend/package.json"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    named = [name for name in files if name and re.search(r'"resolved"|registry\s*=\s*http|registry\.npmjs', (ROOT / name).read_text(errors="replace"))]
    assert not named


def test_a_server_without_a_compiler_gets_every_library_of_the_programs():
    """scripts/setup run names the package of whatever the programs were linked with."""
    listed = re.search(r"^run=\(\n(.*?)^\)", (ROOT / "scripts" / "setup").read_text(), re.MULTILINE | re.DOTALL)[1].split()
    needed = set()
    for program in ("dialix-fcgi", "dialix-analyzer", "dialix-media", "dialixctl"):
        dynamic = subprocess.run(["readelf", "-dW", f"{BUILD}/bin/{program}"], check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
        needed |= set(re.findall(r"\(NEEDED\).*\[([^\]]+)\]", dynamic))
    assert "libpq.so.5" in needed
    owners = {library: subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout for library in needed}
    missing = {library for library, found in owners.items() if not {line.split(":")[0] for line in found.splitlines()} & set(listed)}
    assert not missing, missing
