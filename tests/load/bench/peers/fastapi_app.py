"""The dashboard in FastAPI + SQLAlchemy + redis-py at their best: everything asynchronous (asyncpg, redis.asyncio with
hiredis), pools that stay open, answers as ready bytes made by ujson, no validation models in the way.

  /api/v1/dashboard          session and page from Redis; a miss makes the page and keeps it
  /api/v1/dashboard/dict     the same, written as most services are: what is cached is read as a dict, which FastAPI makes an answer of
  /api/v1/dashboard/widgets  not cached: a query per widget (widgets.sql)
  /api/v1/dashboard/old      as the service before did it: queries, then all calls of the company through the ORM, counted here
"""
import datetime
import os
import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import redis.asyncio
import ujson
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from models import Operator, Record
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import joinedload, sessionmaker

TTL = 3600
CENT = Decimal("0.01")
engine = create_async_engine(os.environ["BENCH_DATABASE"], pool_size=10, max_overflow=20,
                             connect_args={"host": os.environ["BENCH_DATABASE_HOST"], "server_settings": {"jit": "off"}})
Session = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
cache = redis.asyncio.Redis(unix_socket_path=os.environ["BENCH_REDIS"])
app = FastAPI(openapi_url=None)


def read_widgets():
    pieces = re.split(r"^-- name: (\w+)$", (Path(__file__).parent / "widgets.sql").read_text(), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2]))


WIDGETS = read_widgets()


class Filter:
    def __init__(self, start, end, operator_id, call_type):
        self.start, self.end, self.operator_id, self.call_type = start, end, operator_id, call_type

    def key(self):
        return f"{self.start or ''}:{self.end or ''}:{self.operator_id or ''}:{self.call_type or ''}"


async def asked(start: str = None, end: str = None, operator_id: str = None, call_type: str = None):
    return Filter(start, end, operator_id, call_type)  # a plain class as dependency would cost a hop to a thread


async def who(request: Request) -> dict:
    """The session of the cookie, with the permission that the page needs."""
    found = await cache.get("bench:session:" + request.cookies.get("dialix", ""))
    if found is None:
        raise HTTPException(401)
    session = ujson.loads(found)
    if "view_analytics" not in session["permissions"]:
        raise HTTPException(403)
    return session


def plain(row):
    return {key: value.isoformat() if isinstance(value, datetime.date) else value for key, value in row._mapping.items()}


