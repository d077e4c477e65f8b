"""Companies as a tree: who sees and does what where, and that a change of it counts from the very next request on."""
import pytest

from support.seed import Seed
from support.world import PASSWORD, CompanyWorld, unique

COMPANIES = "/api/v1/companies"
EVERY = set(range(200, 600))


class Chain:
    """A company, a branch and a branch of that; a sibling of the branch; a stranger."""

    def __init__(self, world):
        self.parent, self.stranger = world.company(), world.company()
        self.branch, self.sibling = world.company(parent_id=self.parent.id), world.company(parent_id=self.parent.id)
        self.leaf = world.company(parent_id=self.branch.id)


@pytest.fixture
def chain(world):
    return Chain(world)


@pytest.fixture(scope="module")
def still(world):
    """For tests that change nothing of the tree."""
    return Chain(world)


def statuses(client, company, times=2):
    """Twice: the second request finds the caller remembered."""
    return [client.get("/api/v1/records", query=company.scope, expect=EVERY).status for _ in range(times)]


def api_token(sql, account, *, scopes=("view_records",), secret=None):
    """A token's secret; made by hand, since what is proved here is how it is taken."""
    secret = secret or unique("token")
    sql("""INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes)
           SELECT gen_random_uuid(), id, company_id, 'test', sha256(%s::bytea), %s FROM account WHERE id = %s""",
        (secret.encode(), list(scopes), account["id"]))
    return {"Authorization": f"Bearer {secret}"}


# ---- reach ---------------------------------------------------------------------------------------------------


def test_an_administrator_acts_in_every_branch_and_nowhere_else(still):
    admin = still.parent.as_("company_admin")
    for company in (still.parent, still.branch, still.leaf, still.sibling):
        assert statuses(admin, company) == [200, 200]
    assert statuses(admin, still.stranger) == [403, 403]
    below = still.branch.as_("company_admin")
    assert statuses(below, still.leaf) == [200, 200]
    for company in (still.parent, still.sibling, still.stranger):
        assert statuses(below, company) == [403, 403]


@pytest.mark.parametrize("role", ["supervisor", "user", "viewer", "operator"])
def test_other_roles_stay_in_their_company(still, role):
    person = still.parent.as_(role)
    assert statuses(person, still.branch) == [403, 403]
    assert statuses(person, still.parent) == [200, 200]


def test_an_administrators_work_in_a_branch_is_the_branchs(still, sounds):
    admin = still.parent.as_("company_admin")
    operator = admin.post("/api/v1/operators", {"code": "701", "name": "Nodira"}, query=still.branch.scope, expect=201).json
    assert admin.get(f"/api/v1/operators/{operator['id']}", query=still.branch.scope).json["name"] == "Nodira"
    admin.get(f"/api/v1/operators/{operator['id']}", expect=404)
    admin.get(f"/api/v1/operators/{operator['id']}", query=still.leaf.scope, expect=404)
    log = admin.get("/api/v1/activity-logs", query={**still.branch.scope, "action": "operator.create"}).json["items"]
    assert [entry["account_id"] for entry in log] == [admin.account["id"]]


def test_the_dashboard_in_a_branch_is_the_branchs(still, sql):
    Seed(sql, still.leaf.id).record("2026-11-10T05:00:00Z", duration_ms=1000)
    admin = still.parent.as_("company_admin")
    days = {"start": "2026-11-01", "end": "2026-11-20"}
    for _ in range(2):
        assert admin.get("/api/v1/dashboard", query={**days, **still.leaf.scope}).json["totals"]["calls"] == 1
        assert admin.get("/api/v1/dashboard", query={**days, **still.branch.scope}).json["totals"]["calls"] == 0
        assert admin.get("/api/v1/dashboard", query=days).json["totals"]["calls"] == 0


def test_a_remembered_administrator_costs_no_postgresql_in_a_branch(still):
    admin = still.parent.as_("company_admin")
    trips = [admin.get("/api/v1/dashboard", query=still.sibling.scope).round_trips for _ in range(4)]
    assert trips[-1] == 0, trips


