"""HAProxy as a peer."""

import subprocess

from .process import Running, free_port, tool

# HAProxy writes no files; its standard output is one. Like the others it has no line for a connection without a request.
ACCESS_LOG = """  log global
  option httplog
  option dontlognull
"""
CAPTURES = """  capture request header Referer len 256
  capture request header User-Agent len 256
"""


class HAProxy:
    """Routes are a map file of prefixes, which HAProxy keeps in a tree; rules would be tried one after the other."""

    name = "HAProxy"
    jvm = False

    def __init__(self, endpoint, setup):
        self.port = free_port()
        self.endpoint = endpoint
        self.setup = setup

    @staticmethod
    def missing(scenario):
        return None if tool("haproxy") else "haproxy is not installed"

    def start(self, folder, core):
        folder.mkdir()
        file = folder / "haproxy.cfg"
        file.write_text(self.config(folder))
        command = [tool("haproxy"), "-db", "-f", str(file)]
        self.access_log = folder / "access.log"
        self.running = Running(self.name, command, core, self.access_log)

    def config(self, folder):
        logs = self.setup.access_logs
        made = self.setup.certificate
        tls = f" ssl crt {made}/site.both ssl-min-ver TLSv1.2" if made else ""
        tls += " alpn h2,http/1.1" if self.setup.scenario.streams else ""
        return f"""global
  nbthread 1
  maxconn {8192 + self.setup.scenario.idle}
  no strict-limits
{"  tune.bufsize 32768" if self.setup.scenario.message_bytes else ""}
{"  log stdout format raw local0" if logs else ""}

defaults
  mode http
{ACCESS_LOG if logs else ""}  option forwardfor
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h
  timeout tunnel 1h

frontend clients
  bind 127.0.0.1:{self.port} backlog 4096{tls}
{CAPTURES if logs else ""}{self.routes(folder)}

backend endpoints
  server endpoint 127.0.0.1:{self.endpoint.port} pool-max-conn 1024 pool-purge-delay 1h
"""

    def routes(self, folder):
        prefixes = self.setup.scenario.prefixes
        if not prefixes:
            return "  default_backend endpoints"
        routes = folder / "routes.map"
        routes.write_text("".join(f"{prefix}/ endpoints\n" for prefix in prefixes))
        return f"  use_backend %[path,map_beg({routes})]"

    @staticmethod
    def version():
        said = subprocess.run([tool("haproxy"), "-v"], capture_output=True, text=True).stdout
        return " ".join(said.split("\n")[0].split()[:3])
