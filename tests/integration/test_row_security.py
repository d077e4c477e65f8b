"""Row-level security as the database has it: every table, every function that passes it by, every right of the programs' role;
and that no row can be written into another company. What each statement of the programs may see: test_statement_scope.py."""
import uuid
import psycopg2
import pytest

# Tables without row-level security, and why.
OPEN_TABLES = {
    "activity_unsealed": "numbers of entries of the activity log that wait for their seal; read only, no more than an id a row",
    "activity_seal": "hashes over the whole log, of all companies together; read only",
    "activity_chain": "where the chain of seals begins and ends; read only",
}

# Functions that run with their owner's rights and pass row-level security by: what each gives away to whom.
BEFORE_LOGIN = "finds one account by what only its owner has: a name and a password, or the hash of a cookie, a token or a mailed link"
THROTTLE = "counts attempts by a hash of who tries; gives back seconds to wait"
ANALYZER = "the queue of all companies' calls: ids and lease numbers alone, the call itself is then read in its company's scope"
VERSIONS = "version numbers of cached scopes; a scope is a kind and an id that the caller knows already"
OWN_CHECK = "asks app_company_ids() itself before it looks: test_a_function_that_takes_a_company_asks_whose_it_is"
TREE = "asks company_in_scope() before it looks at the companies above, whose limits and balance a branch shares: limits and sums"
ACCOUNT = "keyed by the account that the gate has found; a stranger's key finds nothing without that id"
MAINTENANCE = "work of the whole installation: numbers, ids, names of files that nobody owns; no content"
AUDIT = "only adds to the chain of seals, or removes what a signed note of removal names; checks the chain itself"
DEFINERS = {
    "auth_find_login": BEFORE_LOGIN, "auth_find_session": BEFORE_LOGIN, "auth_find_token": BEFORE_LOGIN, "auth_session_password": BEFORE_LOGIN,
    "auth_find_link": BEFORE_LOGIN, "auth_use_link": BEFORE_LOGIN, "auth_begin_login": BEFORE_LOGIN, "auth_login_failed": BEFORE_LOGIN,
    "auth_log_in": BEFORE_LOGIN, "auth_own_secrets": BEFORE_LOGIN, "auth_must_enrol": BEFORE_LOGIN, "auth_touch_token": BEFORE_LOGIN,
    "throttle_wait": THROTTLE, "throttle_fail": THROTTLE, "throttle_clear": THROTTLE,
    "job_take": ANALYZER, "job_next_due_ms": ANALYZER, "job_heartbeat": ANALYZER, "job_stats": ANALYZER,
    "erasure_next": ANALYZER, "export_take": ANALYZER, "retention_companies": ANALYZER,
    "changes_commit": VERSIONS, "versions_of": VERSIONS, "changes_since": VERSIONS,
    "record_page": OWN_CHECK, "calls_of_phone": OWN_CHECK,
    "company_check_limit": TREE, "billing_balance": TREE, "billing_reserve": TREE, "billing_hold": TREE, "billing_charge": TREE,
    "billing_end_job": TREE, "billing_is_charged": TREE,
    "account_check_move": TREE,
    "idempotency_begin": ACCOUNT, "idempotency_find": ACCOUNT, "idempotency_answer": ACCOUNT, "idempotency_drop": ACCOUNT,
    "audio_orphans": MAINTENANCE, "rollup_rezone": OWN_CHECK, "rollup_rezone_any": MAINTENANCE, "maintenance_claim": MAINTENANCE,
    "maintenance_done": MAINTENANCE, "sweep_sessions": MAINTENANCE, "files_to_remove": MAINTENANCE, "files_removed": MAINTENANCE,
    "exports_expire": MAINTENANCE, "forget_recent_activity": MAINTENANCE,
    "audit_seal": AUDIT, "audit_remove": AUDIT, "audit_remove_entries": AUDIT, "note_access": "writes one entry about the caller's own access; gives back its id",
}