def test_the_list_has_ones_own_and_what_is_below(still, admin):
    def ids(client, **query):
        return {item["id"] for item in client.pages(COMPANIES, query, limit=2)}

    below = {c.id for c in (still.branch, still.leaf, still.sibling)}
    assert ids(still.parent.as_("company_admin")) == below | {still.parent.id}
    assert ids(still.branch.as_("company_admin")) == {still.branch.id, still.leaf.id}
    assert ids(still.parent.as_("company_admin"), company_id=still.branch.id) == {still.branch.id, still.leaf.id}
    assert ids(still.parent.as_("company_admin"), parent_id=still.parent.id) == {still.branch.id, still.sibling.id}
    assert ids(still.leaf.as_("company_admin")) == {still.leaf.id}
    assert ids(admin, company_id=still.parent.id) == below | {still.parent.id}
    assert {c.id for c in (still.parent, still.stranger)} <= {item["id"] for item in admin.pages(COMPANIES, limit=200)}


def test_the_list_is_searched_and_filtered(still):
    client = still.parent.as_("company_admin")
    name = still.leaf.company["name"]
    assert [item["id"] for item in client.pages(COMPANIES, {"q": name[3:].upper()})] == [still.leaf.id]
    assert client.pages(COMPANIES, {"active": "false"}) == []
    assert client.get(COMPANIES, query={"parent_id": "x"}, expect=422).field_errors == {"parent_id": "format"}


def test_one_company_is_read_and_changed_by_whoever_stands_above(still):
    admin = still.parent.as_("company_admin")
    path = f"{COMPANIES}/{still.leaf.id}"
    assert admin.get(path).json["parent_id"] == still.branch.id
    assert admin.patch(path, {"language": "ru"}).json["language"] == "ru"
    for other in (still.sibling, still.stranger):
        other.as_("company_admin").get(path, expect=404)
        other.as_("company_admin").patch(path, {"name": "taken"}, expect=404)
    for above in (still.parent, still.branch):
        still.leaf.as_("company_admin").get(f"{COMPANIES}/{above.id}", expect=404)
        still.leaf.as_("company_admin").patch(f"{COMPANIES}/{above.id}", {"name": "taken"}, expect=404)
    assert still.parent.admin.get(path).json["name"] != "taken"


def test_the_people_of_a_branch_are_listed_from_above(still):
    admin, path = still.parent.as_("company_admin"), f"{COMPANIES}/{still.leaf.id}/accounts"
    people = {still.leaf.account(role)["id"] for role in ("company_admin", "viewer", "viewer")}
    assert people <= {item["id"] for item in admin.pages(path, limit=2)}
    administrators = admin.pages(path, {"role": "company_admin", "status": "active"})
    assert administrators and {(item["role"], item["company_id"]) for item in administrators} == {("company_admin", still.leaf.id)}
    assert admin.get(path, query={"role": "admin"}, expect=422).field_errors == {"role": "not_allowed"}
    still.leaf.as_("company_admin").get(f"{COMPANIES}/{still.parent.id}/accounts", expect=404)
    still.sibling.as_("company_admin").get(path, expect=404)
    still.parent.as_("supervisor").get(path, expect=403)


def test_one_who_manages_a_company_without_administering_it_stays_in_it(still, sql):
    account = still.parent.account("supervisor")
    sql("UPDATE account SET permissions_granted = '{manage_company}' WHERE id = %s", (account["id"],))
    client = still.parent.admin.fresh()
    client.login(account["email"], PASSWORD)
    assert [item["id"] for item in client.pages(COMPANIES)] == [still.parent.id]
    client.get(f"{COMPANIES}/{still.branch.id}", expect=404)
    client.post(COMPANIES, {"name": "Mine", "parent_id": still.parent.id}, expect=403)
    client.post(f"{COMPANIES}/{still.branch.id}/block", expect=404)


def test_an_api_token_reaches_as_far_as_its_owner_and_no_further_than_its_scopes(still, sql, anonymous):
    bearer = api_token(sql, still.parent.as_("company_admin").account)
    for _ in range(2):
        anonymous.get("/api/v1/records", query=still.leaf.scope, headers=bearer)
        anonymous.get("/api/v1/records", query=still.stranger.scope, headers=bearer, expect=403)
        anonymous.get(COMPANIES, headers=bearer, expect=403)


# ---- adding, moving ------------------------------------------------------------------------------------------


def test_an_administrator_adds_branches_at_the_parents_price(chain):
    admin = chain.parent.as_("company_admin")
    before = statuses(admin, chain.parent)
    made = admin.post(COMPANIES, {"name": unique("Shop"), "parent_id": chain.leaf.id}, expect=201).json
    told = chain.leaf.company
    assert before == [200, 200]
    assert (made["price_per_minute_minor"], made["currency"], made["timezone"], made["language"], made["balance_minor"]) == (
        told["price_per_minute_minor"], told["currency"], told["timezone"], told["language"], 0)
    shop = CompanyWorld(chain.parent.admin, made)
    assert statuses(admin, shop) == [200, 200], "from the next request on"
    assert statuses(chain.branch.as_("company_admin"), shop) == [200, 200]
    assert statuses(chain.sibling.as_("company_admin"), shop) == [403, 403]


