"""Resolves the synthetic person file with Splink on DuckDB: people_splink.py RECORDS.parquet CLUSTERS.parquet

A model that a careful user would write from Splink's documentation, untuned and without labels: columns cleaned and
placeholders made null first, term frequencies on names, u from random pairs, m from two rounds of training that block
on different columns, clusters at 0.95.
"""

import logging
import sys
import warnings

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95

CLEANED = """
    select
        record_id as unique_id,
        nullif(trim(lower(first_name)), '') as first_name,
        nullif(trim(lower(last_name)), '') as last_name,
        nullif(dob, '') as dob,
        case when digits similar to '(.)0*' or length(digits) < 10 then null else digits end as phone,
        case when mail like 'none@%' then null else mail end as email,
        nullif(trim(regexp_replace(lower(address), '[^a-z0-9]+', ' ', 'g')), '') as address,
        nullif(trim(lower(city)), '') as city,
        left(zip, 5) as zip,
        routing || '-' || ltrim(account, '0') as account,
        upper(device) as device
    from (
        select *,
            right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) as digits,
            nullif(regexp_replace(lower(email), '\\+[^@]*@', '@'), '') as mail
        from read_parquet($records)
    )
"""


def place():
    """Address, city and postal code as one comparison: they agree together, so they must not be counted thrice."""
    same_zip = cll.ExactMatchLevel("zip")
    return cl.CustomComparison(
        output_column_name="place",
        comparison_description="address, city and postal code",
        comparison_levels=[
            cll.And(cll.NullLevel("address"), cll.NullLevel("zip"), cll.NullLevel("city")),
            cll.ExactMatchLevel("address"),
            cll.And(cll.JaroWinklerLevel("address", 0.92), cll.Or(same_zip, cll.ExactMatchLevel("city"))),
            cll.ExactMatchLevel("zip"),
            cll.ExactMatchLevel("city"),
            cll.ElseLevel(),
        ],
    )


def settings():
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "last_name", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.LevenshteinAtThresholds("phone", 1),
            cl.EmailComparison("email"),
            place(),
            cl.ExactMatch("account"),
            cl.ExactMatch("device"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("phone"),
            block_on("email"),
            block_on("account"),
            block_on("device"),
            block_on("address", "zip"),
            block_on("last_name", "dob"),
            block_on("first_name", "dob"),
            block_on("first_name", "last_name", "zip"),
        ],
    )


def main(records, clusters_path):
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    connection = duckdb.connect()
    connection.execute(
        f"create table records as select *, first_name || ' ' || last_name as full_name from ({CLEANED})",
        {"records": records},
    )
    linker = Linker(DuckDBAPI(connection=connection).register(connection.table("records")), settings())
    certain = [block_on("email"), block_on("first_name", "last_name", "dob"), block_on("last_name", "phone")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
    for rule in [block_on("first_name", "last_name", "zip"), block_on("email")]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=THRESHOLD)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=THRESHOLD
    )
    connection.execute(
        f"copy (select unique_id as record_id, cast(cluster_id as varchar) as cluster_id"
        f" from {clusters.physical_name}) to '{clusters_path}' (format parquet)"
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
