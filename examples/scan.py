"""`replylint scan` beside a Python program: a batch of records goes in, an answer for each comes out, in order.

This is all that an engine needs to check replies on many machines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Thread
from types import TracebackType

import pyarrow as pa


def program() -> str:
    """Where the program is: what REPLYLINT names, or the first on the path."""
    found = shutil.which(os.environ.get("REPLYLINT", "replylint"))
    if found is None:
        raise FileNotFoundError("cannot find replylint: put it on the path, or its place in REPLYLINT")
    return os.path.abspath(found)


class ScanError(RuntimeError):
    """The process ended before it had answered every record, or with a fault."""


class Scan:
    """One process that answers batch after batch.

    It is started by the first batch. After a fault it is gone, and the next batch starts another, so that an engine may
    try the batch again.
    """

    def __init__(self, *flags: str, path: str | None = None) -> None:
        self._command = [path or program(), "scan", *flags]
        self._process: subprocess.Popen[bytes] | None = None

    def answer(self, records: Sequence[str]) -> list[str]:
        """An answer for each record. A record is a JSON object on one line, and so is its answer.

        A record that cannot be checked is answered by an object with `error`.
        """
        if any("\n" in record or not record.strip() for record in records):
            raise ValueError("a record is a JSON object on one line")
        sent = "".join(f"{record}\n" for record in records).encode()
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = self._process
        # The process answers while it reads. Were one thread to write first and read then, both pipes could be full.
        writer = Thread(target=_write, args=(process, sent), daemon=True)
        writer.start()
        try:
            answers = list(islice(process.stdout, len(records)))
        except BaseException:
            self._kill()
            raise
        writer.join()
        whole = sum(line.endswith(b"\n") for line in answers)
        if whole < len(records):
            raise ScanError(f"replylint ended with {self._end()} after {whole} of {len(records)} answers")
        return [line.decode().removesuffix("\n") for line in answers]

    def answer_batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches, `record` in each made to `answer`. Other columns are left as they are."""
        with self:
            for batch in batches:
                place = batch.schema.get_field_index("record")
                answers = self.answer(batch.column(place).to_pylist())
                yield batch.set_column(place, "answer", pa.array(answers, pa.string()))

    def close(self) -> None:
        """Ends the process, and makes sure that it has no more to say and found no fault."""
        if self._process is None:
            return
        rest, _ = self._process.communicate()
        code, self._process = self._process.returncode, None
        if code or rest:
            raise ScanError(f"replylint ended with {code}, and {len(rest)} bytes that nobody asked for")

    def _end(self) -> int:
        """The exit code of a process that has closed its output."""
        try:
            return self._process.wait(timeout=10)
        finally:
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for pipe in process.stdin, process.stdout:
            with suppress(OSError):
                pipe.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif self._process is not None:
            self._kill()


def _write(process: subprocess.Popen[bytes], sent: bytes) -> None:
    with suppress(OSError):  # The process is gone: whoever reads from it learns so.
        process.stdin.write(sent)
        process.stdin.flush()
