"""What is read from other programs' words, and what is set from it. Run `python3 -m unittest` in bench/."""

import tempfile
import unittest
from pathlib import Path

from . import also, checks, jvm, rounds
from .nginx import NginxProxy
from .haproxy import HAProxy
from .proxies import Setup
from .scenario import SCENARIOS
from .weir import Weir

DUMP = """"main" #3 [71] prio=5 os_prio=0 cpu=90.11ms elapsed=9.18s allocated=2048K defined_classes=310 tid=0x1 nid=71 runnable
"C2 CompilerThread0" #9 [80] daemon prio=9 cpu=900.00ms elapsed=9.10s allocated=70M defined_classes=0 tid=0x2
"loop-0" #20 [92] prio=5 os_prio=0 cpu=400.01ms elapsed=9.00s allocated=12M defined_classes=3 tid=0x3
"GC Thread#0" os_prio=0 cpu=3.11ms elapsed=9.18s tid=0x4 nid=72 runnable
"""

PAUSES = """[0.120s][info][gc] GC(0) Pause Young (Allocation Failure) 32M->4M(123M) 9.500ms
[4.120s][info][gc] GC(1) Pause Young (Allocation Failure) 36M->4M(123M) 1.250ms
[5.120s][info][gc] GC(2) Pause Young (Allocation Failure) 36M->4M(123M) 0.750ms
"""

CALLS = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.50    0.123000           3     41000           writev
 38.50    0.077000           2     38500       500 recvfrom
------ ----------- ----------- --------- --------- ----------------
100.00    0.200000           2     79500       500 total
"""


class Readings(unittest.TestCase):
    def test_compilers_do_not_count_as_allocating(self):
        threads, rounding = jvm.allocated(DUMP)
        self.assertEqual({"main": 2 << 20, "loop-0": 12 << 20}, threads)
        self.assertEqual(1 << 20, rounding)

    def test_only_pauses_within_the_rounds_count(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "gc.log"
            log.write_text(PAUSES)
            begin = PAUSES.index("[4.120s]")
            self.assertEqual({"gc_pauses": 2, "gc_longest_millis": 1.25}, jvm.pauses(log, begin, len(PAUSES)))
            self.assertEqual({"gc_pauses": 0, "gc_longest_millis": 0.0}, jvm.pauses(log, begin, begin))

    def test_system_calls_are_summed_whether_they_fail_or_not(self):
        self.assertEqual(79500, also.system_calls(CALLS))

    def test_lines_of_a_log_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "access.log"
            log.write_bytes(b"first\nsecond\nthird\n")
            self.assertEqual((3, "second"), checks.lines_of(log, ["seco", "ond"]))
            self.assertEqual((3, "first"), checks.lines_of(log, ["absent"]))
            log.write_bytes(b"\0" * 70_000 + b"fourth\nfifth\n")
            self.assertEqual((2, "fourth"), checks.lines_of(log, ["fourth"]))
            log.write_bytes(b"")
            self.assertEqual((0, ""), checks.lines_of(log, []))


class Rates(unittest.TestCase):
    def test_all_get_half_of_the_slowest_ceiling(self):
        warmed = {"Weir": {"ceiling": 61_234}, "nginx": {"ceiling": 51_999}}
        self.assertEqual({"Weir": 25_000, "nginx": 25_000}, rounds.rates(SCENARIOS["S1"], warmed))

    def test_spring_cloud_gateway_gets_half_of_its_own(self):
        warmed = {"Weir": {"ceiling": 60_000}, "Spring Cloud Gateway": {"ceiling": 5_130}}
        self.assertEqual({"Weir": 30_000, "Spring Cloud Gateway": 2_500}, rounds.rates(SCENARIOS["S1"], warmed))

    def test_a_scenario_may_set_the_rate(self):
        self.assertEqual({"Weir": 1000}, rounds.rates(SCENARIOS["S10"], {"Weir": {"ceiling": 60_000}}))


class EndpointOnPort:
    port = 4711


class Configurations(unittest.TestCase):
    def test_every_proxy_has_the_thousand_routes(self):
        scenario = SCENARIOS["S9"]
        setup = Setup(scenario, False)
        self.assertEqual(20, len(scenario.headers) + 1)  # and Host
        self.assertEqual("/area-0500/catalogue/item?id=4711", scenario.target)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.assertEqual(1000, NginxProxy(EndpointOnPort, setup).config(folder).count("location /area-"))
            self.assertEqual(1000, Weir(EndpointOnPort, setup).config(folder).count("path: /area-"))
            self.assertIn("map_beg", HAProxy(EndpointOnPort, setup).config(folder))
            self.assertEqual(1000, len((folder / "routes.map").read_text().splitlines()))

    def test_logs_are_on_everywhere_or_nowhere(self):
        for logs in (True, False):
            for proxy in (NginxProxy, Weir, HAProxy):
                text = proxy(EndpointOnPort, Setup(SCENARIOS["S1"], logs)).config(Path("/folder"))
                wanted = ("combined", "httplog")
                self.assertEqual(logs, any(word in text for word in wanted), proxy.name)
