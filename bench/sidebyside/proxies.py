"""The endpoint and the proxies before it: how each is configured and started.

Equal work: no access logs, X-Forwarded-For added, hop-by-hop fields kept from the endpoint, connections to the endpoint
kept open in a pool of at least 256, no limit on requests per connection on any side, one worker, bodies streamed. nginx
is told not to put bodies into files and to read answers in larger pieces than by default, which halves its cost of large
ones: a peer is measured as somebody who knows it would set it up.
"""

import http.client
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from .process import Failed, Running, free_port

# The longest word that nginx takes in its configuration is one buffer of 4,096 bytes; above, the answer is a file.
LONGEST_NGINX_WORD = 4000
ROOT = Path(__file__).resolve().parent.parent.parent


def tool(name):
    """Debian keeps daemons in /usr/sbin, which is not on every PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def nginx_config(folder, http_block):
    user = "user root;" if os.geteuid() == 0 else ""  # its own files lie in a folder that only we may read
    temporary = "\n".join(
        f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 8192; }}
http {{
{temporary}
  access_log off;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
{http_block}
}}
"""


class Nginx:
    """What both nginx roles share: one instance with a folder of its own."""

    def start(self, folder, core):
        folder.mkdir()
        file = folder / "nginx.conf"
        file.write_text(self.config(folder))
        command = [tool("nginx"), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
        self.running = Running(self.name, command, core, folder / "output.log")
        self.start_millis = self.running.await_listening(self.port, 10)

    @staticmethod
    def version():
        said = subprocess.run([tool("nginx"), "-v"], capture_output=True, text=True).stderr
        return said.strip().removeprefix("nginx version: ")


class Endpoint(Nginx):
    name = "endpoint"

    def __init__(self, scenario):
        self.port = free_port()
        self.body = (b"0123456789abcdef" * (scenario.answer_bytes // 16 + 1))[: scenario.answer_bytes]

    def config(self, folder):
        if len(self.body) <= LONGEST_NGINX_WORD:
            answer = f'return 200 "{self.body.decode()}";'
        else:
            (folder / "answer").write_bytes(self.body)
            answer = f"root {folder}; sendfile on; open_file_cache max=16; try_files /answer =500;"
        return nginx_config(
            folder,
            f"""
  default_type text/plain;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{ {answer} }}
    location = /seen {{ return 200 "$http_x_forwarded_for|$http_connection|$http_keep_alive"; }}
    location = /counts {{ stub_status; }}
  }}""",
        )

    def counts(self):
        """Accepted connections and served requests, this question not counted."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/counts", headers={"Connection": "close"})
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        accepted, _, requests = re.search(r"(\d+) (\d+) (\d+)", text).groups()
        return int(accepted) - 1, int(requests) - 1


class NginxProxy(Nginx):
    name = "nginx"

    def __init__(self, endpoint):
        self.port = free_port()
        self.endpoint = endpoint

    @staticmethod
    def missing():
        return None if tool("nginx") else "nginx is not installed"

    def config(self, folder):
        return nginx_config(
            folder,
            f"""
  client_max_body_size 0;
  upstream endpoint {{
    server 127.0.0.1:{self.endpoint.port};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{
      proxy_pass http://endpoint;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_max_temp_file_size 0;
      proxy_request_buffering off;
      proxy_buffers 16 32k;
    }}
  }}""",
        )


class HAProxy:
    name = "HAProxy"

    def __init__(self, endpoint):
        self.port = free_port()
        self.endpoint = endpoint

    @staticmethod
    def missing():
        return None if tool("haproxy") else "haproxy is not installed"

    def start(self, folder, core):
        folder.mkdir()
        file = folder / "haproxy.cfg"
        file.write_text(self.config(folder))
        command = [tool("haproxy"), "-db", "-f", str(file)]
        self.running = Running(self.name, command, core, folder / "output.log")
        self.start_millis = self.running.await_listening(self.port, 10)

    def config(self, folder):
        return f"""global
  nbthread 1
  maxconn 8192

defaults
  mode http
  option forwardfor
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h

frontend clients
  bind 127.0.0.1:{self.port} backlog 4096
  default_backend endpoints

backend endpoints
  server endpoint 127.0.0.1:{self.endpoint.port} pool-max-conn 1024 pool-purge-delay 1h
"""

    @staticmethod
    def version():
        said = subprocess.run([tool("haproxy"), "-v"], capture_output=True, text=True).stdout
        return " ".join(said.split("\n")[0].split()[:3])


class Weir:
    name = "Weir"
    command = "./weir run -c {config}"

    def __init__(self, endpoint):
        self.port = free_port()
        self.endpoint = endpoint

    @classmethod
    def missing(cls):
        first = shlex.split(cls.command)[0]
        if shutil.which(first, path=f"{ROOT}:{os.environ.get('PATH', '')}") or (ROOT / first).is_file():
            return None
        return f"{first} is not there; say how to start Weir with --weir or WEIR_COMMAND"

    def start(self, folder, core):
        folder.mkdir()
        file = folder / "weir.yaml"
        file.write_text(self.config(folder))
        words = [word.replace("{config}", str(file)) for word in shlex.split(self.command)]
        if (ROOT / words[0]).is_file():
            words[0] = str(ROOT / words[0])
        self.running = Running(self.name, words, core, folder / "output.log")
        # The launcher may have to build first.
        self.start_millis = self.running.await_listening(self.port, 300)

    def config(self, folder):
        return f"""weir: 1
listeners:
  web: 127.0.0.1:{self.port}
routes:
  - name: all
    to: endpoint
services:
  endpoint:
    endpoints: [127.0.0.1:{self.endpoint.port}]
    connections: {{ keep: 256 }}
"""

    @classmethod
    def version(cls):
        words = shlex.split(cls.command)
        if "run" not in words:
            return "unknown (its start command has no `run`)"
        words = [*words[: words.index("run")], "version"]
        if (ROOT / words[0]).is_file():
            words[0] = str(ROOT / words[0])
        said = subprocess.run(words, capture_output=True, text=True, timeout=300)
        if said.returncode != 0:
            raise Failed(f"`weir version` ended with {said.returncode}: {said.stderr.strip()[-500:]}")
        return "; ".join(line.strip() for line in said.stdout.splitlines() if line.strip())


PROXIES = {"weir": Weir, "nginx": NginxProxy, "haproxy": HAProxy}
