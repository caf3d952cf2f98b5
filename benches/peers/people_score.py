"""Scores clusters of records against the truth: people_score.py CLUSTERS RECORD_COLUMN CLUSTER_COLUMN TRUTH.parquet

Prints JSON: precision, recall and F1 over every pair of records inside a cluster, and B-cubed (the mean over records).
Only records of the truth count. A record without a cluster is a cluster of its own.
"""

import json
import sys

import polars as pl


def pairs(sizes):
    sizes = sizes.cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def measures(precision, recall):
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def score(clusters, truth):
    """Figures of `clusters` against `truth`, both with the columns `record` and `cluster`."""
    known = truth.select("record", true=pl.col("cluster"))
    found = clusters.unique("record").select("record", found=pl.col("cluster"))
    alone = pl.concat_str(pl.lit("alone "), "record")
    joined = known.join(found, on="record", how="left").with_columns(
        pl.when(pl.col("found").is_null() | (pl.col("found") == "")).then(alone).otherwise(pl.col("found")).alias("found")
    )
    cells = joined.group_by("true", "found").len("both")
    true_sizes, sizes = joined.group_by("true").len("of_true"), joined.group_by("found").len("of_found")
    common = pairs(cells["both"])
    whole, wanted = pairs(sizes["of_found"]), pairs(true_sizes["of_true"])
    weighed = cells.join(true_sizes, on="true").join(sizes, on="found")
    square = pl.col("both").cast(pl.Float64) ** 2
    precision, recall = weighed.select(
        (square / pl.col("of_found")).sum().alias("precision"), (square / pl.col("of_true")).sum().alias("recall")
    ).row(0)
    return {
        "records": joined.height,
        "clusters": sizes.height,
        "largest": sizes["of_found"].max(),
        "pairwise": measures(common / whole if whole else 1.0, common / wanted if wanted else 1.0),
        "b_cubed": measures(precision / joined.height, recall / joined.height),
    }


def read(path, record, cluster):
    return pl.read_parquet(path).select(
        record=pl.col(record).cast(pl.String), cluster=pl.col(cluster).cast(pl.String)
    )


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    path, record, cluster, truth = sys.argv[1:]
    print(json.dumps(score(read(path, record, cluster), read(truth, "record_id", "cluster_id"))))
