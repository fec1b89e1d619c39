"""What a JVM tells about itself: allocation, live heap, pauses."""

import os
import re
import subprocess
from pathlib import Path

from .process import Failed

UNITS = {"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
MOST_ROUNDING = 0.05
ALLOCATED = re.compile(r'^"(?P<thread>.*)" .*\ballocated=(?P<number>\d+)(?P<unit>[BKMG])')
PAUSE = re.compile(r"Pause .* (\d+\.\d+)ms$")
USED = re.compile(r"total \d+K, used (\d+)K")

# The compilers work on what was there before; the attach listener on being asked.
NOT_FOR_REQUESTS = ("C1 CompilerThread", "C2 CompilerThread", "Attach Listener")


def java_of(running):
    """The id of the JVM among the processes of a proxy, and the folder of its tools; a launcher may stand before it."""
    for pid in running.tree():
        try:
            program = Path(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            continue  # ended since it was listed
        if program.name == "java":
            return pid, program.parent
    raise Failed(f"{running.name} runs no java process.")


def ask(running, *words):
    pid, tools = java_of(running)
    said = subprocess.run([str(tools / "jcmd"), str(pid), *words], capture_output=True, text=True, timeout=60)
    if said.returncode != 0:
        raise Failed(f"jcmd {words[0]} of {running.name} ended with {said.returncode}: {said.stderr.strip()[-500:]}")
    return said.stdout


def allocated(text):
    """Bytes allocated by each thread of a thread dump, and by how much the largest unit used rounds them."""
    threads, rounding = {}, 0
    for line in text.splitlines():
        found = ALLOCATED.match(line)
        if found and not found["thread"].startswith(NOT_FOR_REQUESTS):
            unit = UNITS[found["unit"]]
            threads[found["thread"]] = threads.get(found["thread"], 0) + int(found["number"]) * unit
            rounding = max(rounding, unit)
    return threads, rounding


def allocation_per_request(proxy, load, seconds):
    """Bytes, or None if the thread dump's figures are too round to tell."""
    before, _ = allocated(ask(proxy.running, "Thread.print", "-e"))
    requests = load.run(proxy, seconds)["requests"]
    after, rounding = allocated(ask(proxy.running, "Thread.print", "-e"))
    grown = sum(number - before.get(thread, 0) for thread, number in after.items())
    return None if rounding > MOST_ROUNDING * grown else round(grown / requests)


def live_heap(running):
    """Bytes of the heap that a full collection leaves."""
    ask(running, "GC.run")
    return sum(int(kilobytes) << 10 for kilobytes in USED.findall(ask(running, "GC.heap_info")))


def pauses(log, begin, end):
    """Of the part of a collector's log between two sizes it had: how many pauses, and the longest in milliseconds."""
    with open(log, "rb") as lines:
        lines.seek(begin)
        text = lines.read(end - begin).decode(errors="replace")
    millis = [float(found[1]) for line in text.splitlines() if (found := PAUSE.search(line))]
    return {"gc_pauses": len(millis), "gc_longest_millis": max(millis, default=0.0)}