@pytest.mark.parametrize("field", [{"price_per_minute_minor": 0}, {"currency": "USD"}])
def test_the_price_of_a_branch_is_not_its_parents_to_set(chain, field):
    chain.parent.as_("company_admin").post(COMPANIES, {"name": "Cheap", "parent_id": chain.parent.id, **field}, expect=403)


@pytest.mark.parametrize("field", ["balance_minor", "reserved_minor", "path", "is_open", "blocked_by", "id", "created_at"])
def test_what_is_nobodys_to_set_is_refused(chain, field, admin):
    for client in (chain.parent.as_("company_admin"), admin):
        answer = client.patch(f"{COMPANIES}/{chain.branch.id}", {field: 1}, expect=422)
        assert answer.field_errors == {field: "unknown_field"}
        answer = client.post(COMPANIES, {"name": "X", "parent_id": chain.parent.id, field: 1}, expect=422)
        assert answer.field_errors == {field: "unknown_field"}


@pytest.mark.parametrize("change", [{"price_per_minute_minor": 0}, {"active": True}, {"parent_id": None}, {"limits": {"max_accounts": None}},
                                    {"shares_parent_balance": True}], ids=lambda change: next(iter(change)))
def test_nobody_lifts_their_own_companys_bounds(chain, change):
    chain.branch.as_("company_admin").patch(f"{COMPANIES}/{chain.branch.id}", change, expect=403)


def test_a_branch_goes_below_ones_own_tree_only(chain):
    admin = chain.branch.as_("company_admin")
    for parent in (chain.parent, chain.sibling, chain.stranger):
        answer = admin.post(COMPANIES, {"name": "Graft", "parent_id": parent.id}, expect=422)
        assert answer.field_errors == {"parent_id": "not_found"}
    assert admin.post(COMPANIES, {"name": "Root"}, expect=422).field_errors == {"parent_id": "required"}
    assert admin.post(COMPANIES, {"name": "Root", "parent_id": None}, expect=422).field_errors == {"parent_id": "required"}


def test_a_tree_is_eight_levels_deep_and_no_more(world, admin):
    companies = [world.company(balance=0)]
    while len(companies) < 8:
        companies.append(world.company(balance=0, parent_id=companies[-1].id))
    answer = admin.post(COMPANIES, {"name": "Ninth", "parent_id": companies[-1].id}, expect=422)
    assert answer.field_errors == {"parent_id": "too_deep"}
    two = world.company(balance=0)
    world.company(balance=0, parent_id=two.id)
    move = f"{COMPANIES}/{two.id}"
    assert admin.patch(move, {"parent_id": companies[6].id}, expect=422).field_errors == {"parent_id": "too_deep"}
    assert admin.patch(move, {"parent_id": companies[5].id}).json["parent_id"] == companies[5].id


def test_nothing_comes_to_stand_above_itself(chain, admin):
    for company in (chain.parent, chain.branch, chain.leaf):
        answer = admin.patch(f"{COMPANIES}/{chain.parent.id}", {"parent_id": company.id}, expect=422)
        assert answer.field_errors == {"parent_id": "cycle"}
    unknown = "0197a1b2-0000-7000-8000-000000000001"
    assert admin.patch(f"{COMPANIES}/{chain.leaf.id}", {"parent_id": unknown}, expect=422).field_errors == {"parent_id": "not_found"}
    assert admin.get(f"{COMPANIES}/{chain.parent.id}").json["parent_id"] is None


def test_two_moves_at_once_make_no_circle(world, admin, stack, sql):
    from test_races import at_once
    one, two = world.company(balance=0), world.company(balance=0)
    clients = [admin.fresh() for _ in range(2)]
    for client in clients:
        client.login(*stack.admin)

    def move(client, number):
        child, parent = ((one, two), (two, one))[number]
        return client.patch(f"{COMPANIES}/{child.id}", {"parent_id": parent.id}, expect={200, 422}).status

    assert sorted(at_once(clients, move)) == [200, 422]
    paths = dict(sql("SELECT id, path::text[] FROM company WHERE id IN (%s, %s)", (one.id, two.id)))
    assert sorted(len(path) for path in paths.values()) == [1, 2]