class Page:
    """The queries of one page, over one connection."""

    def __init__(self, db, company, wanted):
        self.db, self.bound = db, {"company": company}
        self.conditions = ""
        for column, kind in (("operator_id", "uuid"), ("call_type", "text")):
            if getattr(wanted, column):
                self.conditions += f" AND r.{column} = CAST(:{column} AS {kind})"
                self.bound[column] = getattr(wanted, column)
        self.wanted = wanted

    async def rows(self, name, **more):
        statement = WIDGETS[name].replace("/*filters*/", self.conditions)
        statement = re.sub(r"CAST\((:\w+) AS (date|timestamptz|uuid)\)", r"CAST(CAST(\1 AS text) AS \2)", statement)
        values = {**self.bound, **more}
        result = await self.db.execute(text(statement), {k: v for k, v in values.items() if ":" + k in statement})
        return [plain(row) for row in result]

    async def period(self):
        self.dates = (await self.rows("period", first=self.wanted.start, last=self.wanted.end))[0]
        self.since, self.split, self.until = (self.dates.pop(name) for name in ("since", "split", "until"))
        self.recent = {"split": self.split, "until": self.until}
        return self.dates

    async def totals(self, since, until):
        return {**(await self.rows("totals", since=since, until=until))[0], **(await self.rows("cost", since=since, until=until))[0]}

    def every_day(self, found):
        first = datetime.date.fromisoformat(self.dates["start"])
        last = datetime.date.fromisoformat(self.dates["end"])
        days = ((first + datetime.timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
        none = {"calls": 0, "positive": 0, "neutral": 0, "negative": 0, "unknown": 0, "avg_score": None}
        return [{**none, "date": day, **found.get(day, {})} for day in days]


async def by_widgets(company, wanted):
    async with Session() as db:
        page = Page(db, company, wanted)
        return {
            "period": await page.period(),
            "totals": await page.totals(page.split, page.until),
            "previous": await page.totals(page.since, page.split),
            "daily": page.every_day({row["date"]: row for row in await page.rows("daily", **page.recent, zone=page.dates["timezone"])}),
            "operators": await page.rows("operators", **page.recent),
            "sentiment": (await page.rows("sentiment", **page.recent))[0],
            "purposes": await page.rows("purposes", **page.recent),
            "sources": await page.rows("sources", **page.recent),
            "interests": await page.rows("interests", **page.recent),
            "compliance": await page.rows("compliance", **page.recent),
        }


MOODS = ("positive", "neutral", "negative", "unknown")


class Tally:
    """Calls of one group, counted row by row."""

    def __init__(self):
        self.calls = self.completed = self.duration_ms = 0
        self.scores, self.delays, self.moods = [], [], Counter()

    def add(self, record):
        self.calls += 1
        self.duration_ms += record.duration_ms
        if record.status != "COMPLETED":
            return
        self.completed += 1
        result = record.result
        self.moods[result.sentiment_conversation or "unknown"] += 1
        if result.score is not None:
            self.scores.append(result.score)
        if result.operator_answer_delay_ms is not None:
            self.delays.append(result.operator_answer_delay_ms)

    def mood_counts(self):
        return {mood: self.moods[mood] for mood in MOODS}

    def avg_score(self):
        return float((sum(self.scores) / len(self.scores)).quantize(CENT, ROUND_HALF_UP)) if self.scores else None

    def avg_delay(self):
        return int(sum(self.delays) / len(self.delays) + 0.5) if self.delays else None


def named(counts):
    return [{"name": name, "calls": calls} for name, calls in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


async def old_style(company, wanted):
    async with Session() as db:
        page = Page(db, company, wanted)
        body = {"period": await page.period(), "totals": await page.totals(page.split, page.until),
                "previous": await page.totals(page.since, page.split), "compliance": await page.rows("compliance", **page.recent)}
        records = (await db.execute(
            select(Record).options(joinedload(Record.result)).where(Record.company_id == company, Record.deleted_at.is_(None))
        )).scalars().all()
        operators = {one.id: one for one in (await db.execute(select(Operator).where(Operator.company_id == company))).scalars()}
    split, until = datetime.datetime.fromisoformat(page.split), datetime.datetime.fromisoformat(page.until)
    zone = split.tzinfo.__class__(datetime.timedelta(hours=5))  # Asia/Tashkent
    everything, days, people = Tally(), defaultdict(Tally), defaultdict(Tally)
    purposes, sources, interests = Counter(), Counter(), Counter()
    for record in records:
        if not split <= record.started_at < until:
            continue
        if wanted.operator_id and str(record.operator_id) != wanted.operator_id or wanted.call_type and record.call_type != wanted.call_type:
            continue
        for tally in (everything, days[record.started_at.astimezone(zone).date().isoformat()], people[record.operator_id]):
            tally.add(record)
        if record.status == "COMPLETED":
            purposes.update(filter(None, [record.result.call_purpose]))
            sources.update(filter(None, [record.result.lead_source]))
            interests.update(filter(None, set(record.result.interests)))
    rows = []
    for key, tally in people.items():
        person = operators.get(key)
        rows.append({"id": str(key) if key else None, "code": person and person.code, "name": person and person.name, "calls": tally.calls,
                     "completed": tally.completed, "avg_score": tally.avg_score(), "duration_ms": tally.duration_ms,
                     "avg_operator_answer_delay_ms": tally.avg_delay(), **tally.mood_counts()})
    rows.sort(key=lambda row: (-row["calls"], row["code"] is None, row["code"] or ""))
    found = {day: {"calls": tally.calls, **tally.mood_counts(), "avg_score": tally.avg_score()} for day, tally in days.items()}
    return {**body, "daily": page.every_day(found), "operators": rows, "sentiment": everything.mood_counts(),
            "purposes": named(purposes), "sources": named(sources), "interests": named(interests)}


def answer(body):
    return Response(ujson.dumps(body, ensure_ascii=False, escape_forward_slashes=False), media_type="application/json")


async def cached(company, wanted):
    """The page as bytes."""
    key = f"bench:fastapi:{company}:{wanted.key()}"
    body = await cache.get(key)
    if body is None:
        body = answer(await by_widgets(company, wanted)).body
        await cache.setex(key, TTL, body)
    return body


@app.get("/api/v1/dashboard")
async def dashboard(session: dict = Depends(who), wanted: Filter = Depends(asked)):
    return Response(await cached(session["company_id"], wanted), media_type="application/json")


@app.get("/api/v1/dashboard/dict")
async def dashboard_from_a_dict(session: dict = Depends(who), wanted: Filter = Depends(asked)):
    return ujson.loads(await cached(session["company_id"], wanted))


@app.get("/api/v1/dashboard/widgets")
async def dashboard_by_widgets(session: dict = Depends(who), wanted: Filter = Depends(asked)):
    return answer(await by_widgets(session["company_id"], wanted))


@app.get("/api/v1/dashboard/old")
async def dashboard_in_the_old_style(session: dict = Depends(who), wanted: Filter = Depends(asked)):
    return answer(await old_style(session["company_id"], wanted))
