"""One real call through decode, transcribe, assess and settle: its result, transcript, waveform, audio and bill."""
import re

import pytest

RECORDS = "/api/v1/records"


@pytest.fixture(scope="module")
def path(analysed):
    return f"{RECORDS}/{analysed.record['id']}"


@pytest.fixture(scope="module")
def transcript(analysed, path):
    return analysed.client.get(path + "/transcript").json


def questions(record):
    return [question for segment in record["result"]["checklist"]["segments"] for question in segment["questions"]]


def spoken_ms(analysed, who):
    return sum(end - start for speaker, start, end in analysed.turns if speaker == who) * 1000


def test_the_record_is_completed_with_all_its_parts(analysed, path):
    record = analysed.client.get(path).json
    assert record["status"] == "COMPLETED" and record["progress"] == 100 and record["failure"] is None
    assert record["operator"]["id"] == analysed.operator["id"] and record["call_type"] == "outbound"
    assert record["client_phone_number"] == "901234567" and record["language"] == "en"
    assert record["result"]["engines"]["transcriber"].startswith("pocketsphinx")
    assert record["result"]["engines"]["assessor"].startswith("lexical")


def test_the_transcript_follows_who_spoke_when(analysed, transcript):
    segments = transcript["segments"]
    assert segments and {segment["speaker"] for segment in segments} == {"operator", "customer"}
    assert [s["start_ms"] for s in segments] == sorted(s["start_ms"] for s in segments)
    for segment in segments:
        assert segment["start_ms"] < segment["end_ms"] <= analysed.record["duration_ms"]
        inside = [(w["start_ms"], w["end_ms"]) for w in segment["words"]]
        assert inside and all(segment["start_ms"] <= start <= end <= segment["end_ms"] for start, end in inside)
        assert inside == sorted(inside)
        turns = [turn for turn in analysed.turns if turn[0] == segment["speaker"]]
        middle = (segment["start_ms"] + segment["end_ms"]) / 2000
        assert any(start - 0.5 <= middle <= end + 0.5 for _, start, end in turns), f"{segment} is where {segment['speaker']} is silent"


def test_the_transcript_has_the_words_that_were_said(transcript):
    text = " ".join(segment["text"] for segment in transcript["segments"]).lower()
    heard = {word for word in ("good", "morning", "service", "help", "order", "new", "fridge", "thank", "nice", "day") if word in text}
    assert len(heard) >= 4, text


def test_the_record_is_found_by_a_word_of_its_transcript(analysed, transcript):
    word = max(re.findall(r"[a-z]+", transcript["segments"][0]["text"].lower()), key=len)
    assert [item["id"] for item in analysed.client.pages(RECORDS, {"q": word})] == [analysed.record["id"]]


def test_talk_metrics_fit_the_sound(analysed):
    result, first = analysed.record["result"], analysed.turns[0]
    assert abs(result["operator_answer_delay_ms"] - first[1] * 1000) < 500
    assert abs(result["operator_speech_ms"] - spoken_ms(analysed, "operator")) < 0.35 * spoken_ms(analysed, "operator")
    assert abs(result["customer_speech_ms"] - spoken_ms(analysed, "customer")) < 0.35 * spoken_ms(analysed, "customer")
    assert 3_500 <= result["silence_ms"] <= 6_000
    assert result["overlap_ms"] == 0
    assert result["speakers"] == {"operator_channel": 0, "confidence": 1, "basis": "channel_map"}


def test_each_question_of_the_checklist_is_answered_with_evidence(analysed, transcript):
    checklist = analysed.record["result"]["checklist"]
    assert checklist["checklist_id"] == analysed.checklist["id"] and checklist["version"] == 1
    asked = [q["id"] for segment in analysed.checklist["segments"] for q in segment["questions"]]
    assert [q["id"] for q in questions(analysed.record)] == asked
    spoken = re.sub(r"\W+", " ", " ".join(segment["text"] for segment in transcript["segments"]).lower())
    for question in questions(analysed.record):
        if question["answer"] == "yes":
            assert question["evidence"] is not None
        if question["evidence"]:
            assert re.sub(r"\W+", " ", question["evidence"]["quote"].lower()).strip() in spoken
            assert question["evidence"]["start_ms"] < question["evidence"]["end_ms"] <= analysed.record["duration_ms"]


def test_the_score_follows_from_the_answers(analysed):
    weights = {answer: sum(q["weight"] for q in questions(analysed.record) if q["answer"] == answer) for answer in ("yes", "no")}
    told = sum(weights.values())
    expected = round(100 * weights["yes"] / told, 2) if told else None
    assert analysed.record["result"]["checklist"]["score"] == pytest.approx(expected, abs=0.011)
    row, = analysed.client.pages(RECORDS)
    assert row["result"]["score"] == analysed.record["result"]["checklist"]["score"]


