"""Reads folders of CSV and Parquet tables: both hold the same, and no cell of CSV is a formula.

    tables.py CSV-FOLDER PARQUET-FOLDER EXPECTED.json
"""

import csv
import json
import pathlib
import sys

import polars

csv.field_size_limit(1 << 24)
flat, typed = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
expected = json.load(open(sys.argv[3], encoding="utf-8"))
assert sorted(path.stem for path in flat.iterdir()) == sorted(path.stem for path in typed.iterdir())


def without_quote(cell):
    return cell[1:] if cell.startswith("'") and cell[1:2] in "=+-@\t\r\n＝＋－＠" else cell


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value


for path in sorted(flat.iterdir()):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    frame = polars.read_parquet(typed / f"{path.stem}.parquet")
    assert rows[0] == frame.columns, (path, rows[0], frame.columns)
    assert len(rows) - 1 == frame.height, (path, len(rows), frame.height)
    for row, values in zip(rows[1:], frame.iter_rows()):
        for cell, value in zip(row, values):
            if isinstance(value, float):
                assert float(cell) == value, (path, cell, value)
            elif isinstance(value, int) and not isinstance(value, bool):
                assert int(cell) == value, (path, cell, value)
            else:
                # A text that began with the quote itself is written as it is.
                assert as_text(value) in (cell, without_quote(cell)), (path, cell[:80], str(value)[:80])
            formula = cell[:1] in tuple("=+-@\t\r")
            assert not formula or isinstance(value, float), (path, cell[:80])
for table, count in expected["rows"].items():
    assert polars.read_parquet(typed / f"{table}.parquet").height == count, table
names = set(polars.read_parquet(typed / "members.parquet")["name"])
missing = [name for name in expected["names"] if name not in names]
assert not missing, [name[:80] for name in missing]
print(f"{len(rows) - 1} rows in the last of {len(list(flat.iterdir()))} tables")
