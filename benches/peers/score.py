"""Scores clusters against the truth, in one way for every tool."""

import csv
from collections import Counter


def read_clusters(path, record="record_id", cluster="cluster_id"):
    """Cluster of each record. An empty cluster makes the record a cluster of its own."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row[record]: row[cluster] for row in csv.DictReader(file) if row[cluster]}


def pairs(sizes):
    return sum(n * (n - 1) // 2 for n in sizes)


def ratio(part, whole, empty):
    return part / whole if whole else empty


def f1(precision, recall):
    return ratio(2 * precision * recall, precision + recall, 0.0)


def score(predicted, truth):
    """Pairwise (every pair inside clusters, none sampled) and B-cubed figures.

    Only records of the truth count; one that `predicted` lacks is a cluster of its own.
    """
    label = {record: ("alone", record) for record in truth}
    label |= {record: ("cluster", cluster) for record, cluster in predicted.items() if record in truth}
    cells = Counter((truth[record], label[record]) for record in truth)
    true_sizes, sizes = Counter(truth.values()), Counter(label.values())
    common = pairs(cells.values())
    precision = ratio(common, pairs(sizes.values()), 1.0)
    recall = ratio(common, pairs(true_sizes.values()), 1.0)
    b_precision = ratio(sum(n * n / sizes[p] for (_, p), n in cells.items()), len(truth), 1.0)
    b_recall = ratio(sum(n * n / true_sizes[t] for (t, _), n in cells.items()), len(truth), 1.0)
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1(precision, recall),
        "b_cubed": f1(b_precision, b_recall),
    }
