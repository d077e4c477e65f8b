"""company_settings.encrypt_transcripts: what was said is stored as tokens alone, is found by no word of it, and is read as ever."""
import json

import pytest

from support.secrets import stack_fernet
from support.world import wait_for

SETTINGS, RECORDS = "/api/v1/settings", "/api/v1/records"


@pytest.fixture(scope="module")
def told(world, spoken_call):
    """A company with one analysed call that is stored in the clear, and what a reader sees of it."""
    company = world.company()
    company.admin.patch(SETTINGS, {"purposes": ["order"], "products": ["fridge"], "channel_map": {"operator_channel": 0}},
                        query=company.scope)
    company.checklist()
    record = company.completed(spoken_call[0], name="20261120_101530_101_901234567.wav", title="Kitchen 77")
    return company, record["id"]


def seen(company, record):
    client = company.as_("supervisor")
    return (client.get(f"{RECORDS}/{record}").json, client.get(f"{RECORDS}/{record}/transcript").json,
            client.get(RECORDS).json["items"])


def found(company, word):
    return [item["id"] for item in company.as_("supervisor").get(RECORDS, query={"q": word}).json["items"]]


def words_of(sql, record):
    """All that PostgreSQL holds of a call, as text."""
    rows = []
    for table, key in (("record", "id"), ("transcript", "record_id"), ("result", "record_id"), ("result_answer", "record_id"),
                       ("activity_log", "resource_id")):
        rows += sql(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {key}::text = %s", [record])
    return " ".join(row for row, in rows).lower()


def switch(company, sql, on):
    changed = company.as_("company_admin").patch(SETTINGS, {"encrypt_transcripts": on}).json
    assert changed["encrypt_transcripts"] is on
    wait_for("the calls that are there follow", 60, lambda: not sql(
        "SELECT transcript_encryption_pending FROM company_settings WHERE company_id = %s", [company.id])[0][0])


def a_word(transcript):
    words = [word for segment in transcript["segments"] for word in segment["text"].lower().split() if word.isalpha() and len(word) > 4]
    assert words, transcript
    return words[0]


def test_switched_on_nothing_that_was_said_is_left_in_the_database_and_switched_off_it_is_as_before(told, sql, stack):
    company, record = told
    before = seen(company, record)
    word = a_word(before[1])
    assert found(company, word) == [record] and word in words_of(sql, record)

    switch(company, sql, True)
    assert seen(company, record) == before, "a reader sees a difference"
    quotes = [question["evidence"]["quote"] for segment in before[0]["result"]["checklist"]["segments"]
              for question in segment["questions"] if question["evidence"]]
    stored = words_of(sql, record)
    for said in (word, *(quote.lower() for quote in quotes), (before[0]["result"]["summary"] or word).lower()):
        assert said not in stored, said
    token, = sql("SELECT segments_cipher FROM transcript WHERE record_id = %s", [record])[0]
    assert json.loads(stack_fernet(stack).decrypt(token.encode())) == before[1]["segments"]
    assert found(company, word) == [] and found(company, "kitchen") == [record]

    switch(company, sql, False)
    assert seen(company, record) == before
    assert found(company, word) == [record]
    assert sql("SELECT segments_cipher FROM transcript WHERE record_id = %s", [record]) == [(None,)]


def test_a_call_that_comes_in_later_is_never_stored_in_the_clear(told, sql, spoken_call):
    company, record = told
    switch(company, sql, True)
    fresh = company.completed(spoken_call[0], name="20261121_101530_101_901234567.wav", title="Kitchen 78")["id"]
    record_seen, transcript, _ = seen(company, fresh)
    word = a_word(transcript)
    assert record_seen["result"]["checklist"]["segments"]
    assert word not in words_of(sql, fresh)
    company.as_("supervisor").post(f"{RECORDS}/{fresh}/reprocess", expect=202)
    assert company.finished(fresh)["status"] == "COMPLETED"
    assert seen(company, fresh)[1]["segments"] == transcript["segments"]
    assert word not in words_of(sql, fresh) and found(company, word) == []
    sql("SELECT record_describe_all()")
    assert found(company, word) == []
    switch(company, sql, False)


def test_a_title_that_holds_a_token_is_not_opened(told, sql):
    """Who has read the database and may write a title gets nothing decrypted by it."""
    company, record = told
    switch(company, sql, True)
    token, = sql("SELECT segments_cipher FROM transcript WHERE record_id = %s", [record])[0]
    title = '"summary_sealed" : "' + token[:200] + '"'
    client = company.as_("supervisor")
    changed = client.patch(f"{RECORDS}/{record}", {"title": title}).json
    assert changed["title"] == title
    client.patch(f"{RECORDS}/{record}", {"title": "Kitchen 77"})
    switch(company, sql, False)


def test_the_setting_is_a_companys_own_and_must_be_a_boolean(told):
    company, _ = told
    admin = company.as_("company_admin")
    for wrong in (None, "yes", 1):
        assert "encrypt_transcripts" in admin.patch(SETTINGS, {"encrypt_transcripts": wrong}, expect=422).field_errors
    company.as_("supervisor").patch(SETTINGS, {"encrypt_transcripts": True}, expect=403)
