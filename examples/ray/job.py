"""Check replies with Ray: `python job.py REPLIES ANSWERS`.

REPLIES is a folder of Parquet. Each actor has one `replylint scan` of its own, with one thread, as Ray gives a core to each
actor. Where its process dies, the batch is tried again; where the actor or its machine does, Ray starts another.
"""

from __future__ import annotations

import argparse
import json
import sys
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import ray
from pyarrow.json import ParseOptions, ReadOptions, read_json
from ray.data import SaveMode

EXAMPLES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(EXAMPLES))
from scan import Scan  # noqa: E402

# What is wanted of an answer; it holds more.
FINDING = pa.struct([("rule", pa.string()), ("severity", pa.string()), ("match", pa.string())])
ANSWER = pa.schema([("score", pa.int32()), ("findings", pa.list_(FINDING)), ("error", pa.string())])


class Answers:
    """An actor that adds `answer`, `score`, `findings` and `error` to its batches."""

    def __init__(self) -> None:
        self._scan = Scan("--jobs", "1", "--isolated")

    def __call__(self, replies: pa.Table) -> pa.Table:
        rows = replies.select(["id", "reply", "customer"]).to_pylist()
        records = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
        answers = self._scan.answer(records)
        told = read(answers)
        for name, column in ("answer", pa.array(answers, pa.string())), *zip(told.column_names, told.columns):
            replies = replies.append_column(name, column)
        return replies


def read(answers: list[str]) -> pa.Table:
    """What is wanted of the answers, as columns."""
    text = "\n".join(answers).encode()
    wanted = ParseOptions(explicit_schema=ANSWER, unexpected_field_behavior="ignore")
    return read_json(BytesIO(text), ReadOptions(use_threads=False, block_size=len(text) + 1), wanted)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("replies")
    arguments.add_argument("answers")
    arguments.add_argument("--actors", type=int, help="as many as cores of the cluster, but for one that reads and writes")
    given = arguments.parse_args()

    # The module travels with the job; the program is on the path of every worker, from its image or with pip.
    ray.init(runtime_env={"working_dir": str(EXAMPLES)}, include_dashboard=False)
    context = ray.data.DataContext.get_current()
    context.retried_map_errors, context.max_map_retries = ["replylint ended"], 3
    actors = given.actors or max(1, int(ray.cluster_resources()["CPU"]) - 1)
    replies = ray.data.read_parquet(given.replies)
    checked = replies.map_batches(Answers, batch_format="pyarrow", batch_size=4096, concurrency=actors)
    # To append to what an earlier job left would double its records.
    checked.write_parquet(given.answers, mode=SaveMode.ERROR)
    ray.shutdown()


if __name__ == "__main__":
    main()
