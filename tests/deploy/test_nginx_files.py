"""The nginx templates, filled in as a package would, judged by nginx itself."""
import re
import subprocess

from conftest import ROOT

FILL = str(ROOT / "nginx" / "fill")
TEMPLATES = [str(ROOT / "nginx/site.conf.in"), *sorted(str(p) for p in (ROOT / "nginx/snippets").glob("*.in"))]


def test_nginx_accepts_the_packages_files(package_nginx):
    assert package_nginx.check() == (0, "")


def test_a_list_is_written_once_for_each_of_its_words(tmp_path):
    (tmp_path / "values").write_text("SOME=10.0.0.0/8 a|b&c *\nNONE=\nONE=x\n")
    (tmp_path / "t.in").write_text("first\n  take @SOME[]@;\nnot @NONE[]@;\none @ONE[]@ @ONE@\nall @SOME@;\n")
    subprocess.run([FILL, tmp_path / "values", tmp_path / "out", tmp_path / "t.in"], check=True)
    assert (tmp_path / "out/t").read_text() == "first\n  take 10.0.0.0/8;\n  take a|b&c;\n  take *;\none x x\nall 10.0.0.0/8 a|b&c *;\n"


def test_a_value_that_is_missing_is_named_and_nothing_half_filled_passes(tmp_path):
    values = tmp_path / "values"
    values.write_text(re.sub(r"^AUDIO=.*\n", "", (ROOT / "nginx/package.values").read_text(), flags=re.MULTILINE))
    done = subprocess.run([FILL, values, tmp_path, *TEMPLATES], capture_output=True, text=True)
    assert done.returncode == 1 and "@AUDIO@" in done.stderr


def test_every_block_with_headers_of_its_own_repeats_the_common_ones():
    """nginx drops inherited headers in a block that adds one. The one exception: a range past a recording's end is
    found out after the headers were added, so its block must not add them twice (test_analysed sees them once)."""
    for path in TEMPLATES:
        text = re.sub(r"#.*", "", open(path).read())
        for name, block in re.findall(r"location ([^{]*)\{(.*?)\n\}", text, re.DOTALL):
            if "add_header" in block and name.strip() != "@dialix_audio_416":
                assert "include @SNIPPETS@/headers.conf;" in block, (path, block)
