"""The statements of the programs: those that the sources name, and those that PostgreSQL has logged with their parameters and
their tenant."""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[(\d+)\] (\S*) (\w+):  ", re.MULTILINE)


def named_in_sources():
    """name → file, of every `Statement kX{"name", …` of fcgi-app."""
    found = {}
    for path in sorted((ROOT / "fcgi-app").rglob("*.cpp")) + sorted((ROOT / "fcgi-app").rglob("*.h")):
        for name in re.findall(r"\bStatement\s+k\w+\s*(?:=\s*)?\{\s*\"(\w+)\"", path.read_text()):
            found[name] = str(path.relative_to(ROOT))
    for path in (ROOT / "fcgi-app/privacy/export").glob("tables_*.cpp"):  # a statement for each table, made by sql.cpp
        text = path.read_text()
        for name in re.findall(r"ExportTable (?:\w+\(\) \{\s+(?:return |ExportTable table))?(?:\w+)?\{\s*\"(\w+)\"", text):
            found["export_" + name] = str(path.relative_to(ROOT))
    return found


class Sample:
    """One run of a statement: its text, its parameters as SQL literals, and whose scope it had."""

    def __init__(self, sql, parameters, scope):
        self.sql, self.parameters, self.scope = sql, parameters, scope

    def given(self):
        """The ids among its parameters."""
        return set(re.findall(UUID, " ".join(self.parameters)))


def entries(path):
    """(pid, user, kind, text) of each entry of PostgreSQL's log; a text may have many lines."""
    with open(path, encoding="utf-8", errors="replace") as log:
        head, lines = None, []
        for line in log:
            match = ENTRY.match(line)
            if match:
                if head:
                    yield *head, "".join(lines)
                head, lines = match.groups(), [line[match.end():]]
            else:
                lines.append(line.removeprefix("\t"))
        if head:
            yield *head, "".join(lines)


def literals(text):
    """"$1 = 'a''b', $2 = NULL" → ["'a''b'", "NULL"]."""
    return re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", text)


def logged(path, most=6):
    """name → samples, at most so many of each, and those of different companies first."""
    found, running, scopes = {}, {}, {}
    for pid, user, kind, text in entries(path):
        if user != "dialix_app":
            continue
        if kind == "LOG":
            match = re.match(r"duration: [\d.]+ ms  execute (\w+): (.*)", text, re.DOTALL)
            running[pid] = match.groups() if match else None
            if match:
                keep(found, pid, match[1], match[2].strip(), [], scopes, most)
        elif kind == "DETAIL" and running.get(pid) and text.lower().startswith("parameters: "):
            name, sql = running.pop(pid)
            values = literals(text)
            if name in ("set_scope", "set_scope_and_session"):
                scopes[pid] = tuple(value.strip("'") for value in values[:2])
            else:
                keep(found, pid, name, sql.strip(), values, scopes, most)
    return found


def keep(found, pid, name, sql, values, scopes, most):
    if re.search(r"\$\d", sql) and not values:
        return  # its parameters come in the next entry
    samples = found.setdefault(name, [])
    sample = Sample(sql, values, scopes.get(pid, ("", "off")))
    if len(samples) < most:
        samples.append(sample)
    elif sample.scope not in {s.scope for s in samples[most // 2:]}:
        samples.append(sample)  # the first ones, and the last ones of other companies
        del samples[most // 2]
