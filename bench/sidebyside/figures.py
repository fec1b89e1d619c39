"""Every figure that is told, computed from the cells of a result and from nothing else."""

import statistics

NOISY = 0.10
SHARED = 0.05
BUSY = 0.95  # a proxy below this share of its core was not the limit of a closed loop
LATE = 0.01  # of the requests of an open loop; with more, or with so many less sent, the generator was the limit


def names(result):
    """The proxies, the one to judge first."""
    return list(result["versions"])


def headline(result):
    return result["scenario"]["cells"][0]


def cells(result, name, cell):
    """Of one proxy, round by round."""
    return [one[name][cell] for one in result["rounds"]]


def cost(cell):
    """Microseconds of CPU per request."""
    return cell["cpu_nanos"] / cell["requests"] / 1000


def split(cell):
    """The cost as user and kernel microseconds, in the proportion that /proc/PID/stat gives."""
    ticks = cell["user_seconds"] + cell["kernel_seconds"]
    user = cost(cell) * cell["user_seconds"] / ticks if ticks else 0.0
    return user, cost(cell) - user


def busy(cell):
    return cell["cpu_nanos"] / 1e3 / cell["micros"]


def median(values):
    return statistics.median(list(values))


def spread(values):
    """How far apart the rounds lie, as a share of their median."""
    return (max(values) - min(values)) / statistics.median(values)


def ratios(result, judged, peer, cell):
    """Requests per CPU-second of the judged proxy ÷ those of the peer, round by round."""
    pairs = zip(cells(result, judged, cell), cells(result, peer, cell))
    return [cost(theirs) / cost(own) for own, theirs in pairs]


def between(values):
    """Median, lowest and highest."""
    return statistics.median(values), min(values), max(values)


def yardstick(result):
    """Whose own spread tells how noisy the machine was, and whom the plot compares with."""
    return "nginx" if "nginx" in names(result) else names(result)[0]


def noise(result):
    """The yardstick's spread in the headline cell, the share of the proxies' core that others took, and the verdict."""
    own = spread([cost(cell) for cell in cells(result, yardstick(result), headline(result))])
    others = median(
        cell["others_seconds"] / (cell["micros"] / 1e6)
        for one in result["rounds"]
        for proxy in one.values()
        for cell in proxy.values()
    )
    return own, others, own > NOISY or others > SHARED


def late(cell):
    """Share of the requests that the generator itself sent more than a millisecond after their time."""
    return cell["late_starts"] / cell["recorded"]


def generator_was_limit(cell):
    return late(cell) > LATE or cell["sent_rate"] < (1 - LATE) * cell["intended_rate"]


def latency(result, name, cell, percentile):
    """Median over the rounds, in milliseconds; None if the generator was the limit in most of them."""
    own = cells(result, name, cell)
    fair = [one for one in own if not generator_was_limit(one)]
    return median(one[percentile] for one in fair) / 1000 if 2 * len(fair) > len(own) else None


def is_smoke(result):
    return result["flags"]["rounds"] < 3 or result["flags"]["seconds"] < 5
