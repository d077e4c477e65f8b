#!/usr/bin/python3
"""What the compiler does not refuse: arrows between rooms, libraries outside their room, sizes, leftovers.

A room is a folder of fcgi-app/ whose CMakeLists.txt calls dialix_room(); LINKS is the list of its arrows. An #include
of another room is allowed only when that room can be reached over them. Prints one line a finding; exit 1 if any.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
APP = ROOT / "fcgi-app"
HARD_LINES, SOFT_LINES = 500, 300

# Header prefix → rooms that may include it: one user each, so that it can be replaced in one place.
ONE_USER = {
    "rapidjson/": {"base"},
    "curl/": {"net"},
    "fcgiapp.h": {"http"},
    "fcgi_stdio.h": set(),
    "libpq-fe.h": {"store"},
    "hiredis/": {"store"},
    "argon2.h": {"security"},
    "pocketsphinx": {"analysis"},
    "libavformat/": {"analysis"},
    "libavcodec/": {"analysis"},
    "archive.h": {"privacy"},
    "archive_entry.h": {"privacy"},
}


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    return sorted({ROOT / line for line in listed if (ROOT / line).is_file()})


class Room:
    def __init__(self, name, folder, links):
        self.name, self.folder, self.links = name, folder, set(links)


def read_rooms():
    rooms, extra = {}, []
    for file in sorted(APP.rglob("CMakeLists.txt")):
        text = re.sub(r"#[^\n]*", "", file.read_text())
        for kind, body in re.findall(r"\bdialix_(room|program)\(([^)]*)\)", text):
            words = body.split()
            links = words[words.index("LINKS") + 1 :] if "LINKS" in words else []
            links = [w for w in links if w not in ("SOURCES", "LINKS")]
            name = "dialix_" + words[0] if kind == "room" else "program " + words[0]
            rooms[name] = Room(name, file.parent, links)
        extra += [body.split() for body in re.findall(r"\btarget_link_libraries\(([^)]*)\)", text)]
    for words in extra:
        if words and words[0] in rooms:
            rooms[words[0]].links.update(words[1:])
    features = {name for name in rooms if name.startswith("dialix_features_")}
    for room in rooms.values():
        if "${DIALIX_FEATURES}" in room.links:
            room.links |= features
    return rooms


def reachable(rooms, start):
    seen, stack = set(), [start]
    while stack:
        name = stack.pop()
        if name in rooms and name not in seen:
            seen.add(name)
            stack.extend(rooms[name].links)
    return seen


def home(folders, path):
    """The nearest folder above that is a room; a folder without one of its own belongs to its top-level room."""
    folder = path.parent
    while folder != APP and folder not in folders:
        folder = folder.parent
    if folder == APP and path.parent != APP:
        return APP / path.relative_to(APP).parts[0]
    return folder


def check_arrows(say):
    rooms = read_rooms()
    folders = {}
    for room in rooms.values():
        folders.setdefault(room.folder, []).append(room.name)
    may = {
        folder: {rooms[r].folder for name in names for r in reachable(rooms, name)} | {folder}
        for folder, names in folders.items()
    }
    # analysis/ itself is no library: its headers are values that every step shares, made of base alone.
    may[APP / "analysis"] = {APP / "analysis", APP / "base"}
    for path in tracked("fcgi-app/*.h", "fcgi-app/*.cpp"):
        here = home(folders, path)
        top = path.relative_to(APP).parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
            if not found:
                continue
            where, name = f"{path.relative_to(ROOT)}:{number}", found[2]
            for prefix, users in ONE_USER.items():
                if name.startswith(prefix) and top not in users:
                    say(f"{where}: <{name}> belongs to {', '.join(sorted(users)) or 'nobody'}")
            if found[1] != '"':
                continue
            target = APP / name
            if not target.is_file():
                say(f'{where}: "{name}" is not a path from fcgi-app/')
                continue
            there = home(folders, target)
            open_to_all_inside = there not in folders and there in here.parents
            reaches_inside = there not in folders and any(there in m.parents for m in may.get(here, ()))
            if there != here and there not in may.get(here, set()) and not open_to_all_inside and not reaches_inside:
                say(f"{where}: {here.relative_to(APP)} has no arrow to {there.relative_to(APP)} (LINKS in its CMakeLists.txt)")
            feature = re.match(r"features/(\w+)/\1_handlers\.h$", name)
            if feature and top == "features" and here.name != feature[1]:
                say(f"{where}: a feature may call another one's store, not its handlers")


def check_text(say):
    code = tracked(
        "fcgi-app/*", "tests/*", "scripts/*", "nginx/*", "systemd/*", "sql/*", "frontend/src/*", "monitoring/*", ".ci/*", "cmake/*"
    )
    for path in code:
        name = str(path.relative_to(ROOT))
        if re.search(r"(package-lock\.json|schema\.d\.ts)$", name):
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line) and not name.endswith("check_sources.py"):
                say(f"{name}:{number}: leftover: {line.strip()[:80]}")
            if re.match(r"(<<<<<<<|>>>>>>>) ", line):
                say(f"{name}:{number}: conflict marker")
        if path.suffix in (".h", ".cpp", ".ts", ".tsx", ".py", ".sh", ".sql", ".css") and len(lines) > HARD_LINES:
            say(f"{name}: {len(lines)} lines; {HARD_LINES} is the limit, split it")
        elif path.suffix in (".h", ".cpp", ".ts", ".tsx") and len(lines) > SOFT_LINES:
            print(f"note: {name}: {len(lines)} lines, more than {SOFT_LINES}")


def main():
    findings = []
    check_arrows(findings.append)
    check_text(findings.append)
    print("\n".join(findings) if findings else "arrows, libraries and sizes are in order")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
