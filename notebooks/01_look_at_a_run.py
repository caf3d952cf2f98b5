# %% [markdown]
# # Look at a run
#
# How large are the rings, how soon should each be looked at, and where did the time go?
#
# Run it from the folder that holds `output/`:
#
#     python3 notebooks/01_look_at_a_run.py                  # the latest run in ./output
#     python3 notebooks/01_look_at_a_run.py path/to/run      # another run folder
#
# or open it as a notebook: editors that know the percent format show each `# %%` as a cell. It reads `members.csv` and
# `manifest.json` and needs nothing but Python's standard library (3.9 or later).

# %%
import collections
import csv
import json
import pathlib
import sys

# In a notebook the arguments are the kernel's own, so only a folder with a manifest is taken from them.
given = [pathlib.Path(argument) for argument in sys.argv[1:]]
run = next((path for path in given if (path / "manifest.json").exists()), pathlib.Path("output/latest"))
if not (run / "manifest.json").exists():
    sys.exit(f"there is no run in {run}: make one with `samehand run`, or name a run folder")

manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
with open(run / "members.csv", newline="", encoding="utf-8") as file:
    members = list(csv.DictReader(file))

print(f"run {manifest['run_id']}, samehand {manifest['product_version']}")
for entry in manifest["inputs"]:
    print(f"  {entry['source']:<20} {entry['rows']:>9,} rows, {entry['rejected']:,} rejected   {entry['file']}")

# %% [markdown]
# ## Rings
#
# A ring is told by its evidence and not by its size: a ring of two may rank first.

# %%
personas = {member["persona_id"] for member in members if member["persona_id"]}
in_ring = collections.defaultdict(set)
operators = collections.defaultdict(set)
records = collections.Counter()
for member in members:
    ring = member["ring_id"]
    if ring:
        in_ring[ring].add(member["persona_id"])
        operators[ring].add(member["operator_id"])
        records[ring] += 1

print(f"{len(members):,} records, {len(personas):,} personas, {len(in_ring):,} rings "
      f"with {sum(map(len, in_ring.values())):,} personas")
sizes = collections.Counter(len(members_of) for members_of in in_ring.values())
print("\npersonas  rings")
for size in sorted(sizes):
    print(f"{size:>8}  {sizes[size]:>5}  {'#' * sizes[size]}")

# %% [markdown]
# ## Tiers
#
# What each tier makes of the one below: records to personas, personas to operator clusters, operator clusters to rings.

# %%
hands = collections.Counter(len(ids) for ids in operators.values())
print("\noperator clusters in a ring  rings")
for count in sorted(hands):
    print(f"{count:>27}  {hands[count]:>5}")
print("\nthe ten largest rings        personas  operators  records")
for ring in sorted(in_ring, key=lambda ring: (-len(in_ring[ring]), ring))[:10]:
    print(f"{ring:<28} {len(in_ring[ring]):>8}  {len(operators[ring]):>9}  {records[ring]:>7}")

# %% [markdown]
# ## Time and problems
#
# Seconds are wall clock; they are the one part of a run that differs from one run to the next.

# %%
clock = manifest["clock"]
counts = {stage["name"]: stage["counts"] for stage in manifest["stages"]}
print("\nstage                 seconds  counts")
for stage in clock["seconds_per_stage"]:
    told = ", ".join(f"{count:,} {what}" for what, count in counts.get(stage["name"], {}).items())
    print(f"{stage['name']:<20} {stage['seconds']:>8.3f}  {told}")
total = sum(stage["seconds"] for stage in clock["seconds_per_stage"])
memory = clock["peak_memory_mb"]
print(f"{'total':<20} {total:>8.3f}  {clock['threads']} threads, "
      f"{'memory not told' if memory is None else f'{memory:,} MB at most'}")

print()
for diagnostic in manifest["diagnostics"]:
    if diagnostic["severity"] != "note":
        print(f"{diagnostic['severity']}: {diagnostic['location']}: {diagnostic['message']}")
