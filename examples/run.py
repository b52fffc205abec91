"""Runs an example and holds it against one `scan`: `python3 examples/run.py spark`, `ray` or `duckdb`.

The engine is installed below target/examples, into an environment of its own. The job has to give what one process gives,
record by record, in a plain run, in one whose `scan` is killed in the middle, and in one whose worker is. Then it is told what
a million replies cost. Needs Python 3.10, and Java 17 for Spark; Linux, for the mishaps and the sums.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
BELOW = EXAMPLES.parent / "target" / "examples"


@dataclass(frozen=True)
class Way:
    """A way through an engine."""

    name: str
    replies: str
    answers: str
    flags: tuple[str, ...] = ()
    # How many generations the worker stands above its scan.
    above: int = 1
    # How often the job has to be started where something is killed once.
    starts: int = 1


WAYS = {
    # An executor has a Python daemon, which has a Python for each task, which has a scan.
    "spark": [
        Way("mapInArrow", "replies", "answers", above=3),
        Way("pipe", "replies.jsonl", "answers", ("--pipe",), above=3),
    ],
    "ray": [Way("map_batches", "replies", "answers")],
    "duckdb": [Way("arrow", "replies/*.parquet", "answers.parquet", starts=2)],
}


# Two workers with a core and 1 GiB each, processes of their own. They have the Python that has pyarrow.
SPARK = {"PYSPARK_SUBMIT_ARGS": "--master local-cluster[2,1,1024] pyspark-shell", "PYSPARK_PYTHON": sys.executable}


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of all cores."""

    wall: float
    cores: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cores - other.cores)

    def __mul__(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cores * factor)

    def __str__(self) -> str:
        return f"{self.wall:.1f} s, {self.cores:.1f} core-seconds"


def install(engine: str) -> Path:
    """The Python that has the engine."""
    folder = BELOW / engine / "venv"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    wanted = EXAMPLES / engine / "requirements.txt"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", wanted], check=True)
    return python


def cores_below(process: int) -> dict[tuple[int, int], float]:
    """The core-seconds of each process that descends from one, by its number and the time of its birth."""
    families: dict[int, list[tuple[int, int, float]]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError), open(f"{entry.path}/stat") as file:
                state = file.read().rpartition(")")[2].split()
                seconds = (int(state[11]) + int(state[12])) / os.sysconf("SC_CLK_TCK")
                families.setdefault(int(state[1]), []).append((int(entry.name), int(state[19]), seconds))
    found, parents = {}, [process]
    while parents:
        for number, birth, seconds in families.get(parents.pop(), ()):
            found[number, birth] = seconds
            parents.append(number)
    return found


def run(command: list[str | Path], program: str, log: Path, stdin: Path | None = None) -> tuple[int, Cost]:
    """Runs to the end of the last process that was started, and gives the exit code and the cost of all of them.

    Cores are sampled: not every engine waits for its processes, and so for what the system reckons of them.
    """
    cores: dict[tuple[int, int], float] = {}
    start = time.monotonic()
    with log.open("wb") as out, open(stdin or os.devnull, "rb") as given:
        # The answers of a plain scan are its output; engines only chat.
        streams = {"stdin": given, "stdout": out, "stderr": subprocess.DEVNULL if stdin else subprocess.STDOUT}
        process = subprocess.Popen(command, env=os.environ | SPARK | {"REPLYLINT": program}, **streams)
        while process.poll() is None:
            cores |= cores_below(os.getpid())
            time.sleep(0.1)
    wall = time.monotonic() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return process.returncode, Cost(wall, sum(cores.values()))


def said(answers: Path) -> Iterator[str]:
    """What a job wrote."""
    import pyarrow.parquet

    if answers.is_dir() and list(answers.glob("part-?????")):
        for part in answers.glob("part-?????"):
            yield from part.read_text(encoding="utf-8").splitlines()
    else:
        yield from pyarrow.parquet.read_table(answers, columns=["answer"])["answer"].to_pylist()


