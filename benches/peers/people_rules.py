"""Resolves the synthetic person file with hand-written rules: people_rules.py RECORDS.parquet CLUSTERS.parquet

What an afternoon of SQL gives: records that share a value held by few of them are compared, points for name, date of
birth and contact details are added, and pairs with enough points are closed to clusters. Nothing is learned. The
points were set by hand for this kind of file, so that its figures flatter rules in general.
"""

import sys

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

HOLDERS_MAX = 25  # a value that more records hold says nothing about one person
POINTS = 2.5

CLEANED = """
    create table people as
    select
        row_number() over () - 1 as id, record_id, dob,
        lower(last_name) as last,
        lower(concat_ws(' ', first_name, last_name)) as name,
        right(regexp_replace(phone, '\\D', '', 'g'), 10) as phone,
        regexp_replace(lower(email), '\\+[^@]*', '') as email,
        regexp_replace(lower(address), '\\W', '', 'g') as address,
        routing || ':' || ltrim(account, '0') as account,
        lower(device) as device
    from read_parquet($records)
"""

# What two records may share to be compared: a name of its own, or an expression over `people`.
KEYS = ["phone", "email", "address", "account", "device", "name", "last || '/' || dob"]

SCORED = """
    select a, b from (
        select p.a, p.b,
            case when l.name = r.name then 2.0
                 when jaro_winkler_similarity(l.name, r.name) > 0.85 then 1.5
                 when l.last = r.last then 0.5
                 when l.name = '' or r.name = '' then 0.0
                 else -1.0 end as name_points,
            case when l.dob is null or r.dob is null then 0.0
                 when l.dob = r.dob then 1.5
                 when levenshtein(l.dob, r.dob) <= 2 then 0.5
                 else -2.0 end as dob_points,
            if(l.phone = r.phone, 1.0, 0.0) + if(l.email = r.email, 1.5, 0.0)
                + if(l.account = r.account, 1.0, 0.0)
                + if(l.device = r.device, 0.75, 0.0) + if(l.address = r.address, 0.75, 0.0) as contact_points
        from pairs p join people l on l.id = p.a join people r on r.id = p.b
    ) where name_points + dob_points + contact_points >= $points
"""


def sharing(key):
    """Pairs of records with the same value of `key`, unless too many hold it."""
    return f"""
        select a, unnest(ids) as b from (
            select unnest(ids) as a, ids from (
                select list(id) as ids from people
                where {key} <> '' group by {key} having count(*) between 2 and {HOLDERS_MAX}
            )
        )
    """


def main(records, clusters_path):
    connection = duckdb.connect()
    connection.execute(CLEANED, {"records": records})
    found = " union all ".join(sharing(key) for key in KEYS)
    connection.execute(f"create table pairs as select distinct a, b from ({found}) where a < b")
    links = connection.execute(SCORED, {"points": POINTS}).fetchnumpy()
    ids = pl.from_arrow(connection.execute("select record_id from people order by id").to_arrow_table())["record_id"]
    ones = np.ones(len(links["a"]), np.int8)
    graph = coo_array((ones, (links["a"], links["b"])), shape=(len(ids), len(ids)))
    labels = connected_components(graph, directed=False)[1]
    pl.DataFrame({"record_id": ids, "cluster_id": labels}).write_parquet(clusters_path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