def rows(connection, statement, arguments=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


def may(table, *rights):
    return " OR ".join(f"has_table_privilege('dialix_app', {table}, '{right}')" for right in rights)


@pytest.fixture(scope="module")
def database(stack):
    connection = stack.connect()
    yield connection
    connection.close()


def test_every_table_has_row_level_security(database):
    found = rows(database, f"""
        SELECT c.relname, c.relrowsecurity, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid), {may('c.oid', 'SELECT', 'INSERT', 'UPDATE', 'DELETE')}
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')""")
    assert len(found) > 20
    # One that the programs' role has no right on at all is as closed as one without a policy.
    wrong = [name for name, on, policies, reachable in found if reachable and not (on and policies) and name not in OPEN_TABLES]
    assert not wrong, f"tables that the programs can reach without row-level security: {wrong}"
    for name in OPEN_TABLES:
        assert rows(database, f"SELECT {may('%s::regclass', 'INSERT', 'UPDATE', 'DELETE')}", (name,) * 3) == [(False,)], name


def test_there_is_nothing_else_that_has_rows(database):
    assert rows(database, """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')
                             AND relname NOT LIKE 'pg_stat_statements%%'""") == []


def test_the_programs_role_owns_nothing_and_is_nobody_else(database):
    role = rows(database, "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = 'dialix_app'")
    assert role == [(False,) * 5]
    assert rows(database, "SELECT 1 FROM pg_auth_members WHERE member = 'dialix_app'::regrole OR roleid = 'dialix_app'::regrole") == []
    assert rows(database, "SELECT relname FROM pg_class WHERE relowner = 'dialix_app'::regrole") == []
    assert rows(database, "SELECT proname FROM pg_proc WHERE proowner = 'dialix_app'::regrole") == []
    assert rows(database, "SELECT has_schema_privilege('dialix_app', 'public', 'CREATE'), has_database_privilege('dialix_app', 'dialix', 'CREATE')") == [(False, False)]


OF_OWNER = """FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""


def test_a_function_with_its_owners_rights_has_a_fixed_search_path(database):
    found = rows(database, f"SELECT p.oid::regprocedure::text, p.proconfig {OF_OWNER}")
    assert len(found) > 15
    wrong = [name for name, config in found if not any(s.startswith("search_path=public") for s in config or [])]
    assert not wrong, wrong


def test_nobody_but_the_programs_may_call_one(database):
    """A trigger's function can't be called, whoever may; all others are the programs' role's or nobody's."""
    wrong = rows(database, f"""SELECT p.oid::regprocedure::text {OF_OWNER} AND p.prorettype <> 'trigger'::regtype
        AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee NOT IN (p.proowner, 'dialix_app'::regrole)))""")
    assert not wrong, f"callable by PUBLIC: {wrong}"


def test_what_the_programs_may_call_is_known(database):
    """A new function with its owner's rights is refused here until somebody says what it gives away."""
    found = {name for (name,) in rows(database, f"""SELECT DISTINCT p.proname {OF_OWNER} AND p.prorettype <> 'trigger'::regtype
                                                    AND has_function_privilege('dialix_app', p.oid, 'EXECUTE')""")}
    assert found - set(DEFINERS) == set(), "say what these give away"
    assert set(DEFINERS) - found == set(), "these are no more"


def test_none_of_them_gives_back_a_row_of_content(database):
    """Names, texts and numbers of calls or of customers; but for the person's own at log-in."""
    content = r"\m(phone|title|text|words|summary|quote|amount\w*|balance\w*|title)\M"
    told = rows(database, f"""SELECT p.proname, pg_get_function_result(p.oid) {OF_OWNER} AND p.prorettype <> 'trigger'::regtype
        AND has_function_privilege('dialix_app', p.oid, 'EXECUTE') AND pg_get_function_result(p.oid) ~ '^TABLE' AND
        pg_get_function_result(p.oid) ~ %s""", (content.replace("text|", ""),))
    # The erasure of a telephone number is asked for with it; the analyzer that carries it out needs it. A branch that shares
    # its parent's balance is told it; whose it is not is asked of company_in_scope().
    assert {name for name, _ in told} <= {"erasure_next", "billing_balance"}, told


def test_a_function_that_takes_a_company_asks_whose_it_is(sql, companies, as_programs):
    """record_page and calls_of_phone of another company give nothing, of one's own they do."""
    from support.seed import Seed
    ours, theirs = companies
    phone = str(uuid.uuid4().int)[:9]
    for company in companies:
        Seed(sql, company).record("2026-11-10T05:00:00Z", phone=phone, title="a call")
    for scope, asked, expected in ((ours, theirs, 0), (ours, ours, 1), (None, theirs, 0)):
        enter(as_programs, scope)
        as_programs.execute("SELECT count(*) FROM calls_of_phone(%s, %s, 10)", (asked, phone))
        assert as_programs.fetchone()[0] == expected
        as_programs.execute("""SELECT count(*) FROM record_page(p_company => %s, p_sort => 'started_at', p_descending => true, p_limit => 10,
            p_after_key => NULL, p_after_id => NULL, p_operator => NULL, p_facets => NULL, p_statuses => NULL, p_text => NULL, p_phone_end => NULL,
            p_score_min => NULL, p_score_max => NULL, p_first_day => NULL, p_last_day => NULL)""", (asked,))
        assert bool(as_programs.fetchone()[0]) == bool(expected)
        as_programs.execute("RESET ROLE")


def test_a_policy_lets_nobody_write_what_it_would_not_show(database):
    """Without WITH CHECK the USING of a policy holds for what is written too; a WITH CHECK of its own may not be looser."""
    for table, name, check in rows(database, """SELECT tablename, policyname, with_check FROM pg_policies
                                               WHERE schemaname = 'public' AND with_check IS NOT NULL"""):
        assert "app_company_ids" in check or "app_is_platform" in check or "app_" in check, f"{table}.{name}: {check}"


def tenant_tables(database, right):
    return [name for (name,) in rows(database, f"""
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND {may('c.oid', right)} ORDER BY 1""")]


@pytest.fixture(scope="module")
def companies(world):
    """(ours, theirs): two companies with things in them."""
    made = [world.company() for _ in range(2)]
    for company in made:
        company.operator(code="101")
        company.checklist()
        company.account("viewer")
    return [company.id for company in made]


@pytest.fixture
def as_programs(stack):
    connection = stack.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        yield cursor
    connection.rollback()
    connection.close()


def enter(cursor, company):
    cursor.execute("SET LOCAL ROLE dialix_app")
    cursor.execute("SELECT set_config('app.company_ids', %s, true), set_config('app.platform', 'off', true)", (company or "",))


def test_a_row_of_another_company_cannot_be_inserted(database, companies, as_programs):
    """A copy of one of their rows, of every table; and one of our own made theirs."""
    ours, theirs = companies
    tables = tenant_tables(database, "INSERT")
    has_id = rows(database, "SELECT attrelid::regclass::text, atttypid::regtype::text FROM pg_attribute WHERE attname = 'id'")
    tried = 0
    for table in tables:
        columns = [name for (name,) in rows(database, """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
            AND NOT attisdropped AND attgenerated = '' AND has_column_privilege('dialix_app', attrelid, attnum, 'INSERT')""", (table,))]
        if "company_id" not in columns:
            continue
        as_programs.execute("SAVEPOINT before")
        as_programs.execute(f"CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM {table} WHERE company_id IS NOT NULL LIMIT 1")
        as_programs.execute("UPDATE copied SET company_id = %s" + (", id = gen_random_uuid()" if (table, "uuid") in has_id else ""), (theirs,))
        as_programs.execute("SELECT count(*) FROM copied")
        names = ", ".join(f'"{c}"' for c in columns)
        insert = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM copied"
        if as_programs.fetchone()[0] == 0:  # policies are asked before constraints are
            insert = f"INSERT INTO {table} (company_id) VALUES ('{theirs}')"
        as_programs.execute("GRANT SELECT ON copied TO dialix_app")
        enter(as_programs, ours)
        with pytest.raises(psycopg2.Error) as refused:
            as_programs.execute(insert)
        tried += "row-level security" in str(refused.value)
        assert "copied" not in insert or "row-level security" in str(refused.value), f"{table}: {refused.value}"
        as_programs.execute("ROLLBACK TO before")
        as_programs.execute("RESET ROLE")
    assert tried >= len(tables) * 3 // 4, f"{tried} of {len(tables)} tables were refused for their policy"


def test_no_row_of_another_company_is_seen_updated_or_deleted(database, companies, as_programs):
    ours, theirs = companies
    for right, statement in (("SELECT", "SELECT count(*) FROM {} WHERE company_id = %s"), ("DELETE", "DELETE FROM {} WHERE company_id = %s")):
        for table in tenant_tables(database, right):
            as_programs.execute("SAVEPOINT before")
            enter(as_programs, ours)
            as_programs.execute(statement.format(table), (theirs,))
            assert (as_programs.fetchone()[0] if right == "SELECT" else as_programs.rowcount) == 0, table
            as_programs.execute("ROLLBACK TO before")
            as_programs.execute("RESET ROLE")
    for table, column in rows(database, """SELECT c.relname, min(a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            AND NOT a.attisdropped AND a.attgenerated = '' AND has_column_privilege('dialix_app', a.attrelid, a.attnum, 'UPDATE')
            WHERE c.relkind = 'r' AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'company_id')
              AND has_table_privilege('dialix_app', c.oid, 'SELECT') GROUP BY 1"""):
        as_programs.execute("SAVEPOINT before")
        enter(as_programs, ours)
        as_programs.execute(f'UPDATE {table} SET "{column}" = "{column}" WHERE company_id = %s', (theirs,))
        assert as_programs.rowcount == 0, table
        as_programs.execute("ROLLBACK TO before")
        as_programs.execute("RESET ROLE")


def test_no_row_of_ours_can_be_moved_to_another_company(database, companies, as_programs):
    ours, theirs = companies
    tried = 0
    for (table,) in rows(database, """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
            WHERE c.relkind = 'r' AND has_column_privilege('dialix_app', c.oid, a.attnum, 'UPDATE')"""):
        as_programs.execute("SAVEPOINT before")
        enter(as_programs, ours)
        try:
            as_programs.execute(f"UPDATE {table} SET company_id = %s WHERE company_id = %s", (theirs, ours))
            assert as_programs.rowcount == 0, table
        except psycopg2.Error as refused:
            tried += 1
            assert isinstance(refused, (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.IntegrityError, psycopg2.errors.RaiseException)), refused
        as_programs.execute("ROLLBACK TO before")
        as_programs.execute("RESET ROLE")
    assert tried > 0


def test_without_a_tenant_nothing_is_seen(database, as_programs):
    enter(as_programs, None)
    for table in tenant_tables(database, "SELECT"):
        as_programs.execute(f"SELECT count(*) FROM {table} WHERE company_id IS NOT NULL")
        assert as_programs.fetchone()[0] == 0, table
