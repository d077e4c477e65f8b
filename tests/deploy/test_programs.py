"""The built programs, as the linker left them: what makes a memory error hard to use, and that nothing of it was lost."""
import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

BUILD = Path(os.environ.get("DIALIX_BUILD") or ROOT / "build/release")
PROGRAMS = ["dialix-fcgi", "dialix-analyzer", "dialix-media", "dialixctl"]
pytestmark = pytest.mark.skipif("CMAKE_BUILD_TYPE:STRING=Release\n" not in (BUILD / "CMakeCache.txt").read_text(), reason="not a build of the release preset")


def tool(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout


@pytest.fixture(params=PROGRAMS)
def program(request):
    return BUILD / "bin" / request.param


def test_it_is_position_independent(program):
    assert re.search(r"Type:\s+DYN ", tool("readelf", "-hW", program))
    assert re.search(r"\(FLAGS_1\).*\bPIE\b", tool("readelf", "-dW", program))


def test_what_the_linker_writes_is_read_only_once_it_runs(program):
    """Full RELRO: the segment, and every symbol bound at start, so that no table of functions stays writable."""
    assert re.search(r"^\s+GNU_RELRO", tool("readelf", "-lW", program), re.MULTILINE)
    assert re.search(r"BIND_NOW|\(FLAGS_1\).*\bNOW\b", tool("readelf", "-dW", program))
    assert ".got.plt" not in tool("readelf", "-SW", program)


def test_no_memory_is_both_written_and_run(program):
    segments = tool("readelf", "-lW", program)
    flags = dict(re.findall(r"^\s+(GNU_STACK|LOAD)\s+(?:0x\w+\s+){5}([R WE]{3})", segments, re.MULTILINE))
    assert flags["GNU_STACK"].strip() == "RW"
    assert "WE" not in "".join(re.findall(r"^\s+LOAD\s+(?:0x\w+\s+){5}([R WE]{3})", segments, re.MULTILINE)).replace(" ", "")
    assert "TEXTREL" not in tool("readelf", "-dW", program)


def test_it_finds_no_library_at_a_place_of_its_own(program):
    assert not re.search(r"\((RPATH|RUNPATH)\)", tool("readelf", "-dW", program))


def test_buffers_on_the_stack_are_guarded(program):
    assert re.search(r"\b__stack_chk_fail@", tool("readelf", "--dyn-syms", "-W", program))


def test_the_c_librarys_buffer_functions_are_the_checked_ones(program):
    symbols = tool("readelf", "--dyn-syms", "-W", program)
    assert re.search(r"\b__(memcpy|snprintf|vsnprintf|fprintf|strncpy|read|memset|memmove|fdelt|printf|fread)_chk@", symbols)


def test_indirect_calls_land_on_marked_places(program):
    """Control-flow enforcement (x86-64): main and nearly every function whose address is taken start with endbr64."""
    if "X86-64" not in tool("readelf", "-hW", program):
        pytest.skip("x86-64 only")
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", "--disassemble=main", program], capture_output=True, text=True, check=True).stdout
    first = re.search(r"<main>:\n\s*\w+:\s+(\w+)", code)
    assert first and first[1] == "endbr64", code[:400]


@pytest.mark.parametrize("flag", ["-fstack-protector-strong", "-fstack-clash-protection", "-fcf-protection=full", "-ftrivial-auto-var-init=zero",
                                  "-D_FORTIFY_SOURCE=3", "-D_GLIBCXX_ASSERTIONS"])
def test_every_file_was_compiled_with(flag):
    commands = [line for line in (BUILD / "compile_commands.json").read_text().splitlines() if '"command"' in line]
    assert len(commands) > 100
    assert [line for line in commands if flag not in line] == []
