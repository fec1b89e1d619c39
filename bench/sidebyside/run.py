"""One run: checks, warm-up, interleaved rounds, and what is measured beside them."""

import time

from . import also, certificate, jvm
from .checks import check_log, check_reuse, check_same_bytes
from .facts import facts
from .load import closed_loop
from .echo import Echo
from .nginx import Endpoint
from .openloop import OpenLoop, WARM_UP_SECONDS
from .process import Failed, tool
from .proxies import PROXIES, Setup
from .rounds import MOST_WARM_UP_SECONDS, empty_log, measure, rates, warm_up
from .scenario import CEILING, IDLE

CHECK_SECONDS = 2
REQUEST_SECONDS, BYTE_SECONDS = 20e-6, 0.3e-9  # what a small machine takes for a request, and for a byte of its body
FIRST_ANSWER_SECONDS = 300  # a launcher may have to build first


def say(text):
    print(text, flush=True)


def begin(chosen, scenario, endpoint, setup):
    """The proxies that can take part."""
    taking_part = []
    for name in chosen.proxies:
        missing = PROXIES[name].missing(scenario)
        if missing:
            say(f"{PROXIES[name].name} skipped: {missing}.")
        else:
            taking_part.append(PROXIES[name](endpoint, setup))
    if not taking_part:
        raise Failed("No proxy is left to be measured.")
    return taking_part


def expected_seconds(chosen, scenario, proxies):
    """Most that a run takes: the generator of the open loop starts anew, and warms up, in each of its cells."""
    loops = sum(chosen.seconds + (0 if cell == CEILING else WARM_UP_SECONDS + 1) for cell in scenario.cells)
    opening = 2 if scenario.idle else 0
    checks = 2 * CHECK_SECONDS + (3 * CHECK_SECONDS if chosen.access_logs else 0)
    beside = 4 * also.LOAD_SECONDS + also.STARTS
    each = chosen.rounds * (loops + opening) + checks + beside
    request = REQUEST_SECONDS + BYTE_SECONDS * (scenario.answer_bytes + scenario.request_bytes + 2 * scenario.message_bytes)
    warming = max(2 * chosen.seconds, chosen.warm_up * request)
    return sum(each + (MOST_WARM_UP_SECONDS if proxy.jvm else min(MOST_WARM_UP_SECONDS, warming)) for proxy in proxies)


def check(chosen, proxies, endpoint, load):
    """Once all are warm. Gives the share of requests on kept connections, by proxy."""
    reuse = {}
    if not load.scenario.message_bytes:
        reuse = {proxy.name: check_reuse(proxy, endpoint, load, CHECK_SECONDS) for proxy in proxies}
        say("Checked: connections to the endpoint are reused in more than 99.9 % of the requests.")
    if chosen.access_logs:
        for proxy in proxies:
            check_log(proxy, load, CHECK_SECONDS)
            empty_log(proxy, chosen)
        say("Checked: each access log has a line for every request, with target, referer and user agent.")
    return reuse


def start_all(chosen, scenario, endpoint, proxies, folder, started):
    """The endpoint first, on the load's core; each is waited for."""
    for number, program in enumerate([endpoint, *proxies]):
        started.append(program)
        name = program.name.lower().replace(" ", "-")
        program.start(folder / f"{number}-{name}", chosen.load_core if program is endpoint else chosen.proxy_core)
        tls = scenario.tls and program is not endpoint
        program.running.await_answer(program.port, scenario.target, FIRST_ANSWER_SECONDS, tls)


def hold_idle(proxy, opened, scenario):
    """Memory before and while idle connections stand; of a JVM also what a full collection leaves of the heap."""

    def memory():
        heap = jvm.live_heap(proxy.running) if proxy.jvm else None
        return {"resident_bytes": proxy.running.resident_bytes(), "heap_bytes": heap}

    before, held = memory(), []
    opened.run(proxy, IDLE, scenario.rate, 1, scenario.idle, lambda: held.append(memory()))
    return {"connections": scenario.idle, "before": before, "held": held[0]}


def beside(chosen, proxies, load, setup, endpoint, folder, started):
    """Untimed: loads the proxies once more, ends them, and starts each five times."""
    if not tool("strace"):
        say("System calls skipped: strace is not installed.")
    found = {proxy.name: also.of_running(proxy, load, folder) for proxy in proxies}
    for proxy in proxies:
        proxy.running.end()
        started.remove(proxy)
    for proxy in proxies:
        found[proxy.name] |= also.starts(
            lambda: type(proxy)(endpoint, setup), folder, chosen.proxy_core, setup.scenario, started
        )
    return found


def run(chosen, scenario, folder, started):
    began = time.monotonic()
    say(f"{scenario.name}: {scenario.says}{', access logs on' if chosen.access_logs else ''}")
    endpoint = Echo(scenario) if scenario.message_bytes else Endpoint(scenario)
    setup = Setup(scenario, chosen.access_logs, certificate.make(folder) if scenario.tls else None)
    proxies = begin(chosen, scenario, endpoint, setup)
    minutes = expected_seconds(chosen, scenario, proxies) / 60
    say(f"Takes about {minutes:.0f} minutes.")
    if scenario.cells != (CEILING,):
        OpenLoop.build()
    start_all(chosen, scenario, endpoint, proxies, folder, started)
    closed = closed_loop(scenario, folder, chosen.load_core, chosen.proxy_core)
    opened = OpenLoop(scenario, endpoint, chosen.load_core, chosen.proxy_core)

    check_same_bytes(proxies, endpoint, scenario)
    say("Checked: the same bytes in 20 fixed requests, X-Forwarded-For, hop-by-hop fields.")
    say("Warm-up")
    warmed = {proxy.name: warm_up(proxy, closed, chosen, say) for proxy in proxies}
    reuse = check(chosen, proxies, endpoint, closed)
    rate = rates(scenario, warmed)
    idle = {proxy.name: hold_idle(proxy, opened, scenario) for proxy in proxies} if scenario.idle else {}
    sends = "; the open loop sends " + ", ".join(f"{number:,}/s to {name}" for name, number in rate.items())
    say("Measuring" + (sends if scenario.cells != (CEILING,) else ""))
    before = also.collector_logs(proxies)
    rounds = measure(proxies, (closed, opened), rate, chosen, scenario, say)
    pauses = also.collector_pauses(proxies, before, also.collector_logs(proxies))
    resident = {proxy.name: {"resident_load_bytes": proxy.running.resident_bytes()} for proxy in proxies}
    say("Beside: allocation, system calls, starts")
    found = beside(chosen, proxies, closed, setup, endpoint, folder, started)
    told = {name: {**resident[name], **pauses.get(name, {}), **found[name]} for name in found}
    return {
        **facts(chosen, scenario, proxies, folder, closed),
        **{"took_seconds": round(time.monotonic() - began), "reuse": reuse, "warm_up": warmed, "rates": rate},
        **{"idle_memory": idle, "also": told, "rounds": rounds},
    }
