"""Comes behind the other tests: each change that any of them made through the API is in the activity log, under the request's id,
by whoever made it, and without a secret."""
import pytest

from support.openapi import Document

# What changes nothing, and leaves no entry: why.
NOT_A_CHANGE = {
    "estimateRecord": "measures a file and forgets it",
    "lookUpLink": "tells whose link it is; using it is noted",
}
# What may be asked for and change nothing, so that there is nothing to note each time; when it changes something, there is.
MAY_CHANGE_NOTHING = {
    "updateMe", "updateAccount", "updateCompany", "updateRecord", "updateOperator", "updateChecklist", "updateSettings", "updateWebhook",
    "setAccountPermissions", "blockAccount", "unblockAccount", "blockCompany", "unblockCompany", "activateChecklist",   # it is so already
    "endMyOtherSessions",                                        # there are none
    "topUpCompany", "createRecord", "createAccount", "createCompany", "createOperator", "createChecklist", "createMyToken", "createWebhook",
    "inviteAccount", "createErasure", "createExport",                            # the same Idempotency-Key again
    "putPbxIntegration", "putBitrixIntegration", "putAmocrmIntegration",   # the same again
}
# Somebody who is not known yet becomes known by it, or acts by a link.
ACTOR_BECOMES_KNOWN = {"login", "acceptInvitation", "choosePassword"}
# What is done to a company is in that company's log.
OF_THE_COMPANY_IN_THE_PATH = {"createCompany", "updateCompany", "blockCompany", "unblockCompany", "topUpCompany"}
CHANGES = [o for o in Document().operations if o.method != "GET" and o.id not in NOT_A_CHANGE]


@pytest.fixture(scope="module")
def entries(journal, stack, sql):
    """Request id → its entries, of all changes made on the stack under test."""
    mine = {request for _, server, request, *_ in journal.changes if server in (stack.url, stack.https_url)}
    found = {request: [] for request in mine}
    for request, action, account, company in sql("SELECT request_id, action, account_id::text, company_id::text FROM activity_log WHERE request_id = ANY (%s)",
                                        (sorted(mine),)):
        found[request].append((action, account, company))
    return found


@pytest.mark.parametrize("operation", CHANGES, ids=lambda o: o.id)
def test_a_change_is_in_the_log(operation, entries, journal):
    made = [(request, account) for name, _, request, account, _ in journal.changes if name == operation.id and request in entries]
    if not made:
        pytest.skip("not called in this run")
    silent = [request for request, _ in made if not entries[request]]
    assert len(silent) < len(made), f"{operation}: no entry for any of {len(made)} calls"
    assert not silent or operation.id in MAY_CHANGE_NOTHING, f"{operation}: no entry for {len(silent)} of {len(made)} calls: {silent[:5]}"
    if operation.id in ACTOR_BECOMES_KNOWN:
        return
    wrong = [(request, account, entries[request]) for request, account in made
             if account and entries[request] and account not in {by for _, by, _ in entries[request]}]
    assert not wrong, f"{operation}: by somebody else: {wrong[:3]}"


@pytest.mark.parametrize("operation", [o for o in CHANGES if o.id not in ACTOR_BECOMES_KNOWN | OF_THE_COMPANY_IN_THE_PATH], ids=lambda o: o.id)
def test_an_entry_is_in_the_log_of_the_company_that_the_change_was_made_in(operation, entries, journal):
    made = [(request, company) for name, _, request, account, company in journal.changes
            if name == operation.id and account and entries.get(request)]
    if not made:
        pytest.skip("not called in this run")
    wrong = [(request, company, entries[request]) for request, company in made if company not in {of for _, _, of in entries[request]}]
    assert not wrong, f"{operation}: in another company's log: {len(wrong)} of {len(made)}: {wrong[:3]}"


def test_no_entry_has_a_secret(sql, journal):
    """Whatever all tests wrote: no value under a name of a secret but the mask, no hash, no token."""
    leaked = sql("""SELECT id, action FROM activity_log WHERE before IS DISTINCT FROM audit_mask(before) OR after IS DISTINCT FROM audit_mask(after)
                    OR concat(before, after) ~ '(\\$argon2|correct-horse-battery|whsec_[A-Za-z0-9+/=]{8})'""")
    written_past_triggers = [row for row in leaked if row[1] == "record.create"]
    assert leaked == written_past_triggers == [], leaked[:5]
