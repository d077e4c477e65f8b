"""Every statement that the programs have sent in this run, sent again with the same parameters by another tenant and by none: it
shows nothing of the first one's and changes nothing of theirs. The statements and their parameters are PostgreSQL's own log, so
this comes after the other tests, and needs a stack whose PostgreSQL logs all statements (D/pg.settings, see scripts/test)."""
import re

import psycopg2
import pytest

from support.statements import UUID, logged, named_in_sources

# What crosses tenants on purpose, and why.
CROSSING = {
}
# Statements of the sources that no tenant's rows can be told by, and why.
HASHES = "asked with the hash of a cookie, token, link or name alone, which is no tenant's id: DEFINERS in test_row_security.py"
NOBODYS = "about no tenant's rows: versions, counters, positions, what is due, files without an owner"
OWNERS = "sent by dialixctl as the owner of the schema, never by the programs that serve"
SEALS = "reads or seals the chain of the activity log, of all companies together; gives hashes and ids to audit verify"
SCOPE = "sets the scope itself"
RARELY = "not in every run: an analyzer that gives a call back, an answer that quotes a number which is erased, a failure of ours behind an Idempotency-Key"
PLATFORM = "the platform administrator's view of all companies, which names none; what a tenant gets of it is test_row_security.py's"
NOT_REPLAYED = {
    **dict.fromkeys(["auth_begin_login", "auth_find_link", "auth_find_session", "auth_find_token", "auth_must_enrol", "auth_own_secrets",
                     "auth_touch_token", "throttle_fail", "throttle_clear"], HASHES),
    **dict.fromkeys(["activity_recent_forget", "cache_changes_since", "cache_heartbeat", "erasure_next", "export_take", "exports_expire",
                     "files_to_remove", "files_removed", "health_ping",
                     "job_next_due", "job_stats", "job_take", "job_notify", "maintenance_claim", "maintenance_done", "retention_companies",
                     "rollup_rezone_any", "sweep_sessions", "changes_commit", "sees_transaction", "primary_position", "replica_position",
                     "audio_orphans", "job_requeue", "sealing_due"], NOBODYS),
    **dict.fromkeys(["admin_upsert", "migration_history", "migration_history_exists", "record_describe_all", "rollup_blocks", "rollup_companies",
                     "rollup_rebuild", "rollup_set_days", "rotate_lock_records", "rotate_note", "rotate_take_turn", "verify_answers", "verify_calls",
                     "verify_days", "verify_scores", "verify_topics", "proof_wrong"], OWNERS),
    **dict.fromkeys(["audit_last_seal", "audit_old_batches", "audit_remove", "audit_verify_end", "audit_verify_gone_before", "audit_verify_piece",
                     "audit_verify_seals", "audit_verify_under_no_seal", "audit_verify_unknown", "audit_verify_waiting", "audit_waiting", "audit_seal",
                     "audit_note_removal", "audit_old_entries", "audit_remove_entries", "audit_note_entries"], SEALS),
    **dict.fromkeys(["set_scope", "set_scope_and_session"], SCOPE),
    **dict.fromkeys(["record_mark_pending", "spoken_answer", "idempotency_drop"], RARELY),
    **dict.fromkeys(["activity_log_list_all", "activity_log_export_all", "activity_log_note_export_all"], PLATFORM),
}


@pytest.fixture(scope="module")
def samples(stack, sql):
    if sql("SHOW log_min_duration_statement")[0][0] != "0":
        pytest.skip("this stack's PostgreSQL does not log every statement (log_min_duration_statement=0)")
    return logged(stack.folder / "log" / "pg.log")


@pytest.fixture(scope="module")
def stranger(world):
    """A company that has something of everything, and no part in what was logged."""
    company = world.company()
    company.operator(code="101")
    company.checklist()
    return company


@pytest.fixture(scope="module")
def replay(stack, samples):
    connection = stack.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("""SELECT c.relname, EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = c.oid AND i.attname = 'id' AND i.atttypid = 'uuid'::regtype)
                          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
                          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')""")
        tables = dict(cursor.fetchall())
        connection.rollback()
        outside = stack.connect()
        made = Replay(connection, cursor, outside.cursor(), tables)
        made.learn(samples)
        yield made
        outside.close()
    connection.close()


