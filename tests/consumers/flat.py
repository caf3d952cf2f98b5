"""Reads the flat CSV files for Neo4j and i2: every link has its two ends, a type and a source.

    flat.py NEO4J-FOLDER I2-FILE EXPECTED.json
"""

import csv
import json
import pathlib
import sys

csv.field_size_limit(1 << 24)
folder, flat = pathlib.Path(sys.argv[1]), sys.argv[2]
expected = json.load(open(sys.argv[3], encoding="utf-8"))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


vertices, links, rows = read(folder / "nodes.csv"), read(folder / "relationships.csv"), read(flat)
ids = [vertex["id:ID"] for vertex in vertices]
assert len(set(ids)) == len(ids) == expected["vertices"], len(ids)
assert len(links) == len(rows) == expected["links"], (len(links), len(rows))
names = {vertex["name"].removeprefix("'") for vertex in vertices}
missing = [text for text in expected["labels"] if text.removeprefix("'") not in names]
assert not missing, [text[:80] for text in missing]
for vertex in vertices:
    assert vertex[":LABEL"].isalnum(), vertex
for link, row in zip(links, rows):
    assert link[":START_ID"] == row["from_id"] in ids and link[":END_ID"] == row["to_id"] in ids
    assert link[":TYPE"].replace("_", "").isalpha() and link["evidence"] and row["source"]
    assert row["from_type"] and row["to_type"] and row["link_type"]
for row in vertices + links + rows:
    assert not any(cell[:1] in tuple("=+@\t\r") for cell in row.values()), row
print(f"{len(vertices)} vertices, {len(links)} links")
