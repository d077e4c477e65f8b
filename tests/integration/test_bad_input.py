"""Uploads that are wrong, hostile or cut off: a clear problem or a FAILED record with a readable reason, and storage
and tables left clean."""
import json
import os
import random
import socket
import struct
import subprocess
import uuid
import zipfile
from urllib.parse import urlsplit

import pytest
from requests.structures import CaseInsensitiveDict

from support import audio
from support.world import wait_for

RECORDS = "/api/v1/records"


@pytest.fixture
def clean(company, stack, sql):
    """Fails if the company has a record, job, reservation or file after the test, or nginx a body on its spool."""
    files = stack.audio_files()
    yield company
    assert sql("SELECT count(*) FROM record WHERE company_id = %s AND deleted_at IS NULL", (company.id,)) == [(0,)]
    assert sql("SELECT count(*) FROM job WHERE company_id = %s AND state IN ('queued', 'running')", (company.id,)) == [(0,)]
    assert company.balance()["reserved_minor"] == 0 and company.balance()["balance_minor"] == 100_000_000
    wait_for("audio store as before", 10, lambda: stack.audio_files() <= files)
    wait_for("nginx's spool empty", 10, lambda: not stack.upload_spools())


def refused(company, path, reasons, **fields):
    answer = company.upload(path, expect=422, **fields)
    assert answer.field_errors.get("file") in reasons, answer.json
    assert all(len(error["message"]) > 10 for error in answer.json["errors"])
    assert str(path.parent) not in answer.body.decode() and "/var/" not in answer.body.decode(), "tells of our paths"


def write(path, content):
    path.write_bytes(content)
    return path


def png():
    return bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
                         "e221bc330000000049454e44ae426082")


NOT_AUDIO = {
    "text.wav": b"this is not audio at all\n" * 100,
    "page.mp3": b"<!doctype html><html><body>404 not found</body></html>" * 20,
    "record.json": json.dumps({"audio": "none"}).encode() * 50,
    "picture.wav": png(),
    "random.ogg": random.Random(1).randbytes(50_000),
    "zeros.flac": bytes(50_000),
    "half-header.wav": b"RIFF\x24\x10\x00\x00WAVEfm",
    "elf.wav": b"\x7fELF" + bytes(5000),
    "subtitles.srt": b"1\n00:00:01,000 --> 00:00:02,000\nhello\n" * 20,
}


@pytest.mark.parametrize("name", NOT_AUDIO)
def test_what_is_not_audio_is_refused(clean, tmp_path, name):
    refused(clean, write(tmp_path / name, NOT_AUDIO[name]), {"not_audio"})


def test_an_empty_file_is_refused(clean, tmp_path):
    refused(clean, write(tmp_path / "empty.wav", b""), {"empty_audio"})


def test_zero_seconds_of_audio_are_refused(clean, tmp_path):
    refused(clean, audio.write_wav(tmp_path / "zero.wav", [[]]), {"empty_audio", "not_audio"})


PLAYLISTS = {
    "hls.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "hls-audio.wav": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://%s\n#EXT-X-ENDLIST\n",
    "concat.wav": b"ffconcat version 1.0\nfile '%s'\n",
    "dash.mpd": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period>'
                b'<AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://%s</BaseURL>'
                b"</Representation></AdaptationSet></Period></MPD>",
    "sdp.wav": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_never_makes_us_open_another_file(clean, tmp_path, sounds, name):
    content = PLAYLISTS[name]
    refused(clean, write(tmp_path / name, content % str(sounds.beep).encode() if b"%s" in content else content), {"not_audio"})


def test_a_video_without_sound_is_refused(clean, tmp_path):
    path = tmp_path / "film.mp4"
    audio.run("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=size=64x64:duration=1:rate=5", "-c:v", "mpeg4", path)
    refused(clean, path, {"not_audio"})


def test_a_zip_of_audio_is_refused(clean, tmp_path, sounds):
    path = tmp_path / "calls.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sounds.beep, "beep.wav")
    refused(clean, path, {"not_audio"})


def test_five_hours_are_too_long(clean, tmp_path):
    """Five hours of silence in a FLAC of some 100 kB: what a zip bomb is among audio files."""
    path = tmp_path / "five-hours.flac"
    audio.run("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", 5 * 3600, "-c:a", "flac",
              "-frame_size", "16384", path)
    assert path.stat().st_size < 2_000_000
    refused(clean, path, {"too_long"})
    # The same without its length in the header: only decoding tells.
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    refused(clean, write(tmp_path / "no-length.flac", bytes(content)), {"too_long"})


def wav_header(data_bytes, channels=1, rate=8000, bits=16, riff=None):
    block = channels * bits // 8
    return (b"RIFF" + struct.pack("<I", (riff if riff is not None else 36 + data_bytes) & 0xFFFFFFFF) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, 1, channels & 0xFFFF, rate, (rate * block) & 0xFFFFFFFF, block & 0xFFFF, bits) +
            b"data" + struct.pack("<I", data_bytes & 0xFFFFFFFF))


