"""nginx with the packages' files: nginx/package.values filled in, its paths and ports moved so that no system file is needed."""
import os
import re
import socket
import ssl
import subprocess

from conftest import ROOT, wait_until

TEMPLATES = [str(ROOT / "nginx/site.conf.in"), *sorted(str(p) for p in (ROOT / "nginx/snippets").glob("*.in"))]
MAIN = """load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; pid {folder}/nginx.pid; events {{}}
http {{ include /etc/nginx/mime.types; access_log off;
client_body_temp_path {folder}/b; fastcgi_temp_path {folder}/f; proxy_temp_path {folder}/p;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; include {folder}/site.conf; }}
"""


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class PackageNginx:
    """Without the application behind it. key: ec or rsa, of its certificate; how: what its port speaks."""

    def __init__(self, folder, key="ec", how="ssl http2", **values):
        self.folder, self.process = folder, None
        self.port, self.http_port = free_ports(2)
        for name in ("run", "log", "audio", "www", "tls"):
            (folder / name).mkdir()
        (folder / "www/index.html").write_text("<!doctype html><title>Dialix</title>")
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if key == "ec" else ["rsa:2048"]
        self.certificate = folder / "tls/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-subj", "/CN=calls.example", "-addext",
                        "subjectAltName=DNS:calls.example,DNS:localhost", "-keyout", folder / "tls/key.pem", "-out", self.certificate],
                       check=True, capture_output=True)
        moved = {
            "NCHAN_SOCKET": folder / "run/nchan.sock", "FCGI_SOCKET": folder / "run/fcgi.sock", "SNIPPETS": folder / "snippets",
            "LOG": folder / "log", "AUDIO": folder / "audio", "STATIC": folder / "www", "TLS_CERTIFICATE": self.certificate,
            "TLS_KEY": folder / "tls/key.pem", "LISTEN": f"listen 127.0.0.1:{self.port} {how};",
            "LISTEN_REDIRECT": f"listen 127.0.0.1:{self.http_port};", "REDIRECT": f"include {folder}/snippets/redirect.conf;", **values,
        }
        text = (ROOT / "nginx/package.values").read_text()
        for name, value in moved.items():
            text, count = re.subn(rf"^{name}=.*$", lambda _, line=f"{name}={value}": line, text, flags=re.MULTILINE)
            assert count == 1, name
        (folder / "values").write_text(text)
        user = "user root;\n" if os.geteuid() == 0 else ""  # nobody else may enter pytest's folders
        (folder / "nginx.conf").write_text(user + MAIN.format(folder=folder))
        subprocess.run([ROOT / "nginx/fill", folder / "values", folder, *TEMPLATES], check=True)

    def command(self, *more):
        return ["/usr/sbin/nginx", *more, "-p", self.folder, "-e", self.folder / "error.log", "-c", self.folder / "nginx.conf"]

    def check(self):
        """nginx -t: its exit code and what it complains of."""
        done = subprocess.run(self.command("-t", "-q"), capture_output=True, text=True)
        return done.returncode, done.stderr

    def start(self):
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL)
        wait_until(self.answers, 20)
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def context(self):
        return ssl.create_default_context(cafile=str(self.certificate))

    def end(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
