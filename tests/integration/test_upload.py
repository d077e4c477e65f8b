"""POST /records: what is taken, what is read from names, formats, and estimates."""
import pytest

from support import audio

RECORDS = "/api/v1/records"


def cost(duration_ms, price):
    return -(-duration_ms * price // 60_000)


def test_an_upload_is_accepted_reserved_and_findable(company, sounds, stack):
    client = company.as_("user")
    with open(sounds.stereo, "rb") as sound:
        answer = client.post(RECORDS, files={"file": ("call one.wav", sound, "audio/wav")}, expect=202)
    record = answer.json
    assert answer.headers["Location"] == f"{RECORDS}/{record['id']}"
    assert record["status"] in ("UPLOADED", "PENDING", "PROCESSING") and record["result"] is None
    assert record["title"] == "call one.wav" and record["source"] == "upload"
    assert record["duration_ms"] == 2000
    assert record["file"] == {"size_bytes": sounds.stereo.stat().st_size, "content_type": "audio/wav", "channels": 2, "sample_rate_hz": 8000,
                              "available": True}
    assert record["cost_minor"] == cost(2000, 10_000)
    assert record["operator"] is None and record["call_type"] is None and record["client_phone_number"] is None
    assert client.get(answer.headers["Location"]).json["id"] == record["id"]
    assert [item["id"] for item in client.pages(RECORDS)] == [record["id"]]
    assert any(record["id"] in path and company.id in path for path in stack.audio_files())


def test_fields_say_what_the_call_is(company, sounds):
    operator, checklist = company.operator(code="123"), company.checklist(active=False)
    record = company.upload(sounds.beep, title="A complaint", operator_code="123", call_type="internal",
                            client_phone_number="+998901234567", checklist_id=checklist["id"], started_at="2026-11-02T03:04:05+05:00")
    assert record["title"] == "A complaint" and record["call_type"] == "internal"
    assert record["operator"] == {"id": operator["id"], "code": "123", "name": operator["name"]}
    assert record["client_phone_number"] == "+998901234567" and record["checklist_id"] == checklist["id"]
    assert record["started_at"].startswith("2026-11-01T22:04:05")


def test_fields_may_come_before_or_after_the_file(company, sounds):
    client = company.as_("supervisor")
    payload = sounds.beep.read_bytes()
    for order in ((("title", (None, "T")), ("file", ("a.wav", payload, "audio/wav"))),
                  (("file", ("a.wav", payload, "audio/wav")), ("title", (None, "T")))):
        assert client.post(RECORDS, files=list(order), expect=202).json["title"] == "T"


def test_an_empty_field_counts_as_absent(company, sounds):
    """Browsers send untouched inputs so."""
    record = company.upload(sounds.beep, title="", operator_code="", call_type="", client_phone_number="", checklist_id="", general="")
    assert record["title"] == "beep.wav" and record["operator"] is None


def test_the_same_idempotency_key_makes_one_call(company, sounds, stack):
    client, key = company.as_("user"), {"Idempotency-Key": "upload-1"}
    files = stack.audio_files()
    answers = []
    for _ in range(2):
        with open(sounds.beep, "rb") as sound:
            answers.append(client.post(RECORDS, files={"file": ("a.wav", sound)}, headers=key, expect=202))
    assert answers[0].json["id"] == answers[1].json["id"] and answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(client.pages(RECORDS)) == 1 and len(stack.audio_files() - files) == 1
    company.finished(answers[0].json["id"])
    assert company.balance()["balance_minor"] == 100_000_000 - cost(1500, 10_000)
    other = company.upload(sounds.beep, client=company.as_("supervisor"))
    assert other["id"] != answers[0].json["id"], "a key is its account's own"


def test_the_active_checklist_is_the_default_and_general_means_none(company, sounds):
    checklist = company.checklist()
    assert company.upload(sounds.beep)["checklist_id"] == checklist["id"]
    assert company.upload(sounds.beep, general="true")["checklist_id"] is None
    assert company.upload(sounds.beep, general="false")["checklist_id"] == checklist["id"]


@pytest.mark.parametrize("name, call_type, code, phone", [
    ("20261120_101530_901234567_101.wav", "inbound", "101", "901234567"),
    ("20261120_101530_101_901234567.wav", "outbound", "101", "901234567"),
    ("101_901234567.wav", "outbound", "101", "901234567"),
    ("901234567_101.mp3.wav", None, None, None),
    ("a_b_c_901234567_101.WAV", "inbound", "101", "901234567"),
    ("20261120_101_90123456.wav", None, None, None),
    ("20261120_1010_901234567.wav", None, None, None),
    ("101-901234567.wav", None, None, None),
    ("901234567_101_extra.wav", None, None, None),
    ("101_101.wav", None, None, None),
    ("901234567_901234567.wav", None, None, None),
    ("901234567_999.wav", "inbound", None, "901234567"),
], ids=str)
def test_pbx_file_names_tell_direction_operator_and_client(company, sounds, name, call_type, code, phone):
    company.operator(code="101")
    record = company.upload(sounds.beep, name=name)
    assert record["call_type"] == call_type
    assert (record["operator"] or {}).get("code") == code
    assert record["client_phone_number"] == phone


def test_a_field_wins_over_the_file_name(company, sounds):
    company.operator(code="101")
    company.operator(code="202")
    record = company.upload(sounds.beep, name="901234567_101.wav", operator_code="202", call_type="outbound", client_phone_number="712000000")
    assert (record["operator"]["code"], record["call_type"], record["client_phone_number"]) == ("202", "outbound", "712000000")


@pytest.mark.parametrize("name", ["../../../../etc/passwd.wav", "..\\..\\boot.wav", "/abs/olute.wav", 'quo"te.wav', "o‘zbekcha қўнғироқ.wav",
                                  "a" * 250 + ".wav", ".wav", "semi;colon=x.wav"])
def test_a_file_name_is_only_a_title(company, sounds, stack, name):
    before = stack.audio_files()
    record = company.upload(sounds.beep, name=name)
    assert "/" not in record["title"] and "\\" not in record["title"] or name.startswith("..\\")
    new = stack.audio_files() - before
    assert all(path.startswith(company.id + "/") for path in new) and any(record["id"] in path for path in new)


FORMATS = {
    "wav-8k-mono": (["-ar", "8000", "-ac", "1", "-c:a", "pcm_s16le"], "wav", "audio/wav", 1),
    "wav-alaw": (["-ar", "8000", "-ac", "2", "-c:a", "pcm_alaw"], "wav", "audio/wav", 2),
    "wav-gsm": (["-ar", "8000", "-ac", "1", "-c:a", "libgsm_ms"], "wav", "audio/wav", 1),
    "wav-float-48k": (["-ar", "48000", "-ac", "2", "-c:a", "pcm_f32le"], "wav", "audio/wav", 2),
    "mp3": (["-ar", "44100", "-ac", "2", "-c:a", "libmp3lame"], "mp3", "audio/mpeg", 2),
    "mp3-8k": (["-ar", "8000", "-ac", "1", "-c:a", "libmp3lame"], "mp3", "audio/mpeg", 1),
    "m4a": (["-ar", "44100", "-ac", "2", "-c:a", "aac"], "m4a", "audio/mp4", 2),
    "ogg-opus": (["-ar", "48000", "-ac", "2", "-c:a", "libopus"], "ogg", "audio/ogg", 2),
    "ogg-vorbis": (["-ar", "16000", "-ac", "2", "-c:a", "libvorbis"], "ogg", "audio/ogg", 2),
    "flac": (["-ar", "22050", "-ac", "2", "-c:a", "flac"], "flac", "audio/flac", 2),
    "amr-nb": ("amr-nb", "amr", "audio/amr", 1),
    "gsm": (["-ar", "8000", "-ac", "1", "-c:a", "libgsm", "-f", "gsm"], "gsm", "audio/gsm", 1),
    "webm-opus": (["-ar", "48000", "-ac", "1", "-c:a", "libopus"], "webm", "audio/webm", 1),
}


@pytest.mark.parametrize("which", FORMATS)
def test_each_format_is_taken_for_what_is_in_it(company, sounds, tmp_path, which):
    options, extension, content_type, channels = FORMATS[which]
    source, path = tmp_path / "source.wav", tmp_path / f"call.{extension}"
    audio.write_wav(source, [audio.tone(3, 16000), audio.tone(3, 16000, hz=900)], 16000)
    if isinstance(options, str):  # Debian's ffmpeg only reads amr; sox writes it
        audio.run("sox", source, "-r", 8000, "-c", 1, "-t", options, path)
    else:
        audio.run("ffmpeg", "-nostdin", "-v", "error", "-i", source, *options, path)
    # Neither the name nor the type that the client claims is believed; a bare gsm stream has nothing but its name.
    name = f"call.{extension}" if extension in ("gsm", "amr") else "call.bin"
    record = company.upload(path, name=name, content_type="application/octet-stream")
    assert abs(record["duration_ms"] - 3000) <= 200  # an mp3 encoder adds up to three frames
    assert record["file"]["channels"] == channels
    assert record["file"]["content_type"] in (content_type, content_type.replace("audio/", "audio/x-"))
    assert company.finished(record["id"])["status"] == "COMPLETED"


def test_a_chunked_upload_is_taken(company, sounds):
    boundary, payload = "frontier", sounds.beep.read_bytes()
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.wav\"\r\n"
            f"Content-Type: audio/wav\r\n\r\n").encode() + payload + f"\r\n--{boundary}--\r\n".encode()

    def pieces():
        for start in range(0, len(body), 1000):
            yield body[start:start + 1000]

    answer = company.as_("user").request("POST", RECORDS, data=pieces(), expect=202,
                                         headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
    assert answer.json["duration_ms"] == 1500


def test_a_silent_file_is_judged_not_failed(company, tmp_path):
    path = audio.write_wav(tmp_path / "silent.wav", [audio.silence(6), audio.silence(6)])
    record = company.completed(path)
    assert record["result"]["silence_ms"] >= 5500
    assert record["result"]["operator_answer_delay_ms"] is None
    assert record["result"]["sentiment"]["conversation"] is None


def test_an_estimate_by_duration_stores_nothing(company):
    client = company.as_("user")
    for duration in (1, 59_999, 60_000, 60_001, 123_456):
        estimate = client.post(RECORDS + "/estimate", {"duration_ms": duration}).json
        assert estimate["cost_minor"] == cost(duration, 10_000) and estimate["duration_ms"] == duration
        assert estimate["sufficient"] is True and estimate["available_minor"] == 100_000_000
    assert client.pages(RECORDS) == []


def test_an_estimate_by_file_throws_the_file_away(company, sounds, stack):
    before = stack.audio_files()
    with open(sounds.stereo, "rb") as sound:
        estimate = company.as_("user").post(RECORDS + "/estimate", files={"file": ("x.wav", sound)}).json
    assert (estimate["duration_ms"], estimate["cost_minor"], estimate["currency"]) == (2000, cost(2000, 10_000), "UZS")
    assert stack.audio_files() == before


def test_an_estimate_says_when_the_balance_does_not_cover_it(world):
    company = world.company(balance=100)
    estimate = company.as_("user").post(RECORDS + "/estimate", {"duration_ms": 60_000}).json
    assert estimate["sufficient"] is False and estimate["balance_minor"] == estimate["available_minor"] == 100


@pytest.mark.parametrize("body", [{}, {"duration_ms": 0}, {"duration_ms": -5}, {"duration_ms": "60000"}, {"duration_ms": 1.5},
                                  {"duration_ms": 14_400_001}, {"duration_ms": None}], ids=str)
def test_a_wrong_estimate_is_refused(company, body):
    assert "duration_ms" in company.as_("user").post(RECORDS + "/estimate", body, expect=422).field_errors


def test_too_little_money_is_told_before_anything_is_stored(world, sounds, stack, sql):
    company = world.company(balance=100)
    files = stack.audio_files()
    answer = company.upload(sounds.beep, expect=402)
    assert answer.json["cost_minor"] == cost(1500, 10_000) and answer.json["available_minor"] == 100 and answer.json["currency"] == "UZS"
    assert sql("SELECT count(*) FROM record WHERE company_id = %s", (company.id,)) == [(0,)]
    assert sql("SELECT count(*) FROM job WHERE company_id = %s", (company.id,)) == [(0,)]
    assert stack.audio_files() == files
    assert company.balance()["balance_minor"] == 100 and company.balance()["reserved_minor"] == 0


def test_reservations_count_against_the_next_upload(world, sounds):
    company = world.company(balance=cost(1500, 1_000_000), price=1_000_000)
    company.upload(sounds.beep)
    company.upload(sounds.beep, expect=402)


def test_a_free_company_pays_nothing(world, sounds):
    company = world.company(balance=0, price=0)
    record = company.completed(sounds.beep)
    assert record["cost_minor"] == 0 and company.balance()["balance_minor"] == 0