def test_the_call_is_charged_once_and_nothing_stays_reserved(analysed):
    price = -(-analysed.record["duration_ms"] * 10_000 // 60_000)
    assert analysed.record["cost_minor"] == price
    balance = analysed.company.balance()
    assert balance["balance_minor"] == analysed.before["balance_minor"] - price and balance["reserved_minor"] == 0
    charge, = analysed.company.as_("company_admin").pages("/api/v1/transactions", {"type": "charge"})
    assert (charge["amount_minor"], charge["record_id"], charge["account_id"]) == (-price, analysed.record["id"], None)
    assert charge["balance_after_minor"] == balance["balance_minor"]


def test_the_waveform_has_a_lane_for_each_side(analysed, path):
    waveform = analysed.client.get(path + "/waveform").json
    assert [channel["role"] for channel in waveform["channels"]] == ["operator", "customer"]
    assert waveform["duration_ms"] == analysed.record["duration_ms"]
    lanes = [channel["peaks"] for channel in waveform["channels"]]
    assert len(lanes[0]) == len(lanes[1]) >= 100
    seconds = waveform["duration_ms"] / 1000
    for lane, who in zip(lanes, ("operator", "customer")):
        loud = max(lane)
        assert loud > 5
        for number, peak in enumerate(lane):
            at = number * seconds / len(lane)
            if not any(start - 0.2 <= at <= end + 0.2 for speaker, start, end in analysed.turns if speaker == who):
                assert peak <= loud / 4, f"{who} is loud at {at:.2f} s"
    (silence,) = waveform["silences"]
    assert silence["end_ms"] - silence["start_ms"] == pytest.approx(analysed.record["result"]["silence_ms"], abs=5)
    assert waveform["overlaps"] == []


@pytest.mark.parametrize("suffix", ["", "/transcript", "/waveform"])
def test_reads_are_conditional(analysed, path, suffix):
    etag = analysed.client.get(path + suffix).headers["ETag"]
    same = analysed.client.get(path + suffix, headers={"If-None-Match": etag}, expect=304).headers["ETag"]
    assert same.removeprefix("W/") == etag.removeprefix("W/")  # compressed on the way, a tag becomes weak
    assert analysed.client.get(path + suffix, headers={"If-None-Match": f'"x", {etag}'}, expect=304)
    assert analysed.client.get(path + suffix, headers={"If-None-Match": "*"}, expect=304)
    analysed.client.get(path + suffix, headers={"If-None-Match": '"another"'})


# ---- audio -----------------------------------------------------------------------------------------------------------

def test_the_audio_is_the_uploaded_file(analysed, path):
    answer = analysed.client.get(path + "/audio")
    assert answer.body == analysed.path.read_bytes()
    assert answer.headers["Content-Type"].startswith("audio/wav")
    assert "X-Accel-Redirect" not in answer.headers and "Content-Encoding" not in answer.headers
    assert answer.headers.get("Content-Disposition", "inline").startswith("inline")


@pytest.mark.parametrize("asked, start, end", [("bytes=0-99", 0, 100), ("bytes=44-", 44, None), ("bytes=-100", -100, None),
                                               ("bytes=1000-1000", 1000, 1001), ("bytes=0-999999999", 0, None)])
def test_a_part_of_the_audio(analysed, path, asked, start, end):
    whole = analysed.path.read_bytes()
    answer = analysed.client.get(path + "/audio", headers={"Range": asked}, expect=206)
    assert answer.body == whole[start:end]
    first = start % len(whole)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(answer.body) - 1}/{len(whole)}"


def test_a_range_past_the_end_is_416(analysed, path):
    size = analysed.path.stat().st_size
    answer = analysed.client.get(path + "/audio", headers={"Range": f"bytes={size}-"}, expect=416)
    assert answer.headers["Content-Range"] == f"bytes */{size}" and answer.code == "range_not_satisfiable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff", "once, not twice"


@pytest.mark.parametrize("asked", ["bytes=9-1", "bytes=x-y", "seconds=0-1"])
def test_a_range_that_makes_no_sense_is_ignored_or_416(analysed, path, asked):
    answer = analysed.client.get(path + "/audio", headers={"Range": asked}, expect={200, 416})
    assert answer.status == 416 or answer.body == analysed.path.read_bytes()


def test_two_ranges_come_as_two_parts(analysed, path):
    answer = analysed.client.get(path + "/audio", headers={"Range": "bytes=0-9,100-109"}, expect=206)
    assert answer.headers["Content-Type"].startswith("multipart/byteranges")


def test_the_audio_is_conditional_and_if_range_works(analysed, path):
    etag = analysed.client.get(path + "/audio").headers["ETag"]
    analysed.client.get(path + "/audio", headers={"If-None-Match": etag}, expect=304)
    analysed.client.get(path + "/audio", headers={"Range": "bytes=0-9", "If-Range": etag}, expect=206)
    analysed.client.get(path + "/audio", headers={"Range": "bytes=0-9", "If-Range": '"old"'}, expect=200)


def test_the_store_cannot_be_reached_around_the_app(analysed, stack, sql):
    (stored,), = sql("SELECT audio_path FROM record WHERE id = %s", (analysed.record["id"],))
    for address in (f"/_audio/{stored}", f"/_audio/../_audio/{stored}", f"/api/v1/../../_audio/{stored}", f"/%5faudio/{stored}"):
        response = analysed.client.session.get(stack.url + address)
        assert analysed.path.read_bytes() != response.content
        assert response.status_code == 404


def test_audio_needs_a_session(analysed, path):
    analysed.client.fresh().get(path + "/audio", expect=401)
