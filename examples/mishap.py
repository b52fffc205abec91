"""Stands in for replylint: `mishap.py MARK AFTER ABOVE PROGRAM ARGUMENT...` is killed once, in the middle of a stream.

It passes on AFTER lines and kills the process so many generations ABOVE itself (0: only itself), with SIGKILL, as a machine
that runs out of memory would. That it did so is told by the file MARK; whoever finds it there becomes PROGRAM.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time


def parent(process: int) -> int:
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def main() -> None:
    mark, after, above, *command = sys.argv[1:]
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        os.execv(command[0], command)
    scan = subprocess.Popen(command, stdin=subprocess.PIPE)
    for _ in range(int(after)):
        scan.stdin.write(sys.stdin.buffer.readline())
    scan.stdin.flush()
    time.sleep(0.2)  # Some are answered by then.
    scan.kill()
    scan.wait()
    victim = os.getpid()
    for _ in range(int(above)):
        victim = parent(victim)
    os.kill(victim, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
