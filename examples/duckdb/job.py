"""Check replies with DuckDB: `python job.py REPLIES ANSWERS`.

REPLIES is a pattern of Parquet files, ANSWERS one such file. There is one `replylint scan`, with a thread for each core. DuckDB
does not try again: a run that fails leaves no ANSWERS.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scan import Scan  # noqa: E402

REPLIES = "SELECT *, to_json(struct_pack(id, reply, customer)) AS record FROM read_parquet(?)"

# What is wanted of an answer; it holds more.
ANSWERS = """
COPY (
    SELECT * EXCLUDE (told), unnest(told)
    FROM (
        SELECT *, from_json(answer, '{
            "score": "INTEGER",
            "findings": [{"rule": "VARCHAR", "severity": "VARCHAR", "match": "VARCHAR"}],
            "error": "VARCHAR"
        }') AS told
        FROM answers
    )
) TO '{path}' (FORMAT parquet)
"""


def main() -> None:
    replies, path = sys.argv[1:]
    # A batch is read while answers are written, hence a connection for each.
    batches = duckdb.connect().sql(REPLIES, params=[replies]).to_arrow_reader(4096)
    place = batches.schema.get_field_index("record")
    schema = batches.schema.set(place, pa.field("answer", pa.string()))
    answers = pa.RecordBatchReader.from_batches(schema, Scan("--isolated").answer_batches(batches))
    sink = duckdb.connect().register("answers", answers)
    sink.execute(ANSWERS.replace("{path}", f"{path}.part"))
    os.replace(f"{path}.part", path)


if __name__ == "__main__":
    main()
