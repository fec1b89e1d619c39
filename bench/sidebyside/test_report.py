"""What is told about a canned result. Run `python3 -m unittest` in bench/."""

import copy
import json
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from . import facts, figures, plot, report, summary
from .process import ROOT, Failed
from .scenario import CEILING, ELSEWHERE, HALF, IDLE


def cell(micros_of_cpu, kind, **more):
    """A second of 1,000 requests that cost so many microseconds each, a quarter of it in user code."""
    own = {
        **{"cell": kind, "requests": 1000, "micros": 1_000_000, "cpu_nanos": micros_of_cpu * 1_000_000},
        **{"user_seconds": 0.25, "kernel_seconds": 0.75, "others_seconds": 0.0},
    }
    if kind != CEILING:
        own |= {"recorded": 1000, "late_starts": 0, "intended_rate": 1000.0, "sent_rate": 1000.0}
        own |= {"p50_micros": 200, "p99_micros": 1000, "p999_micros": 2000}
    return {**own, **more}


def result(costs, kinds=(CEILING, HALF), **more):
    """`costs`: of each proxy, round by round, the same in all cells."""
    rounds = [
        {name: {kind: cell(own[number], kind) for kind in kinds} for name, own in costs.items()}
        for number in range(len(next(iter(costs.values()))))
    ]
    told = {"start_millis": 12, "resident_start_bytes": 10_000_000, "resident_load_bytes": 20_000_000}
    return {
        **{"format": 2, "date": "2026-01-02T03:04:05+00:00", "access_logs": False, "took_seconds": 120},
        "scenario": {"name": "S1", "says": "GET <1 KB>", "cells": list(kinds)},
        "flags": {"rounds": len(rounds), "seconds": 5, "proxies": ",".join(costs)},
        "machine": {"cpu": "Some CPU", "cores": 2, "kernel": "6.0"},
        "versions": {name: f"{name} 1.0" for name in costs},
        "load": {"version": "wrk 4"},
        "rates": {name: 1000 for name in costs},
        "also": {name: {**told, "system_calls": 4.2} for name in costs},
        "idle_memory": {},
        "rounds": rounds,
        **more,
    }


CANNED = result({"Weir": [10, 10, 20], "nginx": [12, 11, 30], "HAProxy": [20, 15, 20]})
QUIET = result({"Weir": [10, 10, 10], "nginx": [12.0, 12.2, 12.1]})


class Figures(unittest.TestCase):
    def test_a_ratio_compares_within_each_round(self):
        self.assertEqual([1.2, 1.1, 1.5], figures.ratios(CANNED, "Weir", "nginx", CEILING))

    def test_the_median_of_the_ratios_is_not_the_ratio_of_the_medians(self):
        self.assertEqual((1.2, 1.1, 1.5), figures.between(figures.ratios(CANNED, "Weir", "nginx", CEILING)))

    def test_a_cost_is_split_as_the_ticks_are(self):
        self.assertEqual((2.5, 7.5), figures.split(cell(10, CEILING)))

    def test_a_run_is_noisy_when_nginx_moves_by_more_than_a_tenth(self):
        self.assertTrue(figures.noise(CANNED)[2])
        self.assertFalse(figures.noise(QUIET)[2])

    def test_a_run_is_noisy_when_others_take_the_core(self):
        shared = copy.deepcopy(QUIET)
        for one in shared["rounds"]:
            for own in one.values():
                for kind in own.values():
                    kind["others_seconds"] = 0.06
        self.assertTrue(figures.noise(shared)[2])

    def test_latencies_of_a_generator_at_its_limit_are_left_out(self):
        for trouble in ({"late_starts": 20}, {"sent_rate": 900.0}):
            late = copy.deepcopy(CANNED)
            for one in late["rounds"][:2]:
                one["Weir"][HALF].update(trouble)
            self.assertIsNone(figures.latency(late, "Weir", HALF, "p99_micros"))
            self.assertEqual(1.0, figures.latency(late, "nginx", HALF, "p99_micros"))


class Facts(unittest.TestCase):
    def test_no_path_of_the_machine_is_written_down(self):
        command = f"{sys.executable} -m sidebyside.openloop --to {ROOT}/weir --in /tmp/some/file"
        self.assertEqual("python3 -m sidebyside.openloop --to ./weir --in $TMP/file", facts.portable(command, "/tmp/some"))


