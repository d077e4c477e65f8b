#!/usr/bin/python3
"""usage: sbom.py BIN_FOLDER PACKAGE_LOCK: a CycloneDX document on stdout.

Debian's part: the packages that own the shared libraries which the programs load, and the services that run beside them.
npm's part: what the lock file has for the web app itself (`npm sbom` leaves out packages that the build uses as well).
"""
import base64
import json
import pathlib
import re
import subprocess
import sys

BESIDE = ["nginx", "libnginx-mod-nchan", "postgresql-15", "redis-server", "pocketsphinx-en-us"]


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def owners(folder):
    libraries = set()
    for program in sorted(pathlib.Path(folder).glob("dialix*")):
        libraries |= set(re.findall(r"=> (/\S+)", output("ldd", str(program))))
    # Packages name a library by its place under /usr or, older ones, by the link to it.
    names = {str(pathlib.Path(path).resolve()) for path in libraries} | libraries
    names |= {name.removeprefix("/usr") for name in names}
    return {line.split(":")[0] for line in output("dpkg-query", "--search", *sorted(names)).splitlines() if ": " in line}


def component(package):
    fields = output("dpkg-query", "-W", "-f", "${Version}\t${Architecture}\t${source:Package}", package).split("\t")
    if len(fields) != 3:
        return None
    version, architecture, source = fields
    purl = f"pkg:deb/debian/{package}@{version}?arch={architecture}&distro=debian-12"
    return {"bom-ref": purl, "type": "library", "name": package, "version": version, "purl": purl,
            "properties": [{"name": "debian:source", "value": source}]}


def npm_components(lock_file):
    packages = json.loads(pathlib.Path(lock_file).read_text(encoding="utf-8"))["packages"]
    seen = {}
    for path, package in packages.items():
        if not path or package.get("dev") or package.get("optional") or package.get("devOptional"):
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{version}"
        algorithm, _, digest = package["integrity"].partition("-")
        seen[purl] = {"bom-ref": purl, "type": "library", "name": name, "version": version, "purl": purl,
                      "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
                      "licenses": [{"license": {"name": package.get("license", "unknown")}}]}
    return list(seen.values())


def main(folder, lock_file):
    debian = [part for part in map(component, sorted(owners(folder) | set(BESIDE))) if part]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                "metadata": {"component": {"type": "application", "name": "dialix"}},
                "components": debian + npm_components(lock_file)}
    json.dump(document, sys.stdout, indent=1)
    print()


main(*sys.argv[1:])
