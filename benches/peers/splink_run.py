"""Resolves one CSV file with Splink: splink_run.py IN.csv CLUSTERS.csv PAIRS.csv

Prints the moment the clusters were written. After it, the scored pairs are written for a search of other thresholds.
Ends with 3 when no setting knows the columns.
"""

import logging
import sys
import time
import warnings

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from schemas import schema_for

THRESHOLD = 0.95
LOWEST = 0.01


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def main(source, clusters_path, pairs_path):
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    connection = duckdb.connect()
    connection.execute(f"create table source as select * from read_csv({quoted(source)}, all_varchar = true)")
    columns = [row[0] for row in connection.execute("describe source").fetchall()]
    schema = schema_for(columns)
    if schema is None:
        print("no setting for the columns", ", ".join(columns))
        return 3
    cleaned = ", ".join(f"nullif({sql.format(c)}, '') as {c}" for c, sql in schema.columns.items())
    connection.execute(f"create table records as select record_id as unique_id, {cleaned} from source")
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=schema.comparisons,
        blocking_rules_to_generate_predictions=schema.candidates,
    )
    linker = Linker(api.register(connection.table("records")), settings)
    linker.training.estimate_probability_two_random_records_match(schema.certain, recall=schema.certain_recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in schema.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=LOWEST)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=THRESHOLD
    )
    connection.execute(
        f"copy (select unique_id as record_id, cluster_id from {clusters.physical_name}) to {quoted(clusters_path)}"
    )
    print(f"written {time.time()}", flush=True)
    connection.execute(
        f"copy (select unique_id_l, unique_id_r, match_probability from {scored.physical_name}) to {quoted(pairs_path)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
