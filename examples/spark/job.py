"""Check replies with Spark: `spark-submit job.py REPLIES ANSWERS`, with `--master` and all that your cluster asks for.

REPLIES is a folder of Parquet, or of JSON Lines with `--pipe`. Each partition has one `replylint scan` of its own, with one
thread, as Spark gives a core to each task. A task whose process dies fails, and Spark tries it again; what it had written
is not kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import from_json, struct, to_json
from pyspark.sql.types import StringType, StructType

EXAMPLES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(EXAMPLES))
from scan import Scan, program  # noqa: E402

# The name of the program on a worker, where `addFile` puts it.
PROGRAM = Path(program()).name

# What is wanted of an answer; it holds more.
ANSWER = "score INT, findings ARRAY<STRUCT<rule: STRING, severity: STRING, match: STRING>>, error STRING"


def answer_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The answers to a partition."""
    return Scan("--jobs", "1", "--isolated", path=SparkFiles.get(PROGRAM)).answer_batches(batches)


def check_table(replies: DataFrame) -> DataFrame:
    """The table with `answer`, `score`, `findings` and `error` added."""
    record = to_json(struct("id", "reply", "customer"), {"ignoreNullFields": "false"})
    records = replies.withColumn("record", record)
    answered = StructType([*replies.schema.fields]).add("answer", StringType())
    answers = records.mapInArrow(answer_batches, answered)
    return answers.withColumn("told", from_json("answer", ANSWER)).select("*", "told.*").drop("told")


def check_lines(spark: SparkSession, replies: str, answers: str) -> None:
    """JSON Lines to JSON Lines. `pipe` heeds the exit code, and not how many lines came back; this does."""
    lines = spark.sparkContext.textFile(replies)
    # A worker has the files of a job in the folder that it works in.
    lines.pipe(f"./{PROGRAM} scan --jobs 1 --isolated", checkCode=True).saveAsTextFile(answers)
    sent, came = lines.count(), spark.sparkContext.textFile(answers).count()
    if sent != came:
        raise RuntimeError(f"{came} answers to {sent} records")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("replies")
    arguments.add_argument("answers")
    arguments.add_argument("--pipe", action="store_true", help="JSON Lines through RDD.pipe, not Parquet through mapInArrow")
    given = arguments.parse_args()

    with SparkSession.builder.appName("replylint").getOrCreate() as spark:
        # The program and the module travel with the job: a worker needs neither beforehand.
        spark.sparkContext.addFile(program())
        spark.sparkContext.addPyFile(str(EXAMPLES / "scan.py"))
        if given.pipe:
            check_lines(spark, given.replies, given.answers)
        else:
            check_table(spark.read.parquet(given.replies)).write.parquet(given.answers)


if __name__ == "__main__":
    main()
