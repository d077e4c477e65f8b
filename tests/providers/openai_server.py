#!/usr/bin/python3
"""A local stand-in for an OpenAI-compatible provider, faithful to its contract and scriptable in how it fails.

    openai_server.py [--api-key KEY]      prints "PORT <n>" and serves until its standard input closes

POST /v1/audio/transcriptions  multipart, answers verbose_json (words and segments) for the WAV it was sent
POST /v1/chat/completions      answers an instance of the request's JSON schema, or streams `data:` lines
POST /_script    {"path": "/v1/chat/completions", "replies": [REPLY, …]}: the next answers of that path, in order;
                 afterwards it answers normally again. An object with "always": REPLY never runs out.
GET  /_requests  what was received: [{"path","headers","fields","json","files":{name:{"filename","size","duration"}}}]
POST /_reset     forgets scripts and received requests

REPLY = {"mode": MODE, …}:
  ok                the normal answer; "content": chat text, "body": JSON to answer instead
  status            "status", "headers", "body" (JSON; default: an OpenAI error object)
  hang              accepts the request and never answers
  trickle           headers at once, then one byte every "interval" seconds (default 0.2)
  broken_json       200 with a body that stops in the middle
  bad_schema        200 with JSON of the wrong shape
  drop              announces a long body and closes the connection after a piece of it
  huge              200 with an endless body
"""
import argparse
import io
import json
import sys
import threading
import time
import wave
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERRORS = {
    400: ("invalid_request_error", None, "The request is wrong."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "unsupported_country", "Access is not allowed."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist."),
    413: ("invalid_request_error", None, "Maximum content size limit exceeded."),
    429: ("rate_limit_error", "rate_limit_exceeded", "Rate limit reached."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "The engine is currently overloaded."),
}
TRANSCRIPTIONS = "/v1/audio/transcriptions"
CHAT = "/v1/chat/completions"


def error_object(status, message=None):
    kind, code, text = ERRORS.get(status, ("server_error", None, f"Error {status}."))
    return {"error": {"message": message or text, "type": kind, "param": None, "code": code}}


def instance_of(schema, root=None):
    """The smallest value that a JSON schema allows: null where it may be, first enum value, empty list."""
    root = root or schema
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return instance_of(target, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return None if None in schema["enum"] else schema["enum"][0]
    for combination in ("anyOf", "oneOf"):
        if combination in schema:
            if any(option.get("type") == "null" for option in schema[combination]):
                return None
            return instance_of(schema[combination][0], root)
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        if "null" in kind:
            return None
        kind = kind[0]
    if kind == "object":
        return {name: instance_of(sub, root) for name, sub in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance_of(schema["items"], root) for _ in range(schema.get("minItems", 0))]
    return {"string": "", "integer": schema.get("minimum", 0), "number": schema.get("minimum", 0),
            "boolean": False, "null": None}[kind]


def wav_seconds(content):
    with wave.open(io.BytesIO(content)) as audio:
        return audio.getnframes() / audio.getframerate()


def transcription(seconds):
    """One word every half second, as a verbose_json answer."""
    names = ["good", "morning", "how", "can", "i", "help", "you", "today"]
    words = [{"word": names[i % len(names)], "start": round(i * 0.5, 3), "end": round(i * 0.5 + 0.4, 3)}
             for i in range(int(seconds / 0.5))]
    text = " ".join(word["word"] for word in words)
    segments = [{"id": 0, "start": 0.0, "end": round(seconds, 3), "text": text, "avg_logprob": -0.2,
                 "no_speech_prob": 0.01}] if words else []
    return {"task": "transcribe", "language": "english", "duration": round(seconds, 3), "text": text,
            "words": words, "segments": segments}


def completion(content, model):
    return {"id": "chatcmpl-test", "object": "chat.completion", "created": int(time.time()), "model": model,
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": content, "refusal": None}}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}}


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api_key):
        super().__init__(("127.0.0.1", 0), Handler)
        self.api_key = api_key
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.scripts, self.always, self.received = {}, {}, []

    def next_reply(self, path):
        with self.lock:
            queue = self.scripts.get(path)
            if queue:
                return queue.pop(0)
            return self.always.get(path, {"mode": "ok"})

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is part of the tests


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "provider"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=None):
        payload = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in (headers or {}).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(payload)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        if self.path == "/_requests":
            with self.server.lock:
                self.answer(200, self.server.received)
        else:
            self.answer(404, error_object(404))

    def do_POST(self):
        body = self.read_body()
        if self.path == "/_reset":
            self.server.reset()
            return self.answer(200, {})
        if self.path == "/_script":
            return self.take_script(json.loads(body))
        if self.path not in (TRANSCRIPTIONS, CHAT):
            return self.answer(404, error_object(404, f"Invalid URL (POST {self.path})"))
        record, files = self.parse(body)
        with self.server.lock:
            self.server.received.append(record)
        if self.server.api_key and self.headers.get("Authorization") != f"Bearer {self.server.api_key}":
            return self.answer(401, error_object(401))
        reply = self.server.next_reply(self.path)
        getattr(self, "reply_" + reply["mode"])(reply, record, files)

    def take_script(self, script):
        with self.server.lock:
            if "always" in script:
                self.server.always[script["path"]] = script["always"]
            self.server.scripts[script["path"]] = list(script.get("replies", []))
        self.answer(200, {})

    def parse(self, body):
        record = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                  "fields": {}, "files": {}, "json": None}
        files = {}
        if self.headers.get_content_type() == "multipart/form-data":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
                name = part.get_param("name", header="content-disposition")
                content = part.get_payload(decode=True)
                if part.get_filename():
                    files[name] = content
                    summary = {"filename": part.get_filename(), "size": len(content)}
                    try:
                        summary["duration"] = wav_seconds(content)
                    except (wave.Error, EOFError):
                        summary["duration"] = None
                    record["files"][name] = summary
                else:
                    record["fields"].setdefault(name, []).append(content.decode())
        elif body:
            try:
                record["json"] = json.loads(body)
            except ValueError:
                pass
        return record, files

    # the modes

    def reply_ok(self, reply, record, files):
        if "body" in reply:
            return self.answer(200, reply["body"])
        if record["path"] == TRANSCRIPTIONS:
            fields = record["fields"]
            if "file" not in files or not fields.get("model"):
                return self.answer(400, error_object(400, "you must provide a model parameter and a file"))
            if fields.get("response_format") != ["verbose_json"]:
                return self.answer(200, {"text": "plain"})
            if record["files"]["file"]["duration"] is None:
                return self.answer(400, error_object(400, "Invalid file format."))
            found = transcription(record["files"]["file"]["duration"])
            if "word" not in fields.get("timestamp_granularities[]", []):
                del found["words"]
            return self.answer(200, found)
        asked = record["json"]
        if not isinstance(asked, dict) or not asked.get("model") or not asked.get("messages"):
            return self.answer(400, error_object(400, "model and messages are required"))
        content = reply.get("content")
        if content is None:
            schema = asked.get("response_format", {}).get("json_schema", {}).get("schema")
            content = json.dumps(instance_of(schema)) if schema else "Hello."
        if asked.get("stream"):
            return self.stream(content, asked["model"])
        return self.answer(200, completion(content, asked["model"]))

    def stream(self, content, model):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in [content[i:i + 5] for i in range(0, len(content), 5)]:
            event = {"object": "chat.completion.chunk", "model": model,
                     "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def reply_status(self, reply, *_):
        self.answer(reply["status"], reply.get("body", error_object(reply["status"])), reply.get("headers"))

    def reply_hang(self, *_):
        self.connection.settimeout(300)
        try:
            self.connection.recv(1)  # until the client hangs up
        except OSError:
            pass
        self.close_connection = True

    def begin_long(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000000000")
        self.end_headers()
        self.close_connection = True

    def reply_trickle(self, reply, *_):
        self.begin_long()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(reply.get("interval", 0.2))
        except OSError:
            pass

    def reply_broken_json(self, *_):
        self.answer(200, b'{"text": "good morning", "words": [{"word": "go')

    def reply_bad_schema(self, _, record, __):
        if record["path"] == TRANSCRIPTIONS:
            self.answer(200, {"language": 5, "words": "none", "segments": {"start": "soon"}})
        else:
            self.answer(200, completion('{"answers": "all of them", "surprise": true}', "m"))

    def reply_drop(self, *_):
        self.begin_long()
        self.wfile.write(b'{"text": "good')
        self.wfile.flush()

    def reply_huge(self, *_):
        self.begin_long()
        try:
            for _ in range(15000):
                self.wfile.write(b" " * 65536)
        except OSError:
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--api-key", default="")
    server = Provider(parser.parse_args().api_key)
    print(f"PORT {server.server_address[1]}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()  # the test that started us closes it


if __name__ == "__main__":
    main()