def test_a_branch_that_moves_changes_hands_on_the_next_request(chain, admin):
    old, new = chain.parent.as_("company_admin"), chain.stranger.as_("company_admin")
    below = chain.branch.as_("company_admin")
    assert (statuses(old, chain.leaf), statuses(new, chain.leaf), statuses(below, chain.leaf)) == ([200, 200], [403, 403], [200, 200])
    admin.patch(f"{COMPANIES}/{chain.branch.id}", {"parent_id": chain.stranger.id})
    assert (statuses(old, chain.leaf), statuses(new, chain.leaf), statuses(below, chain.leaf)) == ([403, 403], [200, 200], [200, 200])
    assert (statuses(old, chain.sibling), statuses(new, chain.branch)) == ([200, 200], [200, 200])
    admin.patch(f"{COMPANIES}/{chain.branch.id}", {"parent_id": None})
    assert (statuses(old, chain.leaf), statuses(new, chain.leaf), statuses(below, chain.leaf)) == ([403, 403], [403, 403], [200, 200])
    log = admin.get("/api/v1/activity-logs", query={**chain.branch.scope, "action": "company.move"}).json["items"]
    assert [entry["after"]["parent_id"] for entry in log] == [None, chain.stranger.id]


def test_the_tree_is_kept_whoever_changes_it(chain, sql):
    sql("UPDATE company SET parent_id = %s WHERE id = %s", (chain.stranger.id, chain.branch.id))
    assert sql("SELECT path::text[], is_open FROM company WHERE id = %s", (chain.leaf.id,)) == [
        ([chain.stranger.id, chain.branch.id, chain.leaf.id], True)]
    assert statuses(chain.stranger.as_("company_admin"), chain.leaf) == [200, 200]
    assert statuses(chain.parent.as_("company_admin"), chain.leaf) == [403, 403]


