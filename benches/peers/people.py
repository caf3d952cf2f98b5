"""samehand beside Splink and beside hand-written rules on one synthetic person file, in one invocation.

    python people.py RECORDS.parquet TRUTH.parquet --samehand PROGRAM --config CONFIG.toml [--repeats 5] [--json FILE]

RECORDS has the columns record_id, first_name, last_name, dob, phone, email, address, city, state, zip, routing,
account, device; TRUTH has record_id and cluster_id. CONFIG is samehand's config for that file. Each tool runs in a
process of its own, one after the other and in turn, so that a busy minute hits all of them. Wall time is from process
start to exit with the clusters written; CPU is user and system time of the process; RSS is its own peak. Clusters of
every repeat are scored by people_score.py, outside of the measured time.

Splink's model is in people_splink.py, the rules in people_rules.py. Without --samehand (or SAMEHAND_BIN) and --config
only these two run. Nothing but the standard library is imported here: a child's peak RSS is never below what its
parent held when it was started.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What follows the program's name; {config} and {out} are filled in. --arguments replaces it.
SAMEHAND_ARGUMENTS = "-c {config} -o {out} run --only personas"
# Where a samehand run leaves its result below {out}, and what the columns are called.
SAMEHAND_MEMBERS = ("runs/*/members.parquet", "record_key", "persona_id")
SAMEHAND_EXIT_CODES = (0,)

COSTS = [("wall_s", "wall s", "{:.2f}"), ("cpu_s", "CPU s", "{:.2f}"), ("rss_mb", "peak MB", "{:.0f}")]


class Failed(Exception):
    pass


def measured(command, exit_codes=(0,)):
    """Wall seconds, CPU seconds and peak resident memory of one child process."""
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in exit_codes:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise Failed(f"{Path(command[0]).name} ended with {child.returncode}:\n" + "\n".join(lines[-15:]))
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024}


def python_tool(script, records, folder):
    clusters = folder / "clusters.parquet"
    costs = measured([sys.executable, HERE / script, records, clusters])
    return costs, (clusters, "record_id", "cluster_id")


def samehand(program, arguments, config, folder):
    filled = [part.format(config=config, out=folder) for part in shlex.split(arguments)]
    costs = measured([program, *filled], SAMEHAND_EXIT_CODES)
    pattern, record, cluster = SAMEHAND_MEMBERS
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise Failed(f"samehand left {len(found)} results under {folder / pattern}, where 1 was expected")
    return costs, (found[0], record, cluster)


def scored(clusters, truth):
    command = [sys.executable, HERE / "people_score.py", *clusters, truth]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed("people_score.py failed:\n" + done.stderr.strip())
    return json.loads(done.stdout)


def tools(options, records):
    """Each tool by name: a function from an empty folder to its costs and where its clusters are."""
    chosen = {
        "splink": lambda folder: python_tool("people_splink.py", records, folder),
        "rules": lambda folder: python_tool("people_rules.py", records, folder),
    }
    if options.samehand and options.config:
        config = options.config.resolve()
        chosen["samehand"] = lambda folder: samehand(options.samehand, options.arguments, config, folder)
    else:
        print("samehand is left out: name --samehand (or SAMEHAND_BIN) and --config", file=sys.stderr)
    return {name: run for name, run in chosen.items() if not options.only or name in options.only}


def run_all(chosen, truth, repeats, work):
    """Costs, scores and load average of every repeat of every tool."""
    results = {name: [] for name in chosen}
    for repeat in range(repeats):
        for name, run in chosen.items():
            folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=work))
            load = os.getloadavg()[0]
            costs, clusters = run(folder)
            results[name].append({**costs, "load_before": load, "score": scored(clusters, truth)})
            shutil.rmtree(folder)
            print(f"{name} {repeat + 1}/{repeats}: {costs['wall_s']:.2f} s", file=sys.stderr)
    return results


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summaries(results):
    return {
        name: {
            **{cost: summary([repeat[cost] for repeat in repeats]) for cost, *_ in COSTS},
            "load_before": summary([repeat["load_before"] for repeat in repeats]),
            "f1": summary([repeat["score"]["pairwise"]["f1"] for repeat in repeats]),
            "score": repeats[-1]["score"],
        }
        for name, repeats in results.items()
    }


def print_table(rows):
    def cell(values, form):
        return f"{form.format(values['median'])} ({form.format(values['min'])}–{form.format(values['max'])})"

    heads = [head for _, head, _ in COSTS] + ["precision", "recall", "F1", "B-cubed F1", "largest", "load"]
    print(f"{'tool':9}" + "".join(f" {head:>21}" for head in heads[:3]) + "".join(f" {head:>10}" for head in heads[3:]))
    for name, row in rows.items():
        pairwise = row["score"]["pairwise"]
        figures = [f"{pairwise[key]:.4f}" for key in ("precision", "recall")]
        figures += [f"{row['f1']['median']:.4f}", f"{row['score']['b_cubed']['f1']:.4f}"]
        figures += [str(row["score"]["largest"]), f"{row['load_before']['max']:.1f}"]
        print(
            f"{name:9}"
            + "".join(f" {cell(row[cost], form):>21}" for cost, _, form in COSTS)
            + "".join(f" {figure:>10}" for figure in figures)
        )
    print("Cost: median (min–max). Precision, recall and B-cubed: last repeat. Load: highest 1-minute average before one.")
    for name, row in rows.items():
        for peer in ("splink", "rules"):
            if peer in rows and peer != name:
                ratios = (f"{head} {row[cost]['median'] / rows[peer][cost]['median']:.2f}x" for cost, head, _ in COSTS)
                print(f"{name} against {peer}: " + ", ".join(ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--samehand", default=os.environ.get("SAMEHAND_BIN"), help="the program; SAMEHAND_BIN by default")
    parser.add_argument("--config", type=Path, help="samehand's config for RECORDS")
    parser.add_argument("--arguments", default=SAMEHAND_ARGUMENTS, help="of samehand (default: %(default)s)")
    parser.add_argument("--only", action="append", choices=["splink", "rules", "samehand"], help="may be repeated")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="folder for results, emptied again (default: a temporary one)")
    parser.add_argument("--json", type=Path, help="write every repeat and the medians to this file")
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error("--repeats must be 1 or more")
    for path in (options.records, options.truth, options.config):
        if path and not path.is_file():
            parser.error(f"there is no file {path}")
    chosen = tools(options, options.records.resolve())
    if not chosen:
        parser.error("no tool is left to run")
    try:
        with tempfile.TemporaryDirectory(dir=options.work) as work:
            results = run_all(chosen, options.truth.resolve(), options.repeats, work)
    except Failed as failure:
        sys.exit(str(failure))
    rows = summaries(results)
    print_table(rows)
    if options.json:
        told = {"records_file": options.records.name, "repeats": options.repeats, "medians": rows, "runs": results}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
