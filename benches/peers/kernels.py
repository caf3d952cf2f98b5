"""Jaro-Winkler on one list of names: the RapidFuzz of Python (compiled C++) beside the kernels here, in one run.

    python benches/peers/kernels.py BENCH_BINARY [NAMES_FILE]

`cargo bench --bench kernels --no-run` says where the binary is; KERNELS_BENCH may name it instead. Needed: rapidfuzz and
numpy. Both sides are timed by the processor time of one thread and say the median of five runs; ours runs before and
after the peer, and the slower of the two is compared.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import rapidfuzz
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

RUNS = 5
LEAST = 0.9
LINE = "{:44} {:>9} {:>9} {:>9} {:>8}"


def ours(binary, names):
    """Millions of pairs a second by line of the bench."""
    done = subprocess.run([binary, names], capture_output=True, text=True, check=True)
    lines = (re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines()[1:])
    return {line[0]: float(line[1]) for line in lines}


def peer(queries, names, least):
    """Median, slowest and fastest in millions of pairs a second."""
    rates = []
    for _ in range(RUNS + 1):
        begin = time.thread_time()
        matrix = process.cdist(
            queries, names, scorer=JaroWinkler.similarity, dtype=numpy.float32, workers=1, score_cutoff=least
        )
        rates.append(matrix.size / (time.thread_time() - begin) / 1e6)
    rates = rates[1:]
    return statistics.median(rates), min(rates), max(rates)


def peers(names):
    """By bound; a list beside itself and beside its copy take different ways inside the peer, and the faster one counts."""
    copy = list(names)
    return {
        least: max(peer(names, names, least), peer(names, copy, least)) for least in (None, LEAST)
    }


def main():
    arguments = sys.argv[1:]
    binary = arguments.pop(0) if arguments else os.environ.get("KERNELS_BENCH")
    if not binary:
        sys.exit("No bench binary: name it as the first argument or in KERNELS_BENCH.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(arguments[0]) if arguments else Path(folder) / "names.txt"
        if not arguments:
            subprocess.run([binary, "--write", path], check=True)
        names = [name for name in path.read_text(encoding="utf-8").split("\n") if name]
        before = ours(binary, path)
        found = peers(names)
        after = ours(binary, path)

    print(f"million pairs a second, one thread, {len(names)} names, rapidfuzz {rapidfuzz.__version__}")
    print(LINE.format("", "before", "after", "peer", "ratio"))
    bounds = {least: f", from {least}" if least else "" for least in found}
    for least, (median, slowest, fastest) in found.items():
        print(LINE.format(f"rapidfuzz cdist{bounds[least]}", f"{slowest:.1f}", f"{fastest:.1f}", f"{median:.1f}", ""))
    for least, (median, _, _) in found.items():
        for way in ("pair", "pattern", "batch", "matrix"):
            line = f"jaro-winkler, ours, {way}{bounds[least]}"
            ratio = min(before[line], after[line]) / median
            print(LINE.format(line, before[line], after[line], f"{median:.1f}", f"{ratio:.2f}"))
    print("The first lines give the slowest and the fastest run of the peer instead of before and after.")


if __name__ == "__main__":
    main()
