#!/usr/bin/env python3
"""Times the program from outside, and prints a table of what was to be reached.

    cargo build --release --examples --bins
    benches/run.py

Figures are ratios within one run, because machines differ and are shared. Each time is the best of several; what a process costs before it
has read anything is taken off where throughput is told.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("AI_AGENT", "AGENT")}


def main():
    flags = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    flags.add_argument("--program", type=Path, default=target / "replylint", help="the program to time")
    flags.add_argument("--examples", type=Path, default=target / "examples", help="where `generate` and `floor` are")
    flags.add_argument("--megabytes", type=int, default=50, help="how much text to check")
    flags.add_argument("--runs", type=int, default=5, help="how often to time each")
    given = flags.parse_args()

    if not shutil.which("hyperfine"):
        sys.exit("hyperfine is not here\n  help: `apt install hyperfine`, `brew install hyperfine` or `cargo install hyperfine`")
    for path in (given.program, given.examples / "generate", given.examples / "floor"):
        if not path.exists():
            sys.exit(f"there is no {path}\n  help: `cargo build --release --bins --examples`")
    with tempfile.TemporaryDirectory() as folder:
        print(f"replylint over {given.megabytes} MB of generated replies, {os.cpu_count()} cores, best of {given.runs} runs.\n")
        print("| figure | measured | held against | target | met |")
        print("| --- | --- | --- | --- | --- |")
        for figure, measured, against, goal, met in figures(given, Path(folder)):
            print(f"| {figure} | {measured} | {against} | {goal} | {'' if met is None else 'yes' if met else 'no'} |", flush=True)


def figures(given, folder):
    program, size = str(given.program), given.megabytes * 1_000_000

    def generate(form, name, **flags):
        flags = [word for flag, value in flags.items() for word in (f"--{flag}", str(value))]
        run([given.examples / "generate", "--format", form, "--out", folder / name, *flags])
        return str(folder / name)

    def best(*command, runs=given.runs):
        return timed([str(word) for word in command], folder, runs)

    def check(*arguments, **more):
        return best(program, "check", "--isolated", "--exit-zero", "--output-format", "concise", *arguments, **more)

    text, lines = generate("text", "text.txt", bytes=size), generate("jsonl", "lines.jsonl", bytes=size)
    one, small = generate("files", "one", count=1) + "/00000.txt", generate("files", "small", count=2000)
    parts = [generate("text", f"{times}.txt", bytes=size // 8 * times) for times in (1, 2, 4)] + [text]
    pieces = generate("files", "pieces", bytes=0)
    for number in range(50):
        generate("text", f"pieces/{number}.txt", bytes=size // 50, seed=number)
    rules = generate("rules", "rules.toml")

    start, line = check(one, runs=30), best("echo", "a line", runs=30)
    yield "one reply, the whole process", milliseconds(start), f"a process that prints a line: {milliseconds(line)}", \
        "at most 3 ms more", start - line <= 0.003

    def speed(seconds, megabytes=given.megabytes):
        return megabytes / (seconds - start)

    def on_cores(figure, one_core, two_cores):
        yield f"{figure}, one core", f"{one_core:.3g} MB/s", "", "80 MB/s", one_core >= 80
        yield f"{figure}, two cores", f"{two_cores:.3g} MB/s", f"{two_cores / one_core:.2f}× one core", "1.8×", \
            two_cores >= 1.8 * one_core

    of_text = check(text, "-j1")
    yield "`check` of one text, one core", f"{speed(of_text):.3g} MB/s", "", "80 MB/s", speed(of_text) >= 80
    yield from on_cores("`check` of 50 texts", *(speed(check(pieces, jobs)) for jobs in ("-j1", "-j2")))
    written = os.path.getsize(lines) / 1e6
    scanned = (best(program, "scan", "--isolated", lines, jobs) for jobs in ("-j1", "-j2"))
    yield from on_cores("`scan` of JSON Lines", *(speed(seconds, written) for seconds in scanned))

    for command in ([program, "check", "--isolated", "--output-format", "concise", text],
                    [program, "scan", "--isolated", "-j2", lines]):
        held = memory(command)
        yield f"the most that `{command[1]}` holds", f"{held:.0f} MiB", "", "64 MiB", held < 64

    files = sorted(str(path) for path in Path(small).iterdir())
    checked, read = check(small, "-j1"), best("cat", *files)
    yield "2,000 small files", milliseconds(checked), f"{checked / read:.1f}× `cat` of them", "3×", checked <= 3 * read

    times = [check(part, "-j1") for part in parts[:3]] + [of_text]
    each = [(seconds - start) / os.path.getsize(part) for seconds, part in zip(times, parts)]
    growth = each[-1] / each[0]
    yield "a byte of a text 8 times as long", f"{growth:.2f}× the time", \
        ", ".join(f"{value / each[0]:.2f}×" for value in each[1:3]) + " at 2 and 4 times", "1.1×", growth <= 1.1

    more = check(text, "-j1", "--rules", rules) - check(one, "--rules", rules)
    doubled = more / (of_text - start)
    yield "twice the rules", f"{doubled:.2f}× the time", "the added half finds nothing", "1.1×", doubled <= 1.1

    def floor(name):
        return float(run([given.examples / "floor", name, text]))

    words = given.megabytes / best("wc", "-w", text)
    for name, value in [("`wc -w`", words), ("an automaton over the bytes of as many phrases", floor("phrases")),
                        ("a look at every byte", floor("bytes"))]:
        yield name, f"{value:.3g} MB/s", f"`check` has {speed(of_text) / value:.2g}×", "", None


def run(command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def timed(command, folder, runs):
    """The seconds that the quickest of several runs takes."""
    report = folder / "hyperfine.json"
    flags = ["--shell=none", "--warmup=1", f"--runs={runs}", f"--export-json={report}", "--style=none"]
    # A command is one word to hyperfine, which parts it as a shell does.
    words = " ".join(f"'{word}'" for word in command)
    subprocess.run(["hyperfine", *flags, words], check=True, env=ENVIRONMENT, capture_output=True)
    return json.loads(report.read_text())["results"][0]["min"]


def memory(command):
    """The most that a process held, in MiB."""
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    usage = os.wait4(process.pid, 0)[2].ru_maxrss
    return usage / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
