"""The scenarios. One entry here is one scenario; whatever it says is applied to every proxy alike."""

from dataclasses import dataclass

# With Host, which the generators send by themselves, these are the 12 request headers of a browser behind a login.
BROWSER_HEADERS = (
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en-GB,en;q=0.7,de;q=0.3"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Referer", "https://shop.example.com/catalogue/page/17"),
    ("Cookie", "session=4f0c1d8e2b7a49569d3e8c5fa1b2c3d4; theme=dark; consent=yes"),
    ("Sec-Fetch-Dest", "document"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Priority", "u=0, i"),
    ("X-Request-Context", "7d1f3c58-90ab-4cde-8f01-23456789abcd"),
)

# With the above and Host, the 20 of a request that has passed a CDN and a tracing agent.
CDN_HEADERS = (
    ("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ("Tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"),
    ("Cdn-Loop", "edge.example.net; loops=1"),
    ("Cdn-Request-Id", "8f2b9c1d4e6a7035"),
    ("Cdn-Country", "NZ"),
    ("Cache-Control", "max-age=0"),
    ("If-None-Match", 'W/"5f8-18c2a7d9e40"'),
    ("Upgrade-Insecure-Requests", "1"),
)

CEILING = "ceiling"
HALF = "half"
IDLE = "idle"
ELSEWHERE = "elsewhere"  # idle connections stand at the endpoint: load, generator and kernel have the same to do


@dataclass(frozen=True)
class Scenario:
    name: str
    says: str
    answer_bytes: int = 1024
    request_bytes: int = 0  # more than none makes it a POST
    connections: int = 64
    keep_alive: bool = True  # of clients; connections to the endpoint are always kept
    headers: tuple = BROWSER_HEADERS
    path: str = "/catalogue/item?id=4711"
    routes: int = 0  # more than none: so many by path prefix, and requests go to the one in the middle
    idle: int = 0  # client connections that are kept and do nothing
    tls: bool = False  # of clients; the endpoint is spoken to in the clear
    resumed: bool = True  # whether a client's next TLS handshake resumes its last session
    streams: int = 0  # more than none: clients speak HTTP/2, with so many requests at a time on a connection
    message_bytes: int = 0  # more than none: of a WebSocket's message, which the endpoint sends back
    rate: int = 0  # requests per second of the open loop; 0: half of what the slowest proxy can do

    @property
    def cells(self):
        """What is measured of every proxy in every round; ratios of the first are the headline."""
        if self.tls or self.message_bytes:  # the generator of the open loop speaks neither TLS nor WebSocket
            return (CEILING,)
        return (IDLE, ELSEWHERE) if self.idle else (CEILING, HALF)

    @property
    def in_flight(self):
        """Requests at a time in the closed loop."""
        return self.connections * max(1, self.streams)

    @property
    def loop(self):
        """The closed loop in words."""
        return f"{self.connections} connections" + (f" × {self.streams} streams" if self.streams else "")

    @property
    def scheme(self):
        return "https" if self.tls else "http"

    @property
    def prefixes(self):
        return [f"/area-{number:04}" for number in range(self.routes)]

    @property
    def prefix(self):
        return self.prefixes[self.routes // 2] if self.routes else ""

    @property
    def target(self):
        return self.prefix + self.path


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("S1", "GET, 1 KB answer, 12 request headers"),
        Scenario("S2", "GET, 64 KB answer, 12 request headers", answer_bytes=64 * 1024),
        Scenario("S3", "GET, 1 MB answer, 12 request headers", answer_bytes=1024 * 1024),
        Scenario("S4", "POST of 16 KB, 1 KB answer, 12 request headers", request_bytes=16 * 1024),
        Scenario("S5", "a client connection per request, 1 KB answer", keep_alive=False),
        Scenario("S6", "GET by TLS 1.3, 1 KB answer, 12 request headers", tls=True),
        Scenario(
            "S7",
            "a full TLS 1.3 handshake per request, 1 KB answer",
            connections=8,
            keep_alive=False,
            tls=True,
            resumed=False,
        ),
        Scenario("S7R", "a resumed TLS 1.3 handshake per request, 1 KB answer", keep_alive=False, tls=True),
        Scenario("S8", "HTTP/2 over TLS 1.3 to HTTP/1.1 endpoints, 1 KB answer", connections=8, tls=True, streams=32),
        Scenario("S9", "1,000 routes, 20 request headers", headers=BROWSER_HEADERS + CDN_HEADERS, routes=1000),
        Scenario("S10", "10,000 idle connections and 1,000 requests/s", idle=10_000, rate=1000),
        Scenario("S11", "a WebSocket message of 16 KB there and back", message_bytes=16 * 1024),
    )
}
