"""Summaries that Spark makes in local mode, of the Parquet files that are named.

It is run by the interpreter of an environment that has Spark, which is not that of the tests. What
it writes to standard output is JSON: a summary for each file.
"""

import dataclasses
import json
import sys

import ibis
from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore] # elsewhere

from sesinsights import report


def main() -> None:
    """Sum up each file."""
    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        # Compiling what runs once takes longer than running it.
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    connection = ibis.pyspark.connect(session)
    summaries = [report.summarize(connection.read_parquet(path)) for path in sys.argv[1:]]
    json.dump([dataclasses.asdict(summary) for summary in summaries], sys.stdout, default=str)
    session.stop()


main()