def told(answers: Iterator[str]) -> Counter[str]:
    """The answers, however they are ordered. An error names its line in the stream of its process, which is left out."""

    def without_line(answer: str) -> str:
        if '"error":' not in answer:
            return answer
        error = json.loads(answer)
        return json.dumps([error["id"], error["error"].partition(": ")[2]])

    return Counter(map(without_line, answers))


def prepare(folder: Path, count: int) -> Path:
    """Writes the replies, as JSON Lines and as Parquet in four files."""
    import pyarrow
    import pyarrow.parquet
    from replies import record, replies

    shutil.rmtree(folder, ignore_errors=True)
    (folder / "replies").mkdir(parents=True)
    rows = list(replies(count))
    (folder / "replies.jsonl").write_text("".join(record(row) + "\n" for row in rows), encoding="utf-8")
    table = pyarrow.Table.from_pylist(rows)
    for part in range(4):
        begin, end = part * count // 4, (part + 1) * count // 4
        pyarrow.parquet.write_table(table.slice(begin, end - begin), folder / "replies" / f"{part}.parquet")
    return folder


def try_way(engine: str, way: Way, program: str, small: Path, large: Path, count: int, first: int) -> None:
    """Runs a way plainly and with each mishap, and prints how it went."""

    def job(folder: Path, program: str) -> tuple[int, Cost]:
        answers = folder / way.answers
        shutil.rmtree(answers) if answers.is_dir() else answers.unlink(missing_ok=True)
        command = [sys.executable, EXAMPLES / engine / "job.py", *way.flags, folder / way.replies, answers]
        return run(command, program, folder / "log")

    def check(what: str) -> None:
        answers = told(said(large / way.answers))
        lost, odd = single - answers, answers - single
        if lost or odd:
            sys.exit(f"{engine}, {way.name}, {what}: {lost.total()} answers lost, {odd.total()} too many; see {large}")
        print(f"  {what}: {answers.total()} answers, the same as of one scan", flush=True)

    single = told(iter((large / "single.jsonl").read_text(encoding="utf-8").splitlines()))
    print(f"{engine}, {way.name}", flush=True)
    costs = []
    for folder in small, large:
        code, cost = job(folder, program)
        if code:
            sys.exit(f"{engine}, {way.name} ended with {code}; see {folder / 'log'}")
        costs.append(cost)
    start, whole = costs
    check("plainly")
    for what, above in ("scan killed", 0), ("worker killed", way.above):
        mark, stand_in = large / "mark", large / "replylint"
        mark.unlink(missing_ok=True)
        words = [sys.executable, EXAMPLES / "mishap.py", mark, count // 20, above, program]
        stand_in.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
        stand_in.chmod(0o755)
        codes = [job(large, str(stand_in))[0] for _ in range(way.starts)]
        if not mark.exists() or codes[-1] or not all(codes[:-1]):
            sys.exit(f"{engine}, {way.name}, {what}: ended with {codes}; see {large / 'log'}")
        check(what)
    million = (whole - start) * (1e6 / (count - first))
    print(f"  to start: {start}")
    print(f"  {count} replies: {whole}")
    print(f"  a million more: {million}, which are {million.cores / 3600:.3f} core-hours", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("engine", choices=WAYS)
    arguments.add_argument("--replies", type=int, default=40_000, metavar="N", help="how many [default: 40000]")
    given = arguments.parse_args()

    python = install(given.engine)
    if Path(sys.prefix) != python.parents[1]:
        os.execv(python, [str(python), *sys.argv])
    from scan import program

    # Whoever loses its parent becomes a child of this process, so that its cost is known and nothing is left running.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    path, count, first = program(), given.replies, 100
    small, large = prepare(BELOW / given.engine / "small", first), prepare(BELOW / given.engine / "large", count)
    code, cost = run([path, "scan", "--jobs", "1"], path, large / "single.jsonl", large / "replies.jsonl")
    if code:
        sys.exit(f"replylint ended with {code}")
    print(f"one scan, one thread\n  {count} replies: {cost}\n  a million: {cost * (1e6 / count)}", flush=True)
    for way in WAYS[given.engine]:
        try_way(given.engine, way, path, small, large, count, first)


if __name__ == "__main__":
    main()
