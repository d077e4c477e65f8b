"""Archives of a company's data: asked for, waited for, opened."""
import io
import json
import os
import subprocess
import zipfile

from .stack import BUILD
from .world import wait_for

EXPORTS = "/api/v1/privacy/exports"


def due(sql, *tasks):
    """Makes maintenance tasks due at once, whoever has claimed them."""
    sql("UPDATE maintenance_task SET due_at = now(), claimed_until = now() WHERE name = ANY (%s)", (list(tasks),))


def finished(client, asked, sql, seconds=90):
    """The export once it is made, or can't be."""
    def ended():
        due(sql, "exports")
        export = client.get(asked.headers["Location"]).json
        return export if export["state"] not in ("queued", "running") else None
    return wait_for("the archive to be made", seconds, ended, interval=0.3)


def made(client, sql, with_audio=True):
    """(the export, its archive)"""
    export = finished(client, client.post(EXPORTS, {"with_audio": with_audio}, expect=202), sql)
    assert export["state"] == "done", export
    return export, Archive(client.get(f"{EXPORTS}/{export['id']}/file", timeout=120).body)


def files_of(stack, company):
    """What is on disk of a company's exports."""
    return {name for name in stack.audio_files() if name.startswith(f"exports/{company.id}/")}


def analyzer_of(stack, **settings):
    """An analyzer beside those of the stack, with settings of its own."""
    env = dict(line.split("=", 1) for line in (stack.folder / "env").read_text().splitlines() if "=" in line and not line.startswith("#"))
    return subprocess.Popen([f"{BUILD}/bin/dialix-analyzer"], env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env, **settings},
                            user=stack.folder.resolve().owner() if os.geteuid() == 0 else None, cwd="/",
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


class Archive:
    def __init__(self, content):
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        assert self.zip.testzip() is None
        self.names = self.zip.namelist()
        assert len(self.names) == len(set(self.names))
        self.manifest = json.loads(self.zip.read("manifest.json"))
        self.tables = {table["name"]: table for table in self.manifest["tables"]}

    def rows(self, table):
        text = self.zip.read(f"data/{table}.ndjson").decode()
        assert text == "" or text.endswith("\n")
        return [json.loads(line) for line in text.splitlines()]

    def everything(self):
        """All its bytes, file after file."""
        return b"\0".join(self.zip.read(name) for name in self.names)