class Replay:
    def __init__(self, connection, cursor, outside, tables):
        self.connection, self.cursor, self.outside, self.tables = connection, cursor, outside, set(tables)
        self.with_ids = [name for name, has_id in tables.items() if has_id]
        self.outside.execute("SELECT id::text FROM company")
        self.companies = {row[0] for row in self.outside.fetchall()}
        self.ids_of = {}

    def learn(self, samples):
        """Whose the things are that the statements were given the ids of."""
        ids = list(set().union(*(run.given() for runs in samples.values() for run in runs)))
        self.owner = {company: company for company in self.companies}
        for table in self.with_ids:
            self.outside.execute(f"SELECT id::text, company_id::text FROM {table} WHERE id = ANY (%s::uuid[]) AND company_id IS NOT NULL", (ids,))
            self.owner.update(self.outside.fetchall())

    def victims(self, sample):
        """Companies that its rows may have been of: those of its scope, else the owners of what it was given."""
        return sorted(set(re.findall(UUID, sample.scope[0])) & self.companies or {self.owner[i] for i in sample.given() if i in self.owner})

    def ids(self, companies):
        """By which a row of theirs is known."""
        for company in companies:
            if company not in self.ids_of:
                self.ids_of[company] = {company}
                for table in self.with_ids:
                    self.outside.execute(f"SELECT id::text FROM {table} WHERE company_id = %s LIMIT 2000", (company,))
                    self.ids_of[company] |= {row[0] for row in self.outside.fetchall()}
        return set().union(*(self.ids_of[company] for company in companies))

    def run(self, sample, company_ids):
        """What is wrong, as text; nothing where all is well. Whatever it did is rolled back."""
        victims = self.victims(sample)
        try:
            self.cursor.execute("SET LOCAL statement_timeout = '20s'")
            self.cursor.execute("SET LOCAL ROLE dialix_app")
            self.cursor.execute("SELECT set_config('app.company_ids', %s, true), set_config('app.platform', 'off', true)", (company_ids,))
            try:
                self.cursor.execute("PREPARE again AS " + sample.sql)
                self.cursor.execute("EXECUTE again" + (f"({', '.join(sample.parameters)})" if sample.parameters else ""))
            except psycopg2.Error:
                return None  # refused: nothing was shown, nothing stands
            shown = self.cursor.fetchall() if self.cursor.description else []
            return self.shows(shown, sample, self.ids(victims)) or self.changes(victims)
        finally:
            self.connection.rollback()
            self.cursor.execute("DEALLOCATE ALL")
            self.connection.rollback()

    @staticmethod
    def shows(shown, sample, theirs):
        """Their ids among what came back, but for those that were asked with and only come back as they went."""
        given = sample.given()
        found = set(re.findall(UUID, repr(shown)))
        leaked = found & theirs - given
        if leaked:
            return f"shows {sorted(leaked)[:3]}"
        if found & given & theirs and re.match(r"\s*(SELECT|WITH)", sample.sql, re.IGNORECASE) and "FROM" in sample.sql:
            return f"shows {sorted(found & given & theirs)[:3]}, which were asked for"
        return None

    def changes(self, victims):
        self.cursor.execute("RESET ROLE")
        self.cursor.execute("SELECT relname, n_tup_del FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0")
        for table, deleted in [row for row in self.cursor.fetchall() if row[0] in self.tables]:
            self.cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE xmin = pg_current_xact_id()::xid) FROM {table} WHERE company_id = ANY (%s::uuid[])", (victims,))
            left, written = self.cursor.fetchone()
            if written:
                return f"writes {written} rows of {table}"
            self.outside.execute(f"SELECT count(*) FROM {table} WHERE company_id = ANY (%s::uuid[])", (victims,))  # as everybody else still sees it
            if deleted and left < self.outside.fetchone()[0]:
                return f"deletes rows of {table}"
        return None


def test_no_statement_shows_or_changes_what_is_another_tenants(samples, replay, stranger):
    wrong, sent, names = [], 0, set()
    for name, runs in sorted(samples.items()):
        for sample in runs:
            if name in CROSSING or not replay.victims(sample) or stranger.id in replay.victims(sample):
                continue
            names.add(name)
            for whose, company_ids in (("another company", stranger.id), ("nobody", "")):
                sent += 1
                problem = replay.run(sample, company_ids)
                if problem:
                    wrong.append(f"{name}, as {whose}: {problem}\n    {sample.sql[:200]}")
    print(f"{len(names)} statements, {sent} runs under another tenant, {len(CROSSING)} cross on purpose")
    assert not wrong, "\n".join(wrong)
    assert len(names) >= 30


def test_the_same_runs_in_their_own_scope_are_found_out(samples, replay):
    """So that the test above can fail: asked by the tenant itself, statements do show and change what is theirs."""
    told = {name for name, runs in samples.items() for run in runs if replay.victims(run) and replay.run(run, ",".join(replay.victims(run)))}
    assert len(told) >= 15, sorted(told)
    assert any(re.match(r"\s*(INSERT|UPDATE|DELETE|WITH)", samples[name][0].sql, re.IGNORECASE) for name in told), sorted(told)


def test_every_statement_of_the_sources_was_sent_again_or_says_why_not(samples, replay, request):
    modules = {item.path.name for item in request.session.items}
    if modules != {path.name for path in request.path.parent.glob("test_*.py")}:
        pytest.skip("only a run of all tests can tell")
    sources = named_in_sources()
    assert len(sources) > 60
    seen = {name for name, runs in samples.items() if any(replay.victims(run) for run in runs)}
    missing = {name: file for name, file in sources.items() if name not in seen | set(CROSSING) | set(NOT_REPLAYED)}
    print(f"{len(sources)} statements in the sources, {len(seen & set(sources))} sent again, {len(NOT_REPLAYED)} with a reason not to")
    gone = (set(CROSSING) | set(NOT_REPLAYED)) - set(sources)
    assert len(seen & set(sources)) > len(sources) // 2
    assert not missing, "not sent again, and no reason written: " + ", ".join(f"{name} ({file})" for name, file in sorted(missing.items()))
    assert not gone, "no statement any more: " + ", ".join(sorted(gone))