class Tables(unittest.TestCase):
    def test_the_headline_is_the_ratio_at_the_ceiling(self):
        text = report.markdown(CANNED)
        self.assertIn("* Weir ÷ nginx: ceiling **1.20** [1.10–1.50], half 1.20 [1.10–1.50]", text)
        self.assertIn("| Weir | 10.00 | 2.50 | 7.50 | not its limit (1% busy) |", text)
        self.assertIn("| nginx | 1,000 | 12.00 | 3.00 | 9.00 | 0.20 ms | 1.00 ms | 2.00 ms | 0.00% |", text)
        self.assertIn("**Noisy**", text)

    def test_idle_connections_are_told_by_what_each_costs(self):
        memory = {
            "connections": 10_000,
            "before": {"resident_bytes": 100_000_000, "heap_bytes": 10_000_000},
            "held": {"resident_bytes": 125_000_000, "heap_bytes": 30_000_000},
        }
        idle = result({"Weir": [10], "nginx": [10]}, (IDLE, ELSEWHERE), idle_memory={"Weir": memory})
        idle["rounds"][0]["Weir"][IDLE]["p99_micros"] = 1500
        text = report.markdown(idle)
        self.assertIn("| Weir | 100 MB | 125 MB | 2,500 B | 2,000 B |", text)
        self.assertIn("Weir: p99 beside the idle connections is 1.50 [1.50–1.50] × that with them elsewhere", text)

    def test_the_command_of_a_result_repeats_it(self):
        logged = {**CANNED, "access_logs": True}
        self.assertEqual(
            "bench/compare --scenario S1 --rounds 3 --seconds 5 --proxies Weir,nginx,HAProxy --access-logs",
            report.command(logged),
        )

    def test_all_of_a_result_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            files = report.write(CANNED, Path(folder) / "new")
            self.assertEqual(
                [f"S1-20260102-0304{suffix}" for suffix in (".md", ".svg", ".json", ".csv")], [f.name for f in files]
            )
            self.assertEqual(CANNED, json.loads(files[2].read_text()))
            self.assertEqual(1 + 3 * 3 * 2, len(files[3].read_text().splitlines()))
            self.assertIn("(S1-20260102-0304.svg)", files[0].read_text())


class Pictures(unittest.TestCase):
    def drawn(self, text):
        root = xml.fromstring(text)
        name = "{http://www.w3.org/2000/svg}"
        bars = [part for part in root.iter(f"{name}rect") if part.get("class") in "abc"]
        return bars, [part.text for part in root.iter(f"{name}text")]

    def test_bars_are_as_long_as_the_ratios(self):
        bars, words = self.drawn(plot.of_result(CANNED))
        weir, nginx, haproxy = (float(bar.get("width")) for bar in bars[:3])
        self.assertAlmostEqual(1.2, weir / nginx, places=2)
        self.assertAlmostEqual(11 / 15, haproxy / nginx, places=2)
        self.assertIn("S1: GET <1 KB>", words)

    def test_no_bar_leaves_the_picture(self):
        slow = copy.deepcopy(CANNED)
        slow["rounds"][1]["Weir"][HALF]["p999_micros"] = 90_000_000
        bars, _ = self.drawn(plot.of_result(slow))
        self.assertTrue(all(float(bar.get("x")) + float(bar.get("width")) <= plot.WIDTH for bar in bars))

    def test_a_generator_at_its_limit_is_written_instead_of_bars(self):
        late = copy.deepcopy(CANNED)
        for one in late["rounds"]:
            one["Weir"][HALF]["late_starts"] = 500
        _, words = self.drawn(plot.of_result(late))
        self.assertEqual(1, words.count("the generator was the limit"))


class Summaries(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def test_the_newest_result_of_each_scenario_is_summed_up(self):
        older = {**QUIET, "date": "2026-01-01T00:00:00+00:00"}
        for one in (older, CANNED, {**QUIET, "access_logs": True}):
            report.write(one, self.folder)
        page, picture = summary.summarise(self.folder)
        self.assertIn("| [S1](S1-20260102-0304.md) GET <1 KB> (noisy) | **1.20** [1.10–1.50] |", page.read_text())
        self.assertIn("[S1](S1-logs-20260102-0304.md)", page.read_text())
        self.assertIn("Weir ÷ nginx, access logs on", picture.read_text())

    def test_smoke_runs_and_other_formats_are_not_summed_up(self):
        report.write(result({"Weir": [10], "nginx": [10]}), self.folder)
        (self.folder / "S2-20200101-0000.json").write_text('{"rounds": []}')
        self.assertEqual([], summary.summarise(self.folder))

    def test_quoting_changes_nothing_but_the_block(self):
        report.write(CANNED, self.folder)
        readme = self.folder / "README.md"
        readme.write_text(f"before\n{summary.BEGIN}\nold\n{summary.END}\nafter\n")
        summary.quote(self.folder, readme)
        text = readme.read_text()
        self.assertTrue(text.startswith(f"before\n{summary.BEGIN}\n") and text.endswith(f"\n{summary.END}\nafter\n"))
        self.assertIn("**1.20** [1.10–1.50]", text)
        self.assertIn("](bench/results/S1-20260102-0304.md)", text)
        self.assertNotIn("old", text)

    def test_a_readme_without_a_block_is_left_alone(self):
        report.write(CANNED, self.folder)
        readme = self.folder / "README.md"
        readme.write_text("no block")
        with self.assertRaises(Failed):
            summary.quote(self.folder, readme)
        self.assertEqual("no block", readme.read_text())
