"""As such scripts are: read, merge, explode, group, and insert row by row: pandas_features.py URL"""
import sys

import pandas as pd
import psycopg2

users = pd.read_csv("users.csv")
experiments = pd.read_csv("user_experiments.csv")
compounds = pd.read_csv("compounds.csv")

total = experiments.groupby("user_id")["experiment_id"].count()
average = experiments.groupby("user_id")["experiment_run_time"].mean()

experiments["compound_id"] = experiments["experiment_compound_ids"].str.split(";")
exploded = experiments.explode("compound_id")
exploded["compound_id"] = exploded["compound_id"].astype(int)
merged = exploded.merge(compounds, on="compound_id", how="left")
names = compounds.set_index("compound_id")["compound_name"]
most = merged.groupby("user_id")["compound_id"].agg(lambda ids: ids.mode().iloc[0])

derived = users[["user_id"]].copy()
derived["total_exp_per_user"] = derived["user_id"].map(total).fillna(0).astype(int)
derived["avg_exp_time_per_user"] = derived["user_id"].map(average)
derived["most_consumed_compound"] = derived["user_id"].map(most)
derived["most_consumed_compound_name"] = derived["most_consumed_compound"].map(names)
derived = derived.astype(object).where(derived.notna(), None)

connection = psycopg2.connect(sys.argv[1])
cursor = connection.cursor()
cursor.execute(
    "create table features (user_id bigint primary key, total_exp_per_user integer,"
    " avg_exp_time_per_user double precision, most_consumed_compound bigint,"
    " most_consumed_compound_name text)"
)
for _, row in derived.iterrows():
    cursor.execute("insert into features values (%s, %s, %s, %s, %s)", tuple(row))
connection.commit()
