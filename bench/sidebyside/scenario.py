"""The scenarios. One entry here is one scenario; whatever it says is applied to every proxy alike."""

from dataclasses import dataclass

# With Host, which wrk sends by itself, these are the 12 request headers of a browser behind a login.
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


@dataclass(frozen=True)
class Scenario:
    name: str
    says: str
    answer_bytes: int = 1024
    request_bytes: int = 0  # more than none makes it a POST
    connections: int = 64
    keep_alive: bool = True  # of clients; connections to the endpoint are always kept
    headers: tuple = BROWSER_HEADERS
    target: str = "/catalogue/item?id=4711"


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("S1", "GET, 1 KB answer, 12 request headers"),
        Scenario("S2", "GET, 64 KB answer, 12 request headers", answer_bytes=64 * 1024),
        Scenario("S3", "GET, 1 MB answer, 12 request headers", answer_bytes=1024 * 1024),
        Scenario("S4", "POST of 16 KB, 1 KB answer, 12 request headers", request_bytes=16 * 1024),
        Scenario("S5", "a client connection per request, 1 KB answer", keep_alive=False),
    )
}
