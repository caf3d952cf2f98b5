"""Reads FollowTheMoney entities with the followthemoney package: all schemata and properties exist, all values are valid.

    ftm.py FILE EXPECTED.json
"""

import json
import sys

from followthemoney import model

path, expected = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
counts, names, ids, refs = {}, set(), set(), set()
for line in open(path, encoding="utf-8").read().splitlines():
    entity = json.loads(line)
    schema = model.get(entity["schema"])
    assert schema is not None and not schema.abstract, entity["schema"]
    proxy = model.get_proxy(entity)
    assert proxy.id == entity["id"] and proxy.id not in ids, proxy.id
    ids.add(proxy.id)
    counts[schema.name] = counts.get(schema.name, 0) + 1
    for name in schema.required:
        assert entity["properties"].get(name), (schema.name, name)
    for name, values in entity["properties"].items():
        prop = schema.get(name)
        assert prop is not None and not prop.stub, (schema.name, name)
        for value in values:
            if prop.type.name in ("email", "phone", "ip", "date", "entity", "country", "url"):
                assert prop.type.clean(value) == value, (schema.name, name, value)
            if prop.type.name == "entity":
                refs.add(value)
    if schema.name == "Person":
        names.update(entity["properties"]["name"])
    if schema.edge:
        assert entity["properties"]["recordId"], entity["id"]
missing = [name for name in expected["names"] if name not in names]
assert not missing, [name[:80] for name in missing]
assert refs <= ids, sorted(refs - ids)[:3]
edges = counts.get("UnknownLink", 0) + counts.get("Ownership", 0)
assert edges == expected["links"], (counts, expected["links"])
print(", ".join(f"{count} {schema}" for schema, count in sorted(counts.items())))