def dubious(sounds, folder):
    """Files of which a decoder may still make something: name → path."""
    beep = sounds.beep.read_bytes()
    made = {}
    for extension, codec in (("mp3", "libmp3lame"), ("m4a", "aac"), ("ogg", "libopus"), ("flac", "flac")):
        whole = folder / f"whole.{extension}"
        audio.run("ffmpeg", "-nostdin", "-v", "error", "-i", sounds.stereo, "-ar", "48000", "-c:a", codec, whole)
        content = whole.read_bytes()
        made[f"truncated.{extension}"] = content[:len(content) * 6 // 10]
        broken = bytearray(content)
        source = random.Random(3)
        for _ in range(len(broken) // 50):
            broken[source.randrange(60, len(broken))] = source.randrange(256)
        made[f"corrupt.{extension}"] = bytes(broken)
    made["truncated.wav"] = beep[:len(beep) // 2]
    made["claims-4-gigabytes.wav"] = wav_header(0xFFFFFFF0) + bytes(16_000)
    made["claims-nothing.wav"] = wav_header(0, riff=0) + b"\x10\x20" * 8000
    made["65535-channels.wav"] = wav_header(16_000, channels=65535) + bytes(16_000)
    made["1-hertz.wav"] = wav_header(40_000, rate=1) + bytes(40_000)
    made["4-gigahertz.wav"] = wav_header(16_000, rate=0xFFFFFFFF) + bytes(16_000)
    made["0-hertz.wav"] = wav_header(16_000, rate=0) + bytes(16_000)
    made["wav-then-junk.wav"] = beep + random.Random(5).randbytes(20_000)
    return made


DUBIOUS = [f"{how}.{extension}" for extension in ("mp3", "m4a", "ogg", "flac") for how in ("truncated", "corrupt")] + [
    "truncated.wav", "claims-4-gigabytes.wav", "claims-nothing.wav", "65535-channels.wav", "1-hertz.wav", "4-gigahertz.wav",
    "0-hertz.wav", "wav-then-junk.wav"]


@pytest.fixture(scope="module")
def dubious_files(sounds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dubious")
    made = dubious(sounds, folder)
    return {name: write(folder / name, content) for name, content in made.items()}


@pytest.mark.parametrize("name", DUBIOUS)
def test_broken_media_is_refused_or_fails_with_a_reason_or_works(company, stack, sql, dubious_files, name):
    files = stack.audio_files()
    answer = company.upload(dubious_files[name], expect={202, 422})
    if answer.status == 422:
        assert answer.field_errors.get("file") in {"not_audio", "codec_not_supported", "damaged_audio", "empty_audio", "too_long"}
        assert stack.audio_files() == files
    else:
        record = company.finished(answer.json["id"])
        assert record["status"] == "COMPLETED" or len(record["failure"]) > 10
        if record["status"] == "FAILED":
            assert "/" not in record["failure"], "a reason is for people, not a path"
            assert sql("SELECT count(*) FROM transaction WHERE company_id = %s AND type = 'charge'", (company.id,)) == [(0,)]
    assert company.balance()["reserved_minor"] == 0


def test_a_file_that_goes_bad_in_the_store_fails_with_a_reason_and_costs_nothing(company, sounds, stack, sql):
    """What the probe took may still break: the analyzer must fail the call, release the money and go on."""
    record = company.completed(sounds.beep)
    charged = company.balance()
    (path,), = sql("SELECT audio_path FROM record WHERE id = %s", (record["id"],))
    stored = stack.folder / "audio" / path
    stored.write_bytes(b"no longer audio" * 100)
    company.as_("supervisor").post(f"{RECORDS}/{record['id']}/reprocess", expect=202)
    failed = company.finished(record["id"])
    assert failed["status"] == "FAILED" and len(failed["failure"]) > 10 and str(stack.folder) not in failed["failure"]
    assert company.balance() == charged
    assert company.completed(sounds.beep)["status"] == "COMPLETED", "the analyzer went on"


# ---- multipart (RFC 7578) ----------------------------------------------------------------------------------------

def part(name, content, filename=None, content_type=None):
    head = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    head += f"\r\nContent-Type: {content_type}" if content_type else ""
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts, boundary=b"frontier", end=True):
    return b"".join(b"--" + boundary + b"\r\n" + one for one in parts) + (b"--" + boundary + b"--\r\n" if end else b"")


MULTIPART = "multipart/form-data; boundary=frontier"


def send_form(company, body, content_type=MULTIPART, expect=422):
    return company.as_("supervisor").request("POST", RECORDS, data=body, headers={"Content-Type": content_type}, expect=expect)


@pytest.mark.parametrize("which, status", [
    ("no-boundary", {400, 415}), ("other-boundary", 400), ("empty-body", {400, 411}), ("no-end", 400), ("no-disposition", {400, 422}),
    ("no-name", {400, 422}), ("garbage", 400), ("boundary-too-long", 400), ("endless-header", {400, 413}), ("only-the-end", {400, 422}),
])
def test_a_broken_form_is_malformed(clean, sounds, which, status):
    payload = sounds.beep.read_bytes()
    good = part("file", payload, "a.wav", "audio/wav")
    body, content_type = {
        "no-boundary": (form(good), "multipart/form-data"),
        "other-boundary": (form(good), "multipart/form-data; boundary=another"),
        "empty-body": (b"", MULTIPART),
        "no-end": (form(good, end=False), MULTIPART),
        "no-disposition": (form(b"Content-Type: audio/wav\r\n\r\n" + payload + b"\r\n"), MULTIPART),
        "no-name": (form(b"Content-Disposition: form-data\r\n\r\n" + payload + b"\r\n"), MULTIPART),
        "garbage": (random.Random(9).randbytes(5000), MULTIPART),
        "boundary-too-long": (form(good, boundary=b"x" * 500), "multipart/form-data; boundary=" + "x" * 500),
        "endless-header": (form(b"X-Filler: " + b"y" * 200_000 + b"\r\n" + good), MULTIPART),
        "only-the-end": (b"--frontier--\r\n", MULTIPART),
    }[which]
    send_form(clean, body, content_type, expect=status)


def test_a_form_without_the_file_names_it(clean):
    assert send_form(clean, form(part("title", b"T"))).field_errors["file"] == "required"


def test_a_file_that_is_a_field_is_not_a_file(clean, sounds):
    """Without filename= it is a text field of that name (RFC 7578 §4.2)."""
    assert "file" in send_form(clean, form(part("file", b"text")), expect=422).field_errors


def test_fields_twice_and_unknown_fields_are_refused(clean, sounds):
    payload = part("file", sounds.beep.read_bytes(), "a.wav")
    assert "title" in send_form(clean, form(payload, part("title", b"A"), part("title", b"B"))).field_errors
    assert "file" in send_form(clean, form(payload, payload), expect={413, 422}).field_errors
    assert "colour" in send_form(clean, form(payload, part("colour", b"red"))).field_errors


def test_all_wrong_fields_are_named_at_once(clean, sounds):
    answer = clean.upload(sounds.beep, expect=422, title="x" * 301, operator_code="12", call_type="sideways", client_phone_number="abc",
                          checklist_id="no", general="maybe", started_at="yesterday")
    assert set(answer.field_errors) == {"title", "operator_code", "call_type", "client_phone_number", "checklist_id", "general", "started_at"}


@pytest.mark.parametrize("field, value", [
    ("operator_code", "999"), ("operator_code", "1０1"), ("checklist_id", str(uuid.uuid4())), ("client_phone_number", "1" * 16),
    ("client_phone_number", "12"), ("started_at", "2026-13-45T00:00:00Z"), ("started_at", "2999-01-01T00:00:00Z"), ("title", "a\0b"), ("general", "1"),
])
def test_a_wrong_field_is_refused_before_anything_is_stored(clean, sounds, field, value):
    assert field in clean.upload(sounds.beep, expect=422, **{field: value}).field_errors


def test_invalid_utf8_in_a_field_is_refused(clean, sounds):
    send_form(clean, form(part("file", sounds.beep.read_bytes(), "a.wav"), part("title", b"\xff\xfe")), expect={400, 422})


def test_a_field_of_a_megabyte_is_refused(clean, sounds):
    send_form(clean, form(part("title", b"x" * 1_000_000), part("file", sounds.beep.read_bytes(), "a.wav")), expect={400, 413, 422})


def test_thousands_of_fields_are_refused(clean, sounds):
    send_form(clean, form(*[part(f"f{n}", b"x") for n in range(5000)], part("file", sounds.beep.read_bytes(), "a.wav")),
              expect={400, 413, 422})


def test_json_is_not_an_upload(clean):
    clean.as_("supervisor").post(RECORDS, {"file": "x"}, expect=415)


# ---- connections that misbehave ------------------------------------------------------------------------------------

def raw_upload(stack, client, length, chunks, headers=()):
    """Sends a POST /records by hand. Returns the socket after `chunks` were sent."""
    where = urlsplit(stack.url)
    connection = socket.create_connection((where.hostname, where.port), timeout=30)
    lines = [f"POST {RECORDS} HTTP/1.1", f"Host: {where.netloc}", f"Origin: {stack.url}", f"Content-Type: {MULTIPART}",
             "Cookie: dialix=" + client.session.cookies["dialix"], *headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    for chunk in chunks:
        connection.sendall(chunk)
    return connection


def read_response(connection):
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = CaseInsensitiveDict()
        while (line := stream.readline().strip()):
            name, _, value = line.decode().partition(":")
            headers[name] = value.strip()
        return status, headers, stream.read(int(headers.get("Content-Length", 0)))


@pytest.mark.parametrize("bytes_over", [1, 10 * 2**30])
def test_a_body_over_the_limit_is_refused_before_it_is_sent(clean, stack, document, bytes_over):
    with raw_upload(stack, clean.as_("supervisor"), 512 * 2**20 + bytes_over, []) as connection:
        status, headers, body = read_response(connection)
    assert status == 413
    problem = document.check_response(document.by_id["createRecord"], status, headers, body)
    assert problem["code"] == "too_large" and "512" in problem["detail"]


def test_a_client_that_hangs_up_leaves_nothing(clean, stack, sounds):
    payload = form(part("file", sounds.beep.read_bytes(), "a.wav"), end=False)
    client = clean.as_("supervisor")
    for sent in (0, 10, len(payload) // 2, len(payload)):
        raw_upload(stack, client, len(payload) + 100_000, [payload[:sent]]).close()
    # A reset instead of an orderly end.
    connection = raw_upload(stack, client, 50_000_000, [payload, os.urandom(2_000_000)])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    # Chunked, cut off in a chunk.
    connection = raw_upload(stack, client, None, [b"1000\r\n", payload[:1000]], ["Transfer-Encoding: chunked"])
    connection.close()
    client.get("/api/v1/me")


def test_a_file_of_megabytes_that_is_no_audio_leaves_nothing(clean, tmp_path):
    refused(clean, write(tmp_path / "big.wav", random.Random(2).randbytes(30_000_000)), {"not_audio"})


def test_many_bad_uploads_at_once_do_not_harm_a_good_one(company, sounds, tmp_path, stack):
    bad = write(tmp_path / "bad.wav", NOT_AUDIO["random.ogg"])
    client = company.as_("supervisor")
    cookie = client.session.cookies["dialix"]
    senders = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-b", f"dialix={cookie}", "-H", f"Origin: {stack.url}",
                                 "-F", f"file=@{bad}", stack.url + RECORDS], stdout=subprocess.PIPE, text=True) for _ in range(12)]
    record = company.upload(sounds.beep)
    assert {sender.communicate(timeout=60)[0] for sender in senders} == {"422"}
    assert company.finished(record["id"])["status"] == "COMPLETED"
