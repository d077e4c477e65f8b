"""The records list over the large company: filters × words × pages, through HTTP on the server without a cache.

Each case asks for many different addresses in turn, so that it is not one page that PostgreSQL has just shown.
"""
import random
import time
import urllib.parse

import harness
import words
import wrk

LIST = "/api/v1/records?"


def walk(reader, base, query, pages):
    """The cursor behind `pages` pages of 200; and how many calls were passed. Fewer where the list ends or is slow (15 s)."""
    cursor, passed, end = None, 0, time.monotonic() + 15
    for _ in range(pages):
        if time.monotonic() > end:
            break
        more = {"cursor": cursor} if cursor else {}
        answer = reader.http.get(f"{base}{LIST}{urllib.parse.urlencode({**query, 'limit': 200, **more})}", timeout=120)
        if answer.status_code != 200:
            raise SystemExit(f"GET /records {query}: {answer.status_code} {answer.text[:300]}")
        page = answer.json()
        if not page["next_cursor"]:
            break
        passed, cursor = passed + len(page["items"]), page["next_cursor"]
    return cursor, passed


def queries(company, chance):
    """name → many queries of that kind."""
    common, medium, rare = ([words.word_of_rank(rank) for rank in ranks] for ranks in ((1, 2, 3, 5, 8), range(200, 240, 4), range(15000, 15200, 20)))
    phones = [f"{chance.randrange(10**4):04d}" for _ in range(40)]
    return {
        "no filter": [{}],
        "status FAILED": [{"status": "FAILED"}],
        "an operator": [{"operator_id": one} for one in company.operators],
        "inbound, score 40 to 60": [{"call_type": "inbound", "score_min": low, "score_max": low + 20} for low in (40, 45, 50)],
        "negative, of an operator": [{"sentiment": "negative", "operator_id": one} for one in company.operators],
        "end of a phone number": [{"client_phone_number": phone} for phone in phones],
        "by score": [{"sort": "-score"}],
        "by duration": [{"sort": "-duration_ms"}],
        "a common word": [{"q": word} for word in common],
        "a medium word": [{"q": word} for word in medium],
        "a rare word": [{"q": word} for word in rare],
        "two medium words": [{"q": f"{one} {other}"} for one, other in zip(medium, medium[1:])],
        "a medium word, of an operator": [{"q": word, "operator_id": one} for word, one in zip(medium * 5, company.operators)],
        "a common word, a month": [{"q": word, "start": month + "-01", "end": month + "-28"} for word in common for month in months(company)],
    }


def months(company):
    from fill import yesterday

    day = yesterday().replace(day=1)
    return [f"{day.year - (1 if day.month <= n else 0)}-{(day.month - n - 1) % 12 + 1:02d}" for n in (1, 3, 6)]


def measure(base, door, company, options):
    """[{name, page, rate, p50, p99, passed}] for the first page and, where there is one, a deep page."""
    reader, headers, _ = door
    reader.http.headers.update(headers)
    rows, deep_pages = [], 3 if options.quick else 250
    for name, kinds in queries(company, random.Random(5)).items():
        first = [LIST + urllib.parse.urlencode({**query, "limit": 100}) for query in kinds]
        cursors = [(query, *walk(reader, base, query, deep_pages)) for query in kinds[:3]]
        deep = [LIST + urllib.parse.urlencode({**query, "limit": 100, "cursor": cursor}) for query, cursor, _ in cursors if cursor]
        for page, paths in (("first", first), ("deep", deep)):
            if not paths:
                continue
            found = wrk.run(base, 1 if options.quick else max(2, options.seconds // 2), 2, headers, paths=paths)
            passed = max(passed for *_, passed in cursors) if page == "deep" else 0
            if found["bad"]:
                raise SystemExit(f"GET /records, {name}: {found['bad']} answers were no success")
            rows.append({"name": name, "page": page, "passed": passed, **{key: found[key] for key in ("rate", "p50", "p99")}})
            harness.note(f"list, {name:<30} {page:<5} p50 {found['p50']:>8.2f} ms   p99 {found['p99']:>8.2f} ms")
    return rows
