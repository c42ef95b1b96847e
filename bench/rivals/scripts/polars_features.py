"""The features with polars, lazily and streaming, stored by COPY: polars_features.py FEATURES_SQL URL"""
import io
import sys

import polars as pl
import psycopg2

create, url = open(sys.argv[1]).read(), sys.argv[2]

users = pl.scan_csv("users.csv").select("user_id")
compounds = pl.scan_csv("compounds.csv").select("compound_id", "compound_name")
experiments = pl.scan_csv(
    "user_experiments.csv",
    schema_overrides={
        "experiment_id": pl.Int64,
        "user_id": pl.Int64,
        "experiment_compound_ids": pl.String,
        "experiment_run_time": pl.Float64,
    },
)
time = pl.col("experiment_run_time")
times = experiments.group_by("user_id").agg(
    pl.len().alias("experiments"),
    time.mean().alias("mean"),
    time.sum().alias("total"),
    time.median().alias("median"),
)
uses = (
    experiments.select("user_id", pl.col("experiment_compound_ids").str.split(";"))
    .explode("experiment_compound_ids")
    .with_columns(pl.col("experiment_compound_ids").cast(pl.Int64).alias("compound_id"))
    .group_by("user_id", "compound_id")
    .agg(pl.len().alias("uses"))
)
compound = pl.col("compound_id")
most = uses.group_by("user_id").agg(
    compound.filter(pl.col("uses") == pl.col("uses").max()).sort().alias("most"),
    pl.col("uses").max(),
    pl.len().alias("distinct"),
)
joined = pl.col("most").cast(pl.List(pl.String)).list.join(",")
features = (
    users.join(times, on="user_id", how="left")
    .join(most, on="user_id", how="left")
    .with_columns(pl.col("most").list.first().alias("compound_id"))
    .join(compounds, on="compound_id", how="left")
    .select(
        "user_id",
        pl.col("experiments").fill_null(0),
        "mean",
        "compound_id",
        "compound_name",
        (pl.lit("{") + joined.fill_null("") + pl.lit("}")).alias("ids"),
        pl.col("uses").fill_null(0),
        pl.col("distinct").fill_null(0),
        pl.col("total").fill_null(0),
        "median",
    )
    .collect(engine="streaming")
)
with psycopg2.connect(url) as connection, connection.cursor() as cursor:
    cursor.execute(create)
    text = io.StringIO(features.write_csv())
    cursor.copy_expert("copy features from stdin (format csv, header)", text)
