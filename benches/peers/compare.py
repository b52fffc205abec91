#!/usr/bin/env python3
"""Runs replylint beside other linters of prose, and prints one table.

    cargo build --release --bins --examples
    benches/peers/compare.py

The others come from their registries, in the versions named below, and are kept in `target/peers`. What cannot be had is said to be so.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent.parent / "target"))
CACHE = TARGET / "peers"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("AI_AGENT", "AGENT")}

PYTHON = ["proselint==0.16.0", "typos==1.52.0"]
NODE = ["write-good@1.0.8", "alex@11.0.1", "textlint@15.8.0", "textlint-rule-write-good@2.0.0", "textlint-rule-alex@5.0.0",
        "textlint-rule-terminology@5.2.16"]

# A tool is given larger and larger texts, until one takes it so many seconds more than one reply.
PATIENCE = 0.5
SIZES = [10_000, 100_000, 1_000_000, 5_000_000, 50_000_000]
# How many small files there are. Where they would take more than ten seconds, a twentieth of them is read.
FILES = 2000


class Tool:
    """A linter: how it is called, what a finding looks like in what it prints, and what must be there for it to run."""

    def __init__(self, name, command, finding, needs, folder=None):
        self.name, self.command, self.needs, self.folder = name, [str(word) for word in command], needs, folder
        self.finding = re.compile(finding, re.MULTILINE)

    def run(self, paths):
        """The seconds of the processor it takes, the MiB it holds, and what it finds. Other work on the machine counts for little."""
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([*self.command, *map(str, paths)], cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            out.seek(0)
            code = os.waitstatus_to_exitcode(status)
            if code not in (0, 1):
                raise RuntimeError(f"{self.name} ended with {code}: {out.read(500).decode(errors='replace')}")
            found = len(self.finding.findall(out.read().decode(errors="replace")))
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), found


def tools(program):
    python, node = CACHE / "python/bin", CACHE / "node/node_modules/.bin"
    harper = CACHE / "harper/target/release/harper"
    # textlint looks for its rules from where it is run.
    rules = ["--rule=write-good", "--rule=alex", "--rule=terminology"]
    # proselint stops at its thousandth finding, unless told otherwise.
    endless = CACHE / "proselint.json"
    endless.write_text('{"max_errors": 1000000000}')
    placed = r"^\S+?:\d+:\d+:"
    return [
        Tool("replylint", [program, "check", "--isolated", "--output-format=concise"], placed, program),
        Tool("proselint 0.16.0", [python / "proselint", "check", f"--config={endless}"], placed, python / "proselint"),
        Tool("write-good 1.0.8", [node / "write-good", "--parse"], placed, node / "write-good"),
        Tool("alex 11.0.1", [node / "alex"], r"^\s+\d+:\d+.*\s(warning|error)\s", node / "alex"),
        Tool("textlint 15.8.0 with write-good, alex and terminology",
             [node / "textlint", *rules, "--no-textlintrc", "--format=unix"], placed, node / "textlint", CACHE / "node"),
        Tool("typos 1.52.0", [python / "typos", "--format=brief"], placed, python / "typos"),
        Tool("Harper 3.0.0", [harper], r"^\S+?:\d+: ", harper),
        Tool("Vale", ["vale", "--output=line"], placed, Path(shutil.which("vale") or "vale")),
    ]


def install():
    """Fetches what is not there yet. What fails is missing from the table, and nothing else."""
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "harper", CACHE / "harper", dirs_exist_ok=True)
    steps = [
        (CACHE / "python/bin/typos", [[sys.executable, "-m", "venv", CACHE / "python"],
                                      [CACHE / "python/bin/pip", "install", "--quiet", *PYTHON]]),
        (CACHE / "node/node_modules/.bin/textlint", [["npm", "install", "--silent", "--prefix", CACHE / "node", *NODE]]),
        (CACHE / "harper/target/release/harper", [["cargo", "build", "--release", "--quiet", "--manifest-path",
                                                   CACHE / "harper/Cargo.toml", "--target-dir", CACHE / "harper/target"]]),
    ]
    for there, commands in steps:
        if not there.exists():
            try:
                for command in commands:
                    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"{there.name} cannot be had here: {error}", file=sys.stderr)


def row(tool, folder):
    if not tool.needs.exists():
        return [tool.name, "not to be had here"] + [""] * 6
    print(tool.name, file=sys.stderr)
    one = folder / "one/00000.txt"
    cold = min(tool.run([one])[0] for _ in range(5))
    for size in SIZES:
        seconds, held, found = tool.run([folder / f"{size}.txt"])
        if seconds - cold > PATIENCE:
            break
    few = sorted((folder / "small").iterdir())[:FILES // 20]
    files, spent = few, tool.run(few)[0]
    if spent * 20 < 10:
        files = sorted((folder / "small").iterdir())
        spent = tool.run(files)[0]
    spoken, alarmed = (sum(tool.run([path])[2] > 0 for path in sorted((folder / name).iterdir())) for name in ("faults", "kind"))
    return [
        tool.name,
        f"{cold * 1000:.0f} ms",
        f"{(len(files) - 1) / max(spent - cold, 1e-9):,.0f}",
        f"{size / 1e6 / max(seconds - cold, 1e-9):,.2g} MB/s ({size / 1e6:g} MB)",
        f"{held:.0f} MiB",
        f"{found / size * 1e6:,.0f}",
        f"{spoken} of 20",
        f"{alarmed} of 20",
    ]


def main():
    flags = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    flags.add_argument("--program", type=Path, default=TARGET / "release/replylint", help="the program to hold the others against")
    flags.add_argument("--generate", type=Path, default=TARGET / "release/examples/generate", help="what writes the replies")
    given = flags.parse_args()
    for path in (given.program, given.generate):
        if not path.exists():
            sys.exit(f"there is no {path}\n  help: `cargo build --release --bins --examples`")
    install()

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)

        def generate(form, name, *more):
            command = [given.generate, "--format", form, "--out", folder / name, *more]
            subprocess.run([str(word) for word in command], check=True)

        generate("files", "one", "--count", 1, "--faults", 1)
        generate("files", "small", "--count", FILES)
        for size in SIZES:
            generate("text", f"{size}.txt", "--bytes", size)
        for name in ("faults", "kind"):
            (folder / name).mkdir()
            for number, line in enumerate((HERE / f"{name}.txt").read_text().splitlines()):
                (folder / name / f"{number:02}.txt").write_text(line + "\n")

        print("| linter | one reply | small files a second | one text | its memory | findings a MB | faults spoken to | kind sentences alarmed |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for tool in tools(given.program):
            print("| " + " | ".join(row(tool, folder)) + " |", flush=True)


if __name__ == "__main__":
    main()
