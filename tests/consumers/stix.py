"""Reads a STIX bundle with stix2 and, where it is installed, checks it with stix2-validator.

    stix.py FILE EXPECTED.json
"""

import json
import sys

import stix2
from stix2 import properties

BANK_ACCOUNT = "extension-definition--f19f3291-6a84-5674-b311-d75a925d5bd9"


@stix2.v21.CustomObservable(
    "bank-account",
    [
        ("account_number", properties.StringProperty()),
        ("holder_ref", properties.ReferenceProperty(valid_types="identity")),
    ],
    ["account_number", "holder_ref"],
    BANK_ACCOUNT,
)
class BankAccount:
    """As published in github.com/muchdogesec/stix2extensions."""


path, expected = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
text = open(path, encoding="utf-8").read()
bundle = stix2.parse(text, allow_custom=False, version="2.1")
objects = [json.loads(one.serialize()) if hasattr(one, "serialize") else one for one in bundle.objects]
kinds = {}
for one in objects:
    kinds[one["type"]] = kinds.get(one["type"], 0) + 1
for refused in ("threat-actor", "intrusion-set", "campaign", "attack-pattern", "malware"):
    assert refused not in text, refused
assert len({one["id"] for one in objects}) == len(objects), "an id twice"
known = {one["id"] for one in objects}
for one in objects:
    for name in ("source_ref", "target_ref", "created_by_ref", "holder_ref"):
        assert one.get(name, next(iter(known))) in known, (one["id"], name)
    for ref in one.get("object_refs", []) + one.get("object_marking_refs", []):
        assert ref in known, (one["id"], ref)
    if one["type"] != "marking-definition":
        assert one["object_marking_refs"] == [expected["marking"]], one["id"]
    if one["type"] == "relationship":
        assert one["relationship_type"] in ("related-to", "located-at")
        assert 0 <= one.get("confidence", 0) <= 99

# Ids of observables are those that the specification derives from their content.
for one in bundle.objects:
    kind = {
        "email-addr": stix2.EmailAddress,
        "ipv4-addr": stix2.IPv4Address,
        "ipv6-addr": stix2.IPv6Address,
        "mac-addr": stix2.MACAddress,
        "url": stix2.URL,
        "software": stix2.Software,
        "autonomous-system": stix2.AutonomousSystem,
        "user-account": stix2.UserAccount,
    }.get(one["type"])
    if kind:
        again = {name: one[name] for name in kind._id_contributing_properties if name in one}
        again.update({"number": one["number"]} if one["type"] == "autonomous-system" else {})
        assert kind(**again).id == one["id"], one["id"]

for kind, count in expected.get("kinds", {}).items():
    assert kinds.get(kind, 0) == count, (kind, kinds)
if "names" in expected:
    names = {one["name"] for one in objects if one["type"] == "identity"}
    missing = [name for name in expected["names"] if name not in names]
    assert not missing, [name[:80] for name in missing]
assert kinds["grouping"] == expected["cases"]

try:
    from stix2validator import ValidationOptions, validate_string
except ImportError:
    print("stix2-validator is not there", file=sys.stderr)
else:
    # What the specification says must be is an error; what it says should be (random ids, a closed list of account
    # types) is a warning and does not count.
    result = validate_string(text, ValidationOptions(version="2.1"))
    faults = [str(fault) for fault in (result.errors or [])]
    assert result.is_valid, faults[:5]
print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
