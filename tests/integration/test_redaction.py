"""Numbers taken out of calls: what is said on a real call, through the whole pipeline."""
import subprocess

import pytest

from support import audio
from support.world import wait_for

SETTINGS = "/api/v1/settings"
RECORDS = "/api/v1/records"
SAID = "my card number is four one one one, one one one one, one one one one, one one one one"


@pytest.fixture(scope="module")
def card_call(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    path, turns = audio.call(folder / "card.wav", [("operator", "good morning how can i help you"), ("customer", SAID),
                                                   ("operator", "thank you have a nice day")], folder)
    return path, turns


def said_by_customer(client, record):
    transcript = client.get(f"{RECORDS}/{record['id']}/transcript").json
    segments = [s for s in transcript["segments"] if s["speaker"] == "customer"]
    return " ".join(s["text"] for s in segments), [word["text"] for s in segments for word in s["words"]]


def test_a_card_that_is_said_is_taken_out_of_everything_made_of_the_call(company, card_call):
    path, _ = card_call
    client = company.as_("supervisor")
    plain = company.completed(path, operator_code=company.operator()["code"])
    text, words = said_by_customer(client, plain)
    assert "four one one one" in text and words.count("one") >= 15, text

    company.as_("company_admin").patch(SETTINGS, {"redaction": {"cards": True}})
    redacted = company.completed(path, operator_code=company.operator()["code"])
    text, words = said_by_customer(client, redacted)
    assert "[card]" in text and "[card]" in words
    assert "four" not in text.split() and "one" not in text.split() and "one" not in words
    assert "is" in text.split(), "what was said before it stays"
    found = {record["id"] for record in client.pages(RECORDS, {"q": "four one"})}
    assert plain["id"] in found and redacted["id"] not in found


def test_analysed_again_an_old_call_is_redacted_too(company, card_call):
    path, _ = card_call
    client = company.as_("supervisor")
    record = company.completed(path, operator_code=company.operator()["code"])
    company.as_("company_admin").patch(SETTINGS, {"redaction": {"cards": True, "phones": True, "emails": True}})
    client.post(f"{RECORDS}/{record['id']}/reprocess", expect=202)
    again = company.finished(record["id"])
    assert again["status"] == "COMPLETED"
    text, _ = said_by_customer(client, again)
    assert "[card]" in text and "four" not in text.split()


def test_what_is_kept_and_taken_out_is_set_member_by_member(company):
    client = company.as_("company_admin")
    before = client.get(SETTINGS).json
    assert before["retention"] == {"audio_days": None, "transcript_days": None, "chat_days": None, "record_days": None}
    assert before["redaction"] == {"cards": False, "phones": False, "emails": False, "audio": False}
    client.patch(SETTINGS, {"retention": {"audio_days": 30, "record_days": 400}, "redaction": {"cards": True}})
    after = client.patch(SETTINGS, {"retention": {"audio_days": None, "chat_days": 7}, "redaction": {"audio": True}}).json
    assert after["retention"] == {"audio_days": None, "transcript_days": None, "chat_days": 7, "record_days": 400}
    assert after["redaction"] == {"cards": True, "phones": False, "emails": False, "audio": True}
    assert client.get(SETTINGS).json == after
    noted = company.as_("company_admin").get("/api/v1/activity-logs", query={"action": "settings.update"}).json["items"][0]
    assert noted["before"] == {"retention": {"audio_days": 30, "transcript_days": None, "chat_days": None, "record_days": 400},
                               "redaction": {"cards": True, "phones": False, "emails": False, "audio": False}}


@pytest.mark.parametrize("change, path", [
    ({"retention": {"audio_days": 0}}, "retention.audio_days"), ({"retention": {"audio_days": 36501}}, "retention.audio_days"),
    ({"retention": {"audio_days": "7"}}, "retention.audio_days"), ({"retention": {"days": 7}}, "retention.days"),
    ({"retention": None}, "retention"), ({"retention": {"audio_days": 31, "record_days": 30}}, "retention.audio_days"),
    ({"retention": {"transcript_days": 31, "record_days": 30}}, "retention.transcript_days"),
    ({"redaction": {"cards": "yes"}}, "redaction.cards"), ({"redaction": {"names": True}}, "redaction.names"),
    ({"redaction": {"audio": True}}, "redaction.audio"), ({"redaction": []}, "redaction"),
], ids=str)
def test_settings_that_make_no_sense_are_refused_by_field(company, change, path):
    client = company.as_("company_admin")
    before = client.get(SETTINGS).json
    answer = client.patch(SETTINGS, {"language": "ru", **change}, expect=422)
    assert path in answer.field_errors, answer.json["errors"]
    assert client.get(SETTINGS).json == before


def test_only_who_manages_the_company_sets_them(company):
    for role in ("supervisor", "viewer", "operator"):
        company.as_(role).patch(SETTINGS, {"retention": {"audio_days": 1}}, expect=403)


def loudness(path, channel, start_s, end_s):
    """RMS of one channel in a stretch of a sound file."""
    done = subprocess.run(["sox", str(path), "-n", "remix", str(channel), "trim", str(start_s), f"={end_s}", "stat"],
                          check=True, capture_output=True, text=True)
    return float(next(line.split()[-1] for line in done.stderr.splitlines() if line.startswith("RMS     amplitude")))


@pytest.mark.parametrize("form", ["wav", "ogg", "mono.wav"])
def test_the_recording_is_silent_where_the_card_was_said_and_nowhere_else(company, stack, sql, card_call, tmp_path, form):
    path, turns = card_call
    sent = tmp_path / f"card.{form.split('.')[-1]}"
    audio.run("ffmpeg", "-i", path, *(["-ac", "1"] if "mono" in form else []), sent)
    client = company.as_("supervisor")
    company.as_("company_admin").patch(SETTINGS, {"redaction": {"cards": True, "audio": True}})
    record = company.completed(sent, operator_code=company.operator()["code"])
    heard = tmp_path / "heard.flac"
    heard.write_bytes(client.get(f"{RECORDS}/{record['id']}/audio").body)
    assert record["file"]["content_type"] == "audio/flac" and record["file"]["size_bytes"] == heard.stat().st_size
    wave = client.get(f"{RECORDS}/{record['id']}/waveform").json
    spans = wave["redacted"]
    assert spans and all(span["kind"] == "card" for span in spans)
    assert {span["channel"] for span in spans} == ({None} if "mono" in form else {1})
    assert abs(audio.seconds_of(heard) - audio.seconds_of(path)) < 0.1
    channel = 1 if "mono" in form else 2
    for span in spans:
        assert loudness(heard, channel, span["start_ms"] / 1000, span["end_ms"] / 1000) == 0
        assert loudness(path, 2, span["start_ms"] / 1000, span["end_ms"] / 1000) > 0.01, "something was said there"
        peaks = wave["channels"][channel - 1]["peaks"]
        first, last = (int(ms * len(peaks) / wave["duration_ms"]) for ms in (span["start_ms"], span["end_ms"]))
        assert set(peaks[first + 1:last]) <= {0}
    # All of the number: from its first digit to its end; what stands before stays.
    _, start, end = turns[1]
    assert spans[0]["start_ms"] < (start + (end - start) * 0.4) * 1000 and spans[-1]["end_ms"] > (end - 0.5) * 1000
    for who, start, end in (turns[0], turns[2]):
        before, after = loudness(path, 1, start, end), loudness(heard, 1, start, end)
        assert after > 0.5 * before if "mono" not in form else after > 0.2 * before, who
    # The first recording is gone, and there is one file.
    mine = lambda: [name for name in stack.audio_files() if record["id"] in name]
    sql("UPDATE maintenance_task SET due_at = now(), claimed_until = now() WHERE name = 'file_removal'")
    wait_for("the first recording to be removed", 40, lambda: len(mine()) == 1)
    assert mine() == [sql("SELECT audio_path FROM record WHERE id = %s", (record["id"],))[0][0]]


def test_analysed_again_a_silenced_recording_stays_silent(company, card_call, tmp_path):
    path, _ = card_call
    client = company.as_("supervisor")
    company.as_("company_admin").patch(SETTINGS, {"redaction": {"cards": True, "audio": True}})
    record = company.completed(path, operator_code=company.operator()["code"])
    before = client.get(f"{RECORDS}/{record['id']}/waveform").json["redacted"]
    sound = client.get(f"{RECORDS}/{record['id']}/audio").body
    client.post(f"{RECORDS}/{record['id']}/reprocess", expect=202)
    assert company.finished(record["id"])["status"] == "COMPLETED"
    assert client.get(f"{RECORDS}/{record['id']}/waveform").json["redacted"] == before
    assert client.get(f"{RECORDS}/{record['id']}/audio").body == sound
    text, _ = said_by_customer(client, record)
    assert "four" not in text.split() and "one" not in text.split()
