"""Warm-up and the interleaved rounds."""

import os

from .scenario import CEILING, ELSEWHERE, HALF, IDLE
from .springgateway import SpringGateway

MOST_WARM_UP_SECONDS = 45
MOST_TIMES = 8
STEADY = 0.02


def warm_up(proxy, load, chosen, say):
    """At least the requests asked for, or 45 s; JVMs, which compile as they run, until two windows cost the same
    within 2 % or eight times as many were served. The last window's rate is taken as the ceiling."""
    served, last, windows = 0, None, 0
    most = max(2, MOST_WARM_UP_SECONDS // chosen.seconds)
    steady = False
    while windows < most and not _enough(served, steady, chosen.warm_up):
        window = load.run(proxy, chosen.seconds)
        empty_log(proxy, chosen)
        windows += 1
        served += window["requests"]
        cost = window["cpu_nanos"] / window["requests"]
        steady = not proxy.jvm or (last is not None and abs(cost - last) < STEADY * last)
        last = cost
    ceiling = round(window["requests"] / (window["micros"] / 1e6))
    tail = "" if steady else "; not steady yet, measuring anyway"
    say(f"  {proxy.name}: {served:,} requests in {windows} windows, {ceiling:,} requests/s at the end{tail}")
    return {"requests": served, "windows": windows, "ceiling": ceiling}


def _enough(served, steady, wanted):
    return served >= wanted and (steady or served >= MOST_TIMES * wanted)


def empty_log(proxy, chosen):
    """Logs of a whole run would fill a disk, and the page cache."""
    if chosen.access_logs:
        os.truncate(proxy.access_log, 0)


def rates(scenario, warmed):
    """Requests per second of the open loop: the scenario's, or half of the slowest ceiling, the same for all but Spring
    Cloud Gateway, which gets half of its own: at its pace the others would idle."""
    if scenario.rate:
        return {name: scenario.rate for name in warmed}
    ceilings = {name: figures["ceiling"] for name, figures in warmed.items()}
    judged = [ceiling for name, ceiling in ceilings.items() if name != SpringGateway.name] or list(ceilings.values())
    slowest = min(judged)
    return {
        name: _two_digits((ceiling if name == SpringGateway.name else slowest) / 2)
        for name, ceiling in ceilings.items()
    }


def _two_digits(rate):
    """Down to two digits that count, so that runs are easier to compare."""
    whole = max(1, int(rate))
    step = 10 ** max(0, len(str(whole)) - 2)
    return whole // step * step


def measure(proxies, loops, rate, chosen, scenario, say):
    """One cell after the other, in each every proxy once, the order rotated. Gives for each round the cells by proxy."""
    rounds = []
    for number in range(chosen.rounds):
        shift = number % len(proxies)
        cells = {proxy.name: {} for proxy in proxies}
        for cell in scenario.cells:
            for proxy in proxies[shift:] + proxies[:shift]:
                cells[proxy.name][cell] = measure_cell(proxy, cell, loops, rate[proxy.name], chosen, scenario)
                empty_log(proxy, chosen)
        rounds.append(cells)
        costs = ", ".join(
            f"{name} " + " / ".join(f"{cell['cpu_nanos'] / cell['requests'] / 1000:.2f}" for cell in own.values())
            for name, own in cells.items()
        )
        say(f"  round {number + 1} of {chosen.rounds}: {costs} µs of CPU per request ({' / '.join(scenario.cells)})")
    return rounds


def measure_cell(proxy, cell, loops, rate, chosen, scenario):
    closed, opened = loops
    if cell == CEILING:
        return closed.run(proxy, chosen.seconds)
    if cell == HALF:
        return opened.run(proxy, cell, rate, chosen.seconds)
    assert cell in (IDLE, ELSEWHERE)
    at = opened.endpoint.port if cell == ELSEWHERE else proxy.port
    return opened.run(proxy, cell, rate, chosen.seconds, scenario.idle, idle_port=at)
