"""Comes last: what the whole run has seen of the document. Only a run of everything can tell."""
import pytest

from support.openapi import Document

DOCUMENT = Document()
# Streams are read by test_live.py without the client's journal.
UNCOUNTED = {"streamEvents"}


@pytest.fixture(scope="module", autouse=True)
def whole_run(request, journal):
    modules = {item.path.name for item in request.session.items}
    everything = {path.name for path in request.path.parent.glob("test_*.py")}
    if modules != everything:
        pytest.skip("only a run of all tests can tell")


@pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if o.id not in UNCOUNTED], ids=lambda o: o.id)
def test_an_operation_was_seen_to_succeed(journal, operation):
    assert any(200 <= status < 300 for status in journal.statuses[operation.id]), sorted(journal.statuses[operation.id])


@pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if o.id not in UNCOUNTED], ids=lambda o: o.id)
def test_an_operation_takes_two_round_trips_at_most(journal, operation):
    # What an outside service said is written once it has answered, where it did not take the key.
    asks_outside = operation.id in {"checkPbxIntegration", "checkBitrixIntegration", "checkAmocrmIntegration"}
    assert journal.round_trips.get(operation.id, 0) <= (3 if asks_outside else 2)


# Errors that the document promises and no run can bring about, and why.
NGINX = "nginx answers so to addresses that METRICS_FROM does not name: tests/deploy/test_edge_limits.py"
NEVER_SEEN = {"getMetrics 403": NGINX, "getHealthDetailed 403": NGINX}


def test_the_errors_that_the_document_promises_were_seen(journal):
    """All but those that only an overloaded or broken server gives."""
    unseen = {f"{o.id} {status}" for o in DOCUMENT.operations if o.id not in UNCOUNTED for status in map(int, o.spec["responses"])
              if status >= 400 and status not in (413, 415, 429, 503) and status not in journal.statuses[o.id]}
    assert not unseen - set(NEVER_SEEN), "\n".join(sorted(unseen - set(NEVER_SEEN)))
    assert not set(NEVER_SEEN) - unseen, "seen after all: " + ", ".join(sorted(set(NEVER_SEEN) - unseen))
