"""Reads a GraphML or GEXF file with networkx and holds it against what the test expects.

    graphs.py FILE EXPECTED.json
"""

import json
import sys

import networkx
from networkx.readwrite.gexf import GEXF

path, expected = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
if path.endswith(".graphml"):
    graph = networkx.read_graphml(path, force_multigraph=True)
    link, label = "kind", "label"
else:
    # networkx knows GEXF 1.3 from version 3.5 on; followthemoney 3.8 holds it below that. Only the namespace is new.
    versions = GEXF.versions
    versions.setdefault("1.3", {**versions["1.2draft"], "NS_GEXF": "http://gexf.net/1.3", "VERSION": "1.3"})
    graph = networkx.read_gexf(path, version="1.3")
    link, label = "link", "label"

assert graph.number_of_nodes() == expected["vertices"], (graph.number_of_nodes(), expected["vertices"])
assert graph.number_of_edges() == expected["links"], (graph.number_of_edges(), expected["links"])
labels = {data[label] for _, data in graph.nodes(data=True)}
missing = [text for text in expected["labels"] if text not in labels]
assert not missing, [text[:80] for text in missing]
for _, data in graph.nodes(data=True):
    assert isinstance(data["holders"], int) and isinstance(data["articulation"], bool) and data["kind"], data
for _, _, data in graph.edges(data=True):
    assert isinstance(data["bits"], float) and isinstance(data["bridge"], bool), data
    assert data[link] and data["evidence"], data
dated = [data for _, _, data in graph.edges(data=True) if data.get("start")]
assert len(dated) >= expected.get("dated", 0), len(dated)
print(f"{graph.number_of_nodes()} vertices, {graph.number_of_edges()} links, {len(dated)} dated")
