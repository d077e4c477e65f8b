"""Who may do what, as people read it: the table of docs/security.md; and the routes as the program has them."""
import json
import re
import subprocess
from functools import cache
from types import SimpleNamespace

from .stack import BUILD, ROOT

COMPANY_ROLES = ("company_admin", "supervisor", "user", "viewer", "operator")


@cache
def permissions_by_role():
    """{role: {permission}} from the table under "Roles and permissions": a row a permission, a column a role."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    section = text.split("\n## Roles and permissions", 1)[1]
    rows = [[cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
            for line in re.findall(r"^\|.*\|$", section.split("\n#", 1)[0], re.MULTILINE)]
    header, body = rows[0], rows[2:]
    held = {role: set() for role in header[1:]}
    for row in body:
        for role, mark in zip(header[1:], row[1:]):
            if mark:
                held[role].add(row[0])
    return held


@cache
def routes():
    """What `dialix-fcgi --routes` prints."""
    done = subprocess.run([f"{BUILD}/bin/dialix-fcgi", "--routes"], capture_output=True, text=True, check=True, timeout=30)
    return [SimpleNamespace(**row) for row in json.loads(done.stdout)]
