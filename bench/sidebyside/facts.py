"""What somebody needs to judge the figures of a run or to repeat it."""

import datetime
import platform
import shlex
import sys
from pathlib import Path

from .process import ROOT

FORMAT = 2  # of the results; those of another are not summed up


def facts(chosen, scenario, proxies, folder, load):
    return {
        "format": FORMAT,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "scenario": {"name": scenario.name, "says": scenario.says, "cells": list(scenario.cells), "loop": scenario.loop},
        "access_logs": chosen.access_logs,
        "flags": {
            "rounds": chosen.rounds,
            "seconds": chosen.seconds,
            "warm_up": chosen.warm_up,
            "proxy_core": chosen.proxy_core,
            "load_core": chosen.load_core,
            "proxies": ",".join(chosen.proxies),
        },
        "machine": {
            "cpu": _cpu(),
            "cores": len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))),
            "kernel": platform.release(),
        },
        "versions": {proxy.name: portable(proxy.version(), folder) for proxy in proxies},
        "load": {"version": load.version(), "command": portable(shlex.join(load.command(0, chosen.seconds)), folder)},
    }


def portable(text, folder):
    """Without the paths of this machine."""
    return text.replace(sys.executable, "python3").replace(str(folder), "$TMP").replace(str(ROOT), ".")


def _cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
