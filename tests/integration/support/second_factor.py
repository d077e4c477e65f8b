"""An authenticator app: RFC 6238 by the standard library alone."""
import base64
import hashlib
import hmac
import struct
import time


def code(secret, step=None):
    """The six digits of a base32 secret, of now or of a time step."""
    step = int(time.time()) // 30 if step is None else step
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = mac[19] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


def now():
    """The time step of now."""
    return int(time.time()) // 30


def enrol(client, password):
    """Switches the second factor on: (secret, recovery codes). Codes of the step before this one are not used up."""
    secret = client.post("/api/v1/me/totp", {"password": password}).json["secret"]
    for expect in ({200, 422}, 200):  # a step may end on the way: then the one before it is no longer taken
        answer = client.post("/api/v1/me/totp/confirm", {"code": code(secret, now() - 1)}, expect=expect)
        if answer.status == 200:
            return secret, answer.json["recovery_codes"]
