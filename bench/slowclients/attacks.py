"""The attacks: what slowhttptest is told, which of Weir's limits ends them, and how its output is read."""

import csv
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sidebyside.process import Failed


# The scheduling class that gets what nobody else wants.
IDLE = ("chrt", "--idle", "0")


@dataclass(frozen=True)
class Attack:
    key: str
    says: str
    path: str
    options: tuple  # for slowhttptest
    reason: str  # in Weir's access log, of a client that is cut
    limit: str  # that does it
    seconds: int  # until the last attacker must be gone, measured from the first


# All by Weir's default limits.
ATTACKS = {
    "H": Attack(
        "H",
        "slow head: a field every 5 s, never the last",
        "/",
        ("-H", "-i", "5", "-x", "24"),
        "head-timeout",
        "`header-timeout` 10 s",
        20,
    ),
    "B": Attack(
        "B",
        "slow body: 8 KiB announced, some bytes every 10 s",
        "/up",
        ("-B", "-i", "10", "-s", "8192", "-x", "10"),
        "body-timeout",
        "4 KiB in twice `body-idle`: 60 s",
        75,
    ),
    "S": Attack(
        "S",
        "stalled body: 8 KiB announced, nothing follows",
        "/up",
        ("-B", "-i", "110", "-s", "8192", "-x", "10"),
        "body-timeout",
        "`body-idle` 30 s",
        45,
    ),
    "X": Attack(
        "X",
        "slow read: 10 MiB asked for, 64 B/s read, window of at most 512 B",
        "/large",
        ("-X", "-n", "1", "-z", "64", "-w", "1", "-y", "512"),
        "client-stalled",
        "32 KiB in 5 min",
        360,
    ),
}


@dataclass(frozen=True)
class Outcome:
    seconds: int  # until slowhttptest ended, which it does when no attacker is left
    most_connected: int
    closed: int  # attackers that the other side closed
    left: int  # attackers that were still connected at the end
    unavailable_seconds: int  # during which its own probe got no answer


class Running:
    """slowhttptest at work. Ends by itself."""

    def __init__(self, attack, connections, port, folder):
        self.prefix = Path(folder) / f"slowhttptest-{attack.key}"
        # Attackers are other machines: here they take only what the good client, Weir and its endpoint leave.
        command = [
            *IDLE, "slowhttptest", *attack.options, "-c", str(connections), "-r", "200", "-l", str(attack.seconds),
            "-u", f"http://127.0.0.1:{port}{attack.path}", "-p", "3", "-g", "-o", str(self.prefix), "-v", "1",
        ]  # fmt: skip
        self.command = command
        with open(f"{self.prefix}.log", "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def ended(self):
        return self.process.poll() is not None

    def end(self):
        if not self.ended():
            self.process.kill()
        self.process.wait()

    def outcome(self):
        said = re.sub(r"\x1b\[[0-9;]*m", "", Path(f"{self.prefix}.log").read_text(errors="replace"))
        ended = re.search(r"Test ended on (\d+)", said)
        if not ended:
            raise Failed(f"slowhttptest did not end as it should: {said[-1000:]}")
        with open(f"{self.prefix}.csv", newline="") as file:
            rows = [{name: int(value) for name, value in row.items()} for row in csv.DictReader(file)]
        probed = [row for row in rows if row["Seconds"] > 0]  # before the first second it has not asked
        # It stops as soon as nobody is left; its last row is of up to a second before.
        all_gone = "No open connections left" in said
        most = max(row["Connected"] + row["Pending"] + row["Closed"] for row in rows)
        return Outcome(
            seconds=int(ended.group(1)),
            most_connected=max(row["Connected"] for row in rows),
            closed=most if all_gone else rows[-1]["Closed"],
            left=0 if all_gone else rows[-1]["Connected"] + rows[-1]["Pending"],
            unavailable_seconds=sum(row["Service Available"] == 0 for row in probed),
        )


def missing():
    try:
        subprocess.run(["slowhttptest", "-h"], capture_output=True, check=False)
    except FileNotFoundError:
        return "slowhttptest is not installed; on Debian: apt-get install slowhttptest"
    return None


def version():
    said = subprocess.run(["slowhttptest", "-h"], capture_output=True, text=True, check=False)
    return re.search(r"version ([\d.]+)", said.stdout + said.stderr).group(1)
