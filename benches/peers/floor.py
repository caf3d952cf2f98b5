"""What the machine itself costs on a file of records: floor.py RECORDS.parquet [RECORDS.parquet ...]

Reads it, writes a two-column result, hashes it, sorts as many numbers, copies memory: medians of three, wall and CPU
seconds, as Markdown. The page of physical floors quotes these. Cold figures need the page cache dropped by hand.
"""

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

TIMES = 3


def timed(what, work, prepare=lambda: None):
    walls, cpus = [], []
    for _ in range(TIMES):
        given = prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        result = work() if given is None else work(given)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        del result, given
    print(f"| {what} | {statistics.median(walls):.3f} ({min(walls):.3f}–{max(walls):.3f}) "
          f"| {statistics.median(cpus):.3f} | {os.getloadavg()[0]:.1f} |", flush=True)
    return statistics.median(walls)


def head(title):
    print(f"\n{title}\n\n| what | wall s, median (min–max) | CPU s | load |\n|---|---|---|---|")


def plain_read(path):
    with open(path, "rb") as file:
        return len(file.read())


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_costs(path):
    table = pl.read_parquet(path)
    in_memory, rows = table.estimated_size(), table.height
    head(f"### {path.name}: {path.stat().st_size:,} bytes, {rows:,} rows, {table.width} columns, "
         f"{in_memory:,} bytes as Arrow in memory")
    result = pl.DataFrame({"record_id": table["record_id"], "cluster_id": np.arange(rows, dtype=np.uint32)})
    digits = pl.Series("cluster_id", np.random.default_rng(7).bytes(6 * rows).hex(" ", 6).upper().split())
    texts = result.with_columns(digits)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clusters.parquet"
        timed("bytes of the file read (page cache)", lambda: plain_read(path))
        timed("SHA-256 of the file", lambda: sha256(path))
        timed("polars reads all columns", lambda: pl.read_parquet(path))
        timed("polars reads all columns, no parallel columns", lambda: pl.read_parquet(path, parallel="none"))
        timed("write record_id, cluster_id as u32 (zstd)", lambda: result.write_parquet(out, compression="zstd"))
        print(f"| … its bytes: {out.stat().st_size:,} | | | |")
        timed("write record_id, cluster_id as 12 random hex digits (zstd)", lambda: texts.write_parquet(out, compression="zstd"))
        print(f"| … its bytes: {out.stat().st_size:,} | | | |")
    print("\n| column | distinct values (without null) | nulls | bytes of text |\n|---|---|---|---|")
    total = 0
    for column in table.columns:
        distinct, nulls = table[column].drop_nulls().n_unique(), table[column].null_count()
        total += distinct
        print(f"| {column} | {distinct:,} | {nulls:,} | {table[column].str.len_bytes().sum():,} |")
    cells = rows * table.width - sum(table[column].null_count() for column in table.columns)
    print(f"| all | {total:,} of {cells:,} cells | | |")


def machine_costs():
    head("### Machine")
    rng = np.random.default_rng(7)
    size = 1 << 30
    source, target = np.ones(size, np.uint8), np.zeros(size, np.uint8)
    wall = timed("copy of 1 GiB, one thread", lambda: np.copyto(target, source))
    print(f"| … {size / wall / 1e9:.1f} GB/s copied, {2 * size / wall / 1e9:.1f} GB/s read and written | | | |")
    half = size // 2

    def copy_on_two():
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda at: np.copyto(target[at : at + half], source[at : at + half]), (0, half)))

    wall = timed("copy of 1 GiB, two threads", copy_on_two)
    print(f"| … {size / wall / 1e9:.1f} GB/s copied, {2 * size / wall / 1e9:.1f} GB/s read and written | | | |")
    words = source.view(np.uint64)
    wall = timed("sum of 1 GiB of u64, one thread", lambda: words.sum())
    print(f"| … {size / wall / 1e9:.1f} GB/s read | | | |")
    for count in (1_000_000, 10_000_000):
        numbers = rng.integers(0, 2**63, count, dtype=np.uint64)
        timed(f"numpy sorts {count:,} u64", lambda given: given.sort(), lambda: numbers.copy())
    table = rng.integers(0, 2**31, 10_000_000, dtype=np.uint32)
    order = rng.integers(0, len(table), 10_000_000, dtype=np.uint32)
    wall = timed("numpy gathers 10,000,000 random u32 of 40 MB", lambda: table[order])
    print(f"| … {wall / len(order) * 1e9:.1f} ns each | | | |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    machine_costs()
    for path in options.files:
        file_costs(path)


if __name__ == "__main__":
    main()
