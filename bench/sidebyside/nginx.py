"""nginx in both its roles: the endpoint, and a peer."""

import http.client
import os
import re
import subprocess

from .process import Running, free_port, tool

# The longest word that nginx takes in its configuration is one buffer of 4,096 bytes; above, the answer is a file.
LONGEST_NGINX_WORD = 4000

TO_ENDPOINT = "proxy_pass http://endpoint;"


def nginx_config(folder, http_block, connections):
    user = "user root;" if os.geteuid() == 0 else ""  # its own files lie in a folder that only we may read
    temporary = "\n".join(
        f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections {connections}; }}
http {{
{temporary}
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
{http_block}
}}
"""


class Nginx:
    """What both roles share: one instance with a folder of its own."""

    def start(self, folder, core):
        folder.mkdir()
        file = folder / "nginx.conf"
        file.write_text(self.config(folder))
        command = [tool("nginx"), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
        self.access_log = folder / "access.log"
        self.running = Running(self.name, command, core, folder / "output.log")

    @staticmethod
    def version():
        said = subprocess.run([tool("nginx"), "-v"], capture_output=True, text=True).stderr
        return said.strip().removeprefix("nginx version: ")


class Endpoint(Nginx):
    name = "endpoint"

    def __init__(self, scenario):
        self.port = free_port()
        self.prefix = scenario.prefix
        self.idle = scenario.idle
        self.body = (b"0123456789abcdef" * (scenario.answer_bytes // 16 + 1))[: scenario.answer_bytes]

    def config(self, folder):
        if len(self.body) <= LONGEST_NGINX_WORD:
            answer = f'return 200 "{self.body.decode()}";'
        else:
            (folder / "answer").write_bytes(self.body)
            answer = f"root {folder}; sendfile on; open_file_cache max=16; try_files /answer =500;"
        block = f"""
  access_log off;
  default_type text/plain;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{ {answer} }}
    location = {self.prefix}/seen {{ return 200 "$http_x_forwarded_for|$http_connection|$http_keep_alive"; }}
    location = /counts {{ stub_status; }}
  }}"""
        return nginx_config(folder, block, 8192 + self.idle)

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
    """A body is not put into a file, and answers are read in larger pieces than by default, which halves the cost of
    large ones. Routes are prefix locations, which nginx keeps in a tree. What follows a WebSocket's handshake is passed on
    in pieces of proxy_buffer_size."""

    name = "nginx"
    jvm = False

    def __init__(self, endpoint, setup):
        self.port = free_port()
        self.endpoint = endpoint
        self.setup = setup

    @staticmethod
    def missing(scenario):
        return None if tool("nginx") else "nginx is not installed"

    def config(self, folder):
        scenario = self.setup.scenario
        log = f"{folder}/access.log combined buffer=64k flush=1s" if self.setup.access_logs else "off"
        places = [f"{prefix}/" for prefix in scenario.prefixes] or ["/"]
        locations = "\n".join(f"    location {place} {{ {TO_ENDPOINT} }}" for place in places)
        made = self.setup.certificate
        tls = (
            f"""
    ssl_certificate {made}/site.pem;
    ssl_certificate_key {made}/site.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:10m;"""
            if made
            else ""
        )
        spoken = (" ssl" if made else "") + (" http2" if scenario.streams else "")
        upgrade = "map $http_upgrade $upgrade { '' ''; default upgrade; }" if scenario.message_bytes else ""
        hop = '''proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $upgrade;
  proxy_buffer_size 32k;''' if upgrade else 'proxy_set_header Connection "";'
        block = f"""
  access_log {log};
  client_max_body_size 0;
  {upgrade}
  upstream endpoint {{
    server 127.0.0.1:{self.endpoint.port};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }}
  proxy_http_version 1.1;
  {hop}
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_max_temp_file_size 0;
  proxy_request_buffering off;
  proxy_buffers 16 32k;
  server {{
    listen 127.0.0.1:{self.port}{spoken} backlog=4096;{tls}
{locations}
  }}"""
        return nginx_config(folder, block, 8192 + scenario.idle)
