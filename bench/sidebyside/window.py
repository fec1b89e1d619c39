"""What a proxy spends between two moments, and who else was at work meanwhile."""

import time

from .process import core_busy_seconds


class Window:
    """Begins when it is made."""

    def __init__(self, proxy, proxy_core, load_core):
        self.proxy = proxy
        self.cores = (proxy_core, load_core)
        self.busy = [core_busy_seconds(core) for core in self.cores]
        self.usage = proxy.running.usage()
        self.began = time.monotonic()

    def end(self):
        """`others_seconds`: of the proxy's core, for others than the proxy; `load_busy`: share of the load's core."""
        seconds = time.monotonic() - self.began
        spent = self.proxy.running.usage().since(self.usage)
        proxy_core, load_core = (core_busy_seconds(core) - was for core, was in zip(self.cores, self.busy))
        others = max(0.0, proxy_core - spent["cpu_nanos"] / 1e9)
        return {
            "micros": round(seconds * 1e6),
            **spent,
            "others_seconds": round(others, 2),
            "load_busy": round(min(1.0, load_core / seconds), 3),
        }
