"""Processes that a run starts, what they cost, and their end. Only what was started here is ended, by its id."""

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Says in one sentence why the run cannot go on."""


def tool(name):
    """Debian keeps daemons in /usr/sbin, which is not on every PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Usage:
    """CPU time of a process and all it started, since they began."""

    thread_nanos: dict  # (process, thread) -> nanoseconds on a CPU
    user_ticks: int
    kernel_ticks: int

    def since(self, before):
        """Nanoseconds on a CPU, and user and kernel seconds in the coarser unit of /proc/PID/stat."""
        nanos = sum(now - before.thread_nanos.get(thread, 0) for thread, now in self.thread_nanos.items())
        user = (self.user_ticks - before.user_ticks) / TICKS_PER_SECOND
        kernel = (self.kernel_ticks - before.kernel_ticks) / TICKS_PER_SECOND
        gone = len(before.thread_nanos.keys() - self.thread_nanos.keys())
        if gone:  # they took their figures with them, but the total of the process still holds them
            nanos = max(nanos, round((user + kernel) * 1e9))
        return {"cpu_nanos": nanos, "user_seconds": user, "kernel_seconds": kernel, "threads_gone": gone}


class Running:
    """A command pinned to one core."""

    def __init__(self, name, command, core, log, environment=None):
        self.name = name
        self.log = Path(log)
        self.began = time.monotonic()
        with open(log, "ab") as output:  # appends, so that a log may be emptied while it is written
            self.process = subprocess.Popen(
                ["taskset", "-c", str(core), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # a Ctrl-C reaches only the run itself, which ends the rest in order
            )

    def await_answer(self, port, path, seconds, tls=False):
        """Asks every 5 ms until the answer is 200; gives the milliseconds since the command."""
        while time.monotonic() - self.began < seconds:
            if self.process.poll() is not None:
                raise Failed(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")
            if _answers(port, path, tls):
                return round((time.monotonic() - self.began) * 1000)
            time.sleep(0.005)
        raise Failed(f"{self.name} did not answer on port {port} within {seconds} s: {self.last_words()}")

    def last_words(self):
        text = self.log.read_text(errors="replace").strip()
        return text[-1500:] if text else "it said nothing"

    def tree(self):
        """The ids of the process and of all that it started."""
        children = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                stat = _stat(entry)
                if stat is not None:
                    children.setdefault(int(stat[1]), []).append(int(entry.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            waiting.extend(children.get(pid, []))
        return found

    def usage(self):
        threads, user, kernel = {}, 0, 0
        for pid in self.tree():
            stat = _stat(Path(f"/proc/{pid}"))
            if stat is None:
                continue
            user += int(stat[11])
            kernel += int(stat[12])
            for task in Path(f"/proc/{pid}/task").iterdir():
                try:
                    threads[(pid, task.name)] = int((task / "schedstat").read_text().split()[0])
                except (FileNotFoundError, ProcessLookupError):
                    continue  # ended since it was listed
        return Usage(threads, user, kernel)

    def resident_bytes(self):
        page = os.sysconf("SC_PAGE_SIZE")
        total = 0
        for pid in self.tree():
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended since it was listed
        return total

    def end(self):
        """TERM, and KILL for whoever is left after three seconds."""
        tree = self.tree() if self.process.poll() is None else []
        _signal(tree[:1], signal.SIGTERM)
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            pass
        _signal([pid for pid in tree if _is_ours(pid, self.process.pid)], signal.SIGKILL)
        self.process.wait()


def unverified():
    """What a client uses that trusts everybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _answers(port, path, tls):
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=unverified())
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    )
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stat(folder):
    """The fields of /proc/PID/stat behind the command name: [0] state, [1] parent, [3] session, [11] user, [12] kernel."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _is_ours(pid, session):
    """Whether the id still belongs to the session that was started here, and not to somebody who got it since."""
    stat = _stat(Path(f"/proc/{pid}"))
    return stat is not None and int(stat[3]) == session


def _signal(pids, which):
    for pid in pids:
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            continue  # ended by itself


def core_busy_seconds(core):
    """Time that a core has spent on anything but idling, since the machine started."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            user, nice, kernel, _idle, _waiting, interrupt, soft_interrupt, stolen = map(int, ticks[:8])
            return (user + nice + kernel + interrupt + soft_interrupt + stolen) / TICKS_PER_SECOND
    raise Failed(f"/proc/stat knows no core {core}.")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
