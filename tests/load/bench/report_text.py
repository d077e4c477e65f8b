"""The words of docs/benchmarks.md that do not change from run to run, and its two parts."""

BEFORE = """# Benchmarks

What the cached and the uncached dashboard cost, beside the least that FastCGI can cost, and beside the same page made by other means:
each with the same nginx configuration in front, on one machine, in one run, in turn. Before measuring, the answers of all of them
are compared number by number; a difference ends the bench.
"""

COMMANDS = """    scripts/bench                                     # all of this; docs/benchmarks.md
    scripts/bench --only side-by-side                 # without what is below "Under load"; --only under-load: that alone
    scripts/bench --quick                             # does it run? a few minutes
    scripts/bench --rounds 7 --seconds 10 --calls 50000
"""

PEERS = """
"Spread" is (largest − smallest) / median over the rounds. A ratio is the median of the ratios of each round. `tests/load/bench/README.md`
tells how each peer is set up and why that is its best.
"""

UNDER_LOAD = """## Under load

Load tests on a stack of its own with the settings of `scripts/run`, in the order they ran; {minutes} minutes in all, on {day}. "ok" and "FAIL"
say whether what is demanded holds; `tests/load/README.md` tells what each does.
"""


def write_part(path, text, under_load):
    """Replaces the first part of the report, the comparison, or the second, under load; the other stays as it is."""
    heading = UNDER_LOAD.splitlines()[0]
    before = path.read_text() if path.exists() else ""
    cut = before.find(heading) if heading in before else len(before)
    parts = [before[:cut], text] if under_load else [text, before[cut:]]
    path.write_text("\n\n".join(part.strip() for part in parts if part.strip()) + "\n")
