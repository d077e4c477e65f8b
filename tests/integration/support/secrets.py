"""The server's encryption as another party sees it: Python's cryptography, with the key derived from SECRET_KEY."""
import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def fernet(secret_key):
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"fernet").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def stack_settings(stack):
    """The settings of the stack's programs, by name."""
    return dict(line.split("=", 1) for line in (stack.folder / "env").read_text().splitlines() if "=" in line)


def stack_fernet(stack):
    settings = stack_settings(stack)
    keys = [settings["SECRET_KEY"], *filter(None, settings.get("SECRET_KEY_PREVIOUS", "").split(","))]
    return MultiFernet([fernet(key) for key in keys])
