"""The generators of the closed loop, and the WebSocket endpoint. Run `python3 -m unittest` in bench/."""

import contextlib
import io
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from . import certificate, checks, echo, frames, handshakes, websockets
from .haproxy import HAProxy
from .load import H2Load, Handshakes, WebSockets, Wrk, closed_loop
from .nginx import NginxProxy
from .process import Failed, free_port
from .proxies import Setup
from .scenario import CEILING, SCENARIOS
from .springgateway import SpringGateway
from .weir import Weir

H2LOAD = """TLS Protocol: TLSv1.3
Application protocol: h2
finished in 1.00s, 8000.00 req/s, 523.95KB/s
requests: 8197 total, 8248 started, 8197 done, 8000 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 8000 2xx, 0 3xx, 0 4xx, 0 5xx
"""


def load_of(name):
    return closed_loop(SCENARIOS[name], Path("/folder"), 0, 1)


class EndpointOnPort:
    port = 4711


class Generators(unittest.TestCase):
    def test_each_scenario_has_the_generator_that_can_do_it(self):
        for name, kind in {"S1": Wrk, "S6": Wrk, "S7": Handshakes, "S7R": Wrk, "S8": H2Load, "S11": WebSockets}.items():
            self.assertIs(kind, type(load_of(name)), name)

    def test_h2load_keeps_8_connections_of_32_streams_busy(self):
        words = " ".join(load_of("S8").command(4711, 5))
        self.assertIn("-c 8 -m 32 -D 5", words)
        self.assertTrue(words.endswith(" https://127.0.0.1:4711/catalogue/item?id=4711"), words)
        self.assertEqual(256, SCENARIOS["S8"].in_flight)

    def test_answers_of_h2load_are_counted_by_status(self):
        self.assertEqual({"requests": 8000, "errors": {}}, load_of("S8").counts(H2LOAD))
        bad = H2LOAD.replace("0 failed", "197 failed").replace("0 5xx", "3 5xx")
        self.assertEqual({"failed": 197, "5xx": 3}, load_of("S8").counts(bad)["errors"])

    def test_h2load_that_speaks_something_else_counts_nothing(self):
        self.assertIsNone(load_of("S8").counts(H2LOAD.replace("protocol: h2", "protocol: http/1.1")))
        self.assertIsNone(load_of("S8").counts(""))

    def test_what_cannot_be_loaded_by_an_open_loop_has_a_ceiling_only(self):
        for name in ("S6", "S7", "S7R", "S8", "S11"):
            self.assertEqual((CEILING,), SCENARIOS[name].cells, name)


class Configurations(unittest.TestCase):
    def config(self, proxy, name):
        return proxy(EndpointOnPort, Setup(SCENARIOS[name], False, Path("/made"))).config(Path("/folder"))

    def test_http2_is_offered_where_it_is_measured_and_nowhere_else(self):
        self.assertIn(" ssl http2 ", self.config(NginxProxy, "S8"))
        self.assertIn(" alpn h2,http/1.1", self.config(HAProxy, "S8"))
        self.assertNotIn("http2", self.config(NginxProxy, "S6"))
        self.assertNotIn("alpn", self.config(HAProxy, "S6"))

    def test_nginx_passes_an_upgrade_on_where_it_is_measured(self):
        self.assertIn("Upgrade $http_upgrade", self.config(NginxProxy, "S11"))
        self.assertNotIn("$http_upgrade", self.config(NginxProxy, "S1"))

    def test_who_cannot_do_a_scenario_says_so(self):
        for name in ("S6", "S7", "S8", "S11"):
            self.assertIn("in the clear only", SpringGateway.missing(SCENARIOS[name]))

    def test_weir_needs_nothing_said(self):
        for name in ("S8", "S11"):
            self.assertNotIn("protocols", Weir(EndpointOnPort, Setup(SCENARIOS[name], False)).config(Path("/folder")))


class Frames(unittest.TestCase):
    def test_the_answer_to_a_key_is_that_of_the_rfc(self):
        self.assertEqual("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", frames.accept("dGhlIHNhbXBsZSBub25jZQ=="))

    def test_messages_of_all_lengths_come_out_as_they_went_in(self):
        for length in (0, 1, 125, 126, 65535, 65536, 100_000):
            payload = bytes(range(256)) * (length // 256 + 1)
            for mask in (b"", bytes(4), bytes((1, 2, 3, 250))):
                whole = frames.frame(payload[:length], mask)
                self.assertEqual((payload[:length], len(whole)), frames.message(whole + b"next"))
                self.assertIsNone(frames.message(whole[:-1]))

    def test_a_masked_frame_is_that_of_the_rfc(self):
        hello = bytes((0x82, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58))
        self.assertEqual(hello, frames.frame(b"Hello", bytes((0x37, 0xFA, 0x21, 0x3D))))


class Told(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        server = echo.Server(self.port)
        self.addCleanup(server.listening.close)
        threading.Thread(target=server.run, daemon=True).start()

    def load(self, count, size, seconds):
        said = io.StringIO()
        words = ["websockets", "--port", str(self.port), "--connections", str(count)]
        words += ["--bytes", str(size), "--seconds", str(seconds)]
        with mock.patch.object(sys, "argv", words), contextlib.redirect_stdout(said):
            websockets.main()
        return json.loads(said.getvalue().removeprefix("RESULT "))

    def test_messages_come_back(self):
        told = self.load(4, 100_000, 1)
        self.assertEqual({}, told["errors"])
        self.assertGreater(told["requests"], 10)

    def test_every_message_comes_back_as_it_was_sent(self):
        proxy = mock.Mock(port=self.port)
        proxy.name = "nobody"
        checks.check_messages(proxy, SCENARIOS["S11"])
        with mock.patch.object(websockets, "echoed", return_value=b"other"), self.assertRaises(Failed):
            checks.check_messages(proxy, SCENARIOS["S11"])

    def test_the_endpoint_answers_what_checks_ask(self):
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            self.assertEqual((200, echo.ANSWER), checks.ask(client, "/fixed/1", ()))
            self.assertEqual((200, b"1.2.3.4||"), checks.ask(client, "/seen", (("X-Forwarded-For", "1.2.3.4"),)))
            self.assertEqual((200, b"1 3"), checks.ask(client, "/counts", ()))

    def test_an_endpoint_that_refuses_the_handshake_is_an_error(self):
        with mock.patch.object(frames, "KEY", ""):
            self.assertIn("Broken", self.load(1, 10, 1)["errors"]["broken"])


class FullHandshakes(unittest.TestCase):
    def test_resumes_nothing_and_says_what_went_wrong(self):
        with tempfile.TemporaryDirectory() as name:
            folder = certificate.make(Path(name))
            port = free_port()
            words = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet", "-tls1_3"]
            words += ["-cert", str(folder / "site.pem"), "-key", str(folder / "site.key")]
            server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                deadline = time.monotonic() + 10
                while time.monotonic() < deadline and handshakes.loop(port, "/", 0.01)[1]:
                    time.sleep(0.01)
                done, errors = handshakes.loop(port, "/", 0.5)
                self.assertEqual({}, errors)
                self.assertGreater(done, 1)
            finally:
                server.kill()
                server.wait()
            self.assertIn("broken", handshakes.loop(port, "/", 0.5)[1])
