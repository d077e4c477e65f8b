"""The nginx templates, filled in as a package would, judged by nginx itself."""
import re
import socket
import subprocess

import pytest
from conftest import ROOT

FILL = str(ROOT / "nginx" / "fill")
TEMPLATES = [str(ROOT / "nginx/site.conf.in"), *sorted(str(p) for p in (ROOT / "nginx/snippets").glob("*.in"))]


@pytest.fixture
def package_values(tmp_path):
    """nginx/package.values with its paths moved under tmp_path, so that no system file is needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for folder in ("run", "log", "audio", "www", "tls"):
        (tmp_path / folder).mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test",
         "-keyout", tmp_path / "tls/key.pem", "-out", tmp_path / "tls/certificate.pem"], check=True, capture_output=True,
    )
    moved = {
        "NCHAN_SOCKET": tmp_path / "run/nchan.sock", "FCGI_SOCKET": tmp_path / "run/fcgi.sock", "SNIPPETS": tmp_path / "snippets",
        "LOG": tmp_path / "log", "AUDIO": tmp_path / "audio", "STATIC": tmp_path / "www",
        "TLS_CERTIFICATE": tmp_path / "tls/certificate.pem", "TLS_KEY": tmp_path / "tls/key.pem",
        "LISTEN": f"listen 127.0.0.1:{port} ssl http2;",
    }
    text = (ROOT / "nginx/package.values").read_text()
    for name, value in moved.items():
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, name
    values = tmp_path / "values"
    values.write_text(text)
    return values


def test_nginx_accepts_the_packages_files(package_values, tmp_path):
    subprocess.run([FILL, package_values, tmp_path, *TEMPLATES], check=True)
    (tmp_path / "nginx.conf").write_text(
        f"load_module /usr/lib/nginx/modules/ngx_nchan_module.so;\npid {tmp_path}/nginx.pid;\nevents {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off;\n"
        f"client_body_temp_path {tmp_path}/b; fastcgi_temp_path {tmp_path}/f; proxy_temp_path {tmp_path}/p;\n"
        f"uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s; include {tmp_path}/site.conf; }}\n"
    )
    done = subprocess.run(
        ["/usr/sbin/nginx", "-t", "-q", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"],
        capture_output=True, text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_value_that_is_missing_is_named_and_nothing_half_filled_passes(package_values, tmp_path):
    package_values.write_text(re.sub(r"^AUDIO=.*\n", "", package_values.read_text(), flags=re.MULTILINE))
    done = subprocess.run([FILL, package_values, tmp_path, *TEMPLATES], capture_output=True, text=True)
    assert done.returncode == 1 and "@AUDIO@" in done.stderr


def test_every_block_with_headers_of_its_own_repeats_the_common_ones():
    """nginx drops inherited headers in a block that adds one. The one exception: a range past a recording's end is
    found out after the headers were added, so its block must not add them twice (test_analysed sees them once)."""
    for path in TEMPLATES:
        text = re.sub(r"#.*", "", open(path).read())
        for name, block in re.findall(r"location ([^{]*)\{(.*?)\n\}", text, re.DOTALL):
            if "add_header" in block and name.strip() != "@dialix_audio_416":
                assert "include @SNIPPETS@/headers.conf;" in block, (path, block)
