"""Runs samehand and Splink on the same labelled files and prints one table (see README.md)."""

import csv
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from score import read_clusters, score

HERE = Path(__file__).parent
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999]
LINE = "{:16} {:24} {:>9} {:>7} {:>7} {:>8} {:>8}"


class Failed(Exception):
    pass


def call(command, folder, codes=(0,)):
    done = subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True)
    if done.returncode not in codes:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Failed(f"{Path(command[0]).name} ended with {done.returncode}: {said[-1] if said else 'no message'}")
    return done


def samehand(binary, data, truth_path, folder):
    """Clusters and seconds of init and run together; its own evaluation must agree with ours."""
    begin = time.time()
    call([binary, "--quiet", "init", "--force", data], folder)
    call([binary, "--quiet", "run", "--top", "0"], folder)
    seconds = time.time() - begin
    clusters = read_clusters(folder / "output/latest/members.csv", "record_key", "persona_id")
    own = json.loads(call([binary, "evaluate", "--json", "--truth", truth_path], folder).stdout)
    return clusters, seconds, own["pairwise"]["f1"]


def splink(data, folder):
    """Clusters at 0.95 with the seconds until they were written, and every scored pair; nothing without a setting."""
    clusters, pairs = folder / "clusters.csv", folder / "pairs.csv"
    begin = time.time()
    done = call([sys.executable, HERE / "splink_run.py", data, clusters, pairs], folder, codes=(0, 3))
    if done.returncode == 3:
        return None
    written = next(line for line in done.stdout.splitlines() if line.startswith("written "))
    return read_clusters(clusters), float(written.split()[1]) - begin, pairs


def components(records, pairs_path, threshold):
    """Connected components of the pairs at or over the threshold."""
    parent = {record: record for record in records}

    def root(record):
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    with open(pairs_path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            left, right = row["unique_id_l"], row["unique_id_r"]
            if float(row["match_probability"]) >= threshold and left in parent and right in parent:
                parent[root(left)] = root(right)
    return {record: root(record) for record in records}


def show(name, tool, figures, seconds):
    shown = [f"{figures[key]:.4f}" for key in ("precision", "recall", "f1", "b_cubed")]
    print(LINE.format(name, tool, *shown, "" if seconds is None else f"{seconds:.2f}"), flush=True)


def compare(binary, path, truth_path, folder):
    name, truth = path.stem, read_clusters(truth_path)
    try:
        clusters, seconds, own = samehand(binary, path, truth_path, folder)
        ours = score(clusters, truth)
        show(name, "samehand", ours, seconds)
        if abs(ours["f1"] - own) > 1e-6:
            print(f"  samehand evaluate says F1 {own:.4f}, the scorer here {ours['f1']:.4f}: look into it")
    except Failed as failed:
        print(LINE.format(name, "samehand", "failed", "", "", "", ""), failed)
    try:
        found = splink(path, folder)
    except Failed as failed:
        print(LINE.format(name, "splink", "failed", "", "", "", ""), failed)
        return
    if found is None:
        print(LINE.format(name, "splink", "skipped", "", "", "", ""), "schemas.py has no setting for these columns")
        return
    clusters, seconds, pairs = found
    show(name, "splink at 0.95", score(clusters, truth), seconds)
    tried = [(score(components(truth, pairs, threshold), truth), threshold) for threshold in THRESHOLDS]
    best, threshold = max(tried, key=lambda entry: entry[0]["f1"])
    show(name, f"splink peeking {threshold:g}", best, None)


def main(binary, data, work, *names):
    binary, data, work = Path(binary).resolve(), Path(data).resolve(), Path(work)
    found = sorted(p for p in data.glob("*.csv") if not p.name.endswith(".truth.csv"))
    found = [p for p in found if p.with_suffix(".truth.csv").exists() and (not names or p.stem in names)]
    if not found:
        print(f"{data}: no NAME.csv with a NAME.truth.csv beside it", file=sys.stderr)
        return 2
    print(LINE.format("set", "tool", "precision", "recall", "F1", "B-cubed", "seconds"))
    for path in found:
        folder = work / path.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        compare(binary, path, path.with_suffix(".truth.csv"), folder.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
