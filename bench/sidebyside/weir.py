"""Weir, by its launcher or any other command."""

import os
import shlex
import shutil
import subprocess

from .process import Failed, ROOT, Running, free_port


class Weir:
    name = "Weir"
    command = "./weir run -c {config}"
    jvm = True

    def __init__(self, endpoint, setup):
        self.port = free_port()
        self.endpoint = endpoint
        self.setup = setup

    @classmethod
    def missing(cls, scenario):
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
        self.access_log = folder / "access.log"
        self.gc_log = folder / "gc.log"
        flags = f"{os.environ.get('WEIR_JAVA_OPTS', '')} -Xlog:gc:file={self.gc_log}".strip()
        self.running = Running(self.name, words, core, folder / "output.log", {**os.environ, "WEIR_JAVA_OPTS": flags})

    def config(self, folder):
        prefixes = self.setup.scenario.prefixes
        routes = [
            f"  - {{ name: area-{number}, match: {{ path: {prefix}/** }}, to: endpoint }}"
            for number, prefix in enumerate(prefixes)
        ] or ["  - { name: all, to: endpoint }"]
        logs = f"logs: {{ access: {{ to: {folder}/access.log, format: combined }} }}" if self.setup.access_logs else ""
        made = self.setup.certificate
        tls = f", tls: {{ certificates: [{{ cert: {made}/site.pem, key: {made}/site.key }}] }}" if made else ""
        listed = "\n".join(routes)
        return f"""weir: 1
listeners:
  web: {{ listen: "127.0.0.1:{self.port}"{tls} }}
limits: {{ keep-alive: 1h, http2-keep-alive: 1h }}
routes:
{listed}
services:
  endpoint:
    endpoints: [127.0.0.1:{self.endpoint.port}]
    connections: {{ keep: 256 }}
{logs}
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
