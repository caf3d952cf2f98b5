"""samehand's connected components beside SciPy's and NetworKit's on the same random graph, in one invocation.

    python components.py BENCH_PROGRAM [--kind uniform] [--vertices 10000000] [--edges 50000000] [--repeats 3]

BENCH_PROGRAM is what `cargo bench --bench components --no-run` builds. It writes the edges once, as pairs of
little-endian u32, and every tool reads that file in a process of its own. The seconds are those of the components
alone; what a library needs to make its own graph of the edges is said beside them (samehand takes the edges as they
are). SciPy gets the type of numbers that it computes with, so that no conversion is in its time. All labels must agree:
each is renamed to the smallest vertex of its component before they are compared, outside of the measured time.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OURS = "samehand"
PEERS = ["scipy", "networkit", "networkit-parallel"]


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_edges(path):
    import numpy as np

    edges = np.fromfile(path, dtype="<u4").reshape(-1, 2).astype(np.int32)
    return np.ascontiguousarray(edges[:, 0]), np.ascontiguousarray(edges[:, 1])


def smallest_of_each(labels):
    """Labels renamed to the smallest vertex that has them."""
    import numpy as np

    labels = np.asarray(labels, dtype=np.int64)
    smallest = np.full(int(labels.max()) + 1, len(labels), dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(len(labels)))
    return smallest[labels].astype("<u4")


def timed(repeats, compute):
    seconds, result = [], None
    for _ in range(repeats):
        result = None
        begin = time.perf_counter()
        result = compute()
        seconds.append(time.perf_counter() - begin)
    return seconds, result


def scipy_way(left, right, vertices, repeats):
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    begin = time.perf_counter()
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(vertices, vertices)).tocsr()
    build = time.perf_counter() - begin
    seconds, (_, labels) = timed(repeats, lambda: connected_components(graph, directed=False))
    return build, seconds, labels


def networkit_way(left, right, vertices, repeats, threads, parallel):
    import networkit as nk
    import numpy as np

    nk.setNumberOfThreads(threads)
    begin = time.perf_counter()
    graph = nk.GraphFromCoo((left.astype(np.uint64), right.astype(np.uint64)), n=vertices)
    build = time.perf_counter() - begin
    search = nk.components.ParallelConnectedComponents if parallel else nk.components.ConnectedComponents
    seconds, found = timed(repeats, lambda: search(graph).run())
    return build, seconds, found.getPartition().getVector()


def peer(tool, options):
    """In a process of its own: one tool's times as JSON, and its labels to a file."""
    left, right = read_edges(options.program)
    if tool == "scipy":
        build, seconds, labels = scipy_way(left, right, options.vertices, options.repeats)
    else:
        parallel = tool == "networkit-parallel"
        build, seconds, labels = networkit_way(
            left, right, options.vertices, options.repeats, options.threads if parallel else 1, parallel
        )
    told = {"way": tool, "seconds": seconds, "build_s": build, "peak_mb": peak_mb()}
    smallest_of_each(labels).tofile(options.labels)
    print(json.dumps(told))


def lines_of(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def ours(options, edges, labels):
    command = [options.program, "time", edges, options.vertices, options.threads, options.repeats, labels]
    return [{**line, "way": f"{OURS}, {line['way']}", "build_s": 0.0} for line in lines_of(command)]


def measure(options, work):
    edges = options.edge_file or Path(work) / "edges.u32"
    if not edges.exists():
        write = [options.program, "write", edges, options.kind, options.vertices, options.edges]
        subprocess.run([str(part) for part in write], check=True)
    expected = Path(work) / "labels.u32"
    rows = ours(options, edges, expected)
    for tool in options.only or PEERS:
        labels = Path(work) / f"{tool}.u32"
        numbers = ["--vertices", options.vertices, "--repeats", options.repeats, "--threads", options.threads]
        load = os.getloadavg()[0]
        found = lines_of([sys.executable, __file__, edges, *numbers, "--as-tool", tool, "--labels", labels])
        rows += [{**row, "load_before": load, "agrees": labels.read_bytes() == expected.read_bytes()} for row in found]
        labels.unlink()
    return rows


def print_table(rows, options):
    print(f"{options.kind} graph, {options.vertices:,} vertices, {options.edges:,} edges; median (min–max) seconds")
    peers = [row for row in rows if "agrees" in row]
    heads = "".join(f" {'/ ' + row['way']:>20}" for row in peers)
    print(f"{'':34} {'components s':>22} {'own graph s':>12} {'same labels':>12}{heads}")
    for row in rows:
        median = statistics.median(row["seconds"])
        cell = f"{median:.3f} ({min(row['seconds']):.3f}–{max(row['seconds']):.3f})"
        ratios = "".join(f" {median / statistics.median(other['seconds']):>19.3f}x" for other in peers)
        agrees = {True: "yes", False: "NO"}.get(row.get("agrees"), "-")
        print(f"{row['way']:34} {cell:>22} {row['build_s']:>12.2f} {agrees:>12}{ratios}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="the built bench")
    parser.add_argument("--kind", choices=["uniform", "rmat", "groups"], default="uniform")
    parser.add_argument("--vertices", type=int, default=10_000_000)
    parser.add_argument("--edges", type=int, default=50_000_000)
    parser.add_argument("--threads", type=int, default=2, help="of samehand and of NetworKit's parallel way")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", action="append", choices=PEERS, help="may be repeated")
    parser.add_argument("--edge-file", type=Path, help="made if absent and kept; must fit --kind, --vertices, --edges")
    parser.add_argument("--json", type=Path, help="write every repeat to this file")
    parser.add_argument("--as-tool", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--labels", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_tool:
        return peer(options.as_tool, options)
    options.program = options.program.resolve()
    with tempfile.TemporaryDirectory() as work:
        rows = measure(options, work)
    print_table(rows, options)
    if options.json:
        told = {key: getattr(options, key) for key in ("kind", "vertices", "edges", "threads", "repeats")}
        options.json.write_text(json.dumps({**told, "ways": rows}, indent=1) + "\n")
    if any(row.get("agrees") is False for row in rows):
        sys.exit("the labels differ")


if __name__ == "__main__":
    main()
