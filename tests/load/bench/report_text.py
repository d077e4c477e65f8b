"""The words of docs/benchmarks.md that do not change from run to run."""

BEFORE = """# Benchmarks

What the cached and the uncached dashboard cost, beside the least that FastCGI can cost, and beside the same page made by other means:
each with the same nginx configuration in front, on one machine, in one run, in turn. Before measuring, the answers of all of them
are compared number by number; a difference ends the bench.
"""

COMMANDS = """    scripts/bench                                     # all of this; docs/benchmarks.md
    scripts/bench --quick                             # does it run? a minute
    scripts/bench --rounds 7 --seconds 10 --calls 50000
"""

PEERS = """
"Spread" is (largest − smallest) / median over the rounds. A ratio is the median of the ratios of each round. `tests/load/bench/README.md`
tells how each peer is set up and why that is its best.
"""