def test_the_application_cannot_write_the_tree_itself(stack):
    import psycopg2
    connection = psycopg2.connect(stack.env["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for column in ("path = '{}'", "is_open = true", "id = gen_random_uuid()"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"UPDATE company SET {column}")
    connection.close()


# ---- blocking ------------------------------------------------------------------------------------------------


def test_a_blocked_company_takes_its_whole_subtree_along(chain, sql, anonymous, admin):
    people = {name: getattr(chain, name).as_("company_admin") for name in ("parent", "branch", "leaf", "sibling")}
    viewer = chain.leaf.as_("viewer")
    bearer = api_token(sql, chain.leaf.as_("supervisor").account)
    for name, client in people.items():
        assert statuses(client, getattr(chain, name)) == [200, 200]
    assert statuses(viewer, chain.leaf) == [200, 200]
    for _ in range(2):
        anonymous.get("/api/v1/records", headers=bearer)
    assert statuses(people["parent"], chain.leaf) == [200, 200]

    blocked = admin.post(f"{COMPANIES}/{chain.branch.id}/block", {"reason": "unpaid"}).json
    assert (blocked["active"], blocked["open"], blocked["blocked_by"], blocked["block_reason"]) == (False, False, "platform", "unpaid")
    assert statuses(viewer, chain.leaf) == [401, 401]
    assert statuses(people["branch"], chain.branch) == [401, 401]
    assert statuses(people["leaf"], chain.leaf) == [401, 401]
    for _ in range(2):
        anonymous.get("/api/v1/records", headers=bearer, expect=401)
    assert statuses(people["parent"], chain.leaf) == [403, 403]
    assert statuses(people["parent"], chain.branch) == [403, 403]
    assert statuses(people["parent"], chain.parent) == [200, 200]
    assert statuses(people["sibling"], chain.sibling) == [200, 200]
    assert statuses(admin, chain.leaf) == [200, 200]
    admin.fresh().login(viewer.account["email"], PASSWORD, expect={401, 403})
    leaf = people["parent"].get(f"{COMPANIES}/{chain.leaf.id}").json
    assert (leaf["active"], leaf["open"]) == (True, False)

    assert admin.post(f"{COMPANIES}/{chain.branch.id}/unblock").json["open"] is True
    assert statuses(viewer, chain.leaf) == [401, 401], "a session that ended stays ended"
    admin.fresh().login(viewer.account["email"], PASSWORD)
    for _ in range(2):
        anonymous.get("/api/v1/records", headers=bearer)
    assert statuses(people["parent"], chain.leaf) == [200, 200]


def test_a_branch_is_blocked_from_above_and_never_by_itself(chain):
    parent, branch = chain.parent.as_("company_admin"), chain.branch.as_("company_admin")
    branch.post(f"{COMPANIES}/{chain.branch.id}/block", expect=403)
    branch.post(f"{COMPANIES}/{chain.parent.id}/block", expect=404)
    branch.post(f"{COMPANIES}/{chain.sibling.id}/block", expect=404)
    parent.post(f"{COMPANIES}/{chain.parent.id}/block", expect=403)
    assert statuses(branch, chain.branch) == [200, 200]
    assert parent.post(f"{COMPANIES}/{chain.branch.id}/block", {"reason": "closed"}).json["blocked_by"] == "parent"
    assert statuses(branch, chain.branch) == [401, 401]
    assert parent.post(f"{COMPANIES}/{chain.branch.id}/block", {"reason": 5}, expect=422).field_errors == {"reason": "type"}
    assert [item["id"] for item in parent.pages(COMPANIES, {"active": "false"})] == [chain.branch.id]
    assert parent.post(f"{COMPANIES}/{chain.branch.id}/unblock").json["blocked_by"] is None


def test_what_the_platform_blocked_a_parent_does_not_unblock(chain, admin):
    parent, path = chain.parent.as_("company_admin"), f"{COMPANIES}/{chain.branch.id}"
    admin.post(path + "/block")
    parent.post(path + "/unblock", expect=403)
    assert parent.post(path + "/block", {"reason": "ours too"}).json["blocked_by"] == "platform"
    parent.post(path + "/unblock", expect=403)
    parent.patch(path, {"active": True}, expect=403)
    assert admin.patch(path, {"active": True}).json["open"] is True


def test_a_branch_below_a_blocked_company_is_not_added(chain, admin):
    admin.post(f"{COMPANIES}/{chain.branch.id}/block")
    answer = chain.parent.as_("company_admin").post(COMPANIES, {"name": "X", "parent_id": chain.leaf.id}, expect=422)
    assert answer.field_errors == {"parent_id": "not_found"}
    made = admin.post(COMPANIES, {"name": "X", "parent_id": chain.leaf.id}, expect=201).json
    assert (made["active"], made["open"]) == (True, False)


def test_a_company_that_moves_below_a_blocked_one_is_blocked_with_it(chain, admin):
    viewer = chain.stranger.as_("viewer")
    admin.post(f"{COMPANIES}/{chain.branch.id}/block")
    assert statuses(viewer, chain.stranger) == [200, 200]
    admin.patch(f"{COMPANIES}/{chain.stranger.id}", {"parent_id": chain.leaf.id})
    assert statuses(viewer, chain.stranger) == [401, 401]


def test_a_block_by_hand_counts_too(chain, sql):
    viewer = chain.leaf.as_("viewer")
    assert statuses(viewer, chain.leaf) == [200, 200]
    sql("UPDATE company SET is_active = false WHERE id = %s", (chain.parent.id,))
    assert statuses(viewer, chain.leaf) == [401, 401]


def test_every_change_of_the_tree_is_told_to_all_above_and_below(chain, sql, admin):
    def versions():
        names = ("parent", "branch", "leaf", "sibling", "stranger")
        scopes = [f"{getattr(chain, name).id}:access" for name in names]
        return dict(zip(names, sql("SELECT versions_of(%s)", (scopes,))[0][0]))

    def told(act):
        before = versions()
        act()
        after = versions()
        return {name for name in before if before[name] != after[name]}

    path = f"{COMPANIES}/{chain.branch.id}"
    assert told(lambda: admin.post(f"{COMPANIES}/{chain.leaf.id}/block")) == {"parent", "branch", "leaf"}
    assert told(lambda: admin.post(f"{COMPANIES}/{chain.leaf.id}/unblock")) == {"parent", "branch", "leaf"}
    assert told(lambda: admin.post(path + "/block")) == {"parent", "branch", "leaf"}
    assert told(lambda: admin.post(path + "/unblock")) == {"parent", "branch", "leaf"}
    assert told(lambda: admin.patch(path, {"parent_id": chain.stranger.id})) == {"parent", "branch", "leaf", "stranger"}
    assert told(lambda: admin.post(COMPANIES, {"name": "New", "parent_id": chain.leaf.id}, expect=201)) == {
        "stranger", "branch", "leaf"}
