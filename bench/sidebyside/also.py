"""What is measured beside the rounds, untimed: allocation, system calls, pauses, memory, time to start."""

import re
import signal
import statistics
import subprocess
import time

from . import jvm
from .process import Failed, tool

STARTS = 5
LOAD_SECONDS = 3
SLOWEST_START_SECONDS = 120


def system_calls(text):
    """Calls in all, from the table that strace -c makes: share, seconds, µs per call, calls, errors."""
    rows = [line.split() for line in text.splitlines()]
    counted = [row for row in rows if len(row) >= 5 and row[-1] != "total" and re.fullmatch(r"\d+", row[3])]
    if not counted:
        raise Failed(f"strace counted nothing: {text.strip()[-300:]}")
    return sum(int(row[3]) for row in counted)


def system_calls_per_request(proxy, load, file):
    words = [tool("strace"), "-c", "-f", "-o", str(file)]
    for pid in proxy.running.tree():
        words += ["-p", str(pid)]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(0.5)
        if tracer.poll() is not None:
            raise Failed(f"strace could not attach to {proxy.name}: {tracer.stderr.read().strip()[-300:]}")
        requests = load.run(proxy, LOAD_SECONDS)["requests"]
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=30)
    finally:
        tracer.kill()
        tracer.wait()
    return round(system_calls(file.read_text()) / requests, 2)


def start(make, number, folder, core, scenario, started):
    """One start in a folder of its own: milliseconds from the command to the first answer, and memory then."""
    proxy = make()
    started.append(proxy)
    proxy.start(folder / f"start-{number}-{proxy.name.lower().replace(' ', '-')}", core)
    millis = proxy.running.await_answer(proxy.port, scenario.target, SLOWEST_START_SECONDS, scenario.tls)
    resident = proxy.running.resident_bytes()
    proxy.running.end()
    started.remove(proxy)
    return millis, resident


def starts(make, folder, core, scenario, started):
    """The page cache is warm, because the proxy has run before."""
    figures = [start(make, number, folder, core, scenario, started) for number in range(STARTS)]
    return {
        "start_millis": statistics.median(millis for millis, _ in figures),
        "resident_start_bytes": statistics.median(resident for _, resident in figures),
    }


def of_running(proxy, load, folder):
    """What a proxy that is warm tells about itself under load."""
    found = {}
    if proxy.name == "Weir":
        found["allocated_bytes"] = jvm.allocation_per_request(proxy, load, LOAD_SECONDS)
    if tool("strace"):
        file = folder / f"calls-{proxy.name.lower().replace(' ', '-')}"
        found["system_calls"] = system_calls_per_request(proxy, load, file)
    return found


def collector_logs(proxies):
    """How long each JVM's log is now."""
    return {proxy.name: proxy.gc_log.stat().st_size for proxy in proxies if proxy.jvm}


def collector_pauses(proxies, before, after):
    return {
        proxy.name: jvm.pauses(proxy.gc_log, before[proxy.name], after[proxy.name]) for proxy in proxies if proxy.jvm
    }
