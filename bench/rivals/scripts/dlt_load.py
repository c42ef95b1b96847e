"""The files as Arrow tables, passed on without a look at rows: dlt_load.py FOLDER URL"""
import sys

import dlt
import pyarrow.csv as csv
from dlt.destinations import postgres

folder, url = sys.argv[1:]
files = {"users": "users.csv", "compounds": "compounds.csv", "experiments": "user_experiments.csv"}


def read(file):
    with csv.open_csv(file, csv.ReadOptions(block_size=64 << 20)) as reader:
        for batch in reader:
            yield batch


resources = [
    dlt.resource(read(file), name=table, write_disposition="append") for table, file in files.items()
]
pipeline = dlt.pipeline("bench", pipelines_dir=folder, destination=postgres(url), dataset_name="lab")
pipeline.run(resources, loader_file_format="csv")
