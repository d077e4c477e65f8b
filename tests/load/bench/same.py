"""Do two dashboards say the same? Compared as numbers and lists, not as bytes: key order and "83.20" against 83.2 do not count."""


def differences(ours, theirs, at=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            if key not in ours or key not in theirs:
                yield f"{at}.{key}: only in {'ours' if key in ours else 'theirs'}"
            else:
                yield from differences(ours[key], theirs[key], f"{at}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{at}: {len(ours)} entries, theirs {len(theirs)}"
        for number, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{at}[{number}]")
    elif isinstance(ours, (int, float)) and isinstance(theirs, (int, float)) and not isinstance(ours, bool):
        if abs(ours - theirs) > 1e-9:
            yield f"{at}: {ours}, theirs {theirs}"
    elif ours != theirs:
        yield f"{at}: {ours!r}, theirs {theirs!r}"


def demand(ours, theirs, who):
    """Ends the bench where the answers differ: then nothing that it measures would mean anything."""
    found = list(differences(ours, theirs))
    if found:
        raise SystemExit(f"{who} does not answer what we answer; {len(found)} differences:\n  " + "\n  ".join(found[:20]))
