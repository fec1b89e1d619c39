"""Spring Cloud Gateway as a peer, built on demand from bench/peers/spring-cloud-gateway."""

import os
import re
import shutil
import subprocess

from .process import Failed, ROOT, Running, free_port

PROJECT = ROOT / "bench" / "peers" / "spring-cloud-gateway"
LIBRARIES = PROJECT / "target" / "lib"
JAR = PROJECT / "target" / "gateway.jar"

# The collector is what the JVM chooses for one core, said aloud; a fixed heap spares it growing under load. The rest are
# the flags that make Netty's buffers and native transport, and objects, cheaper on the JDK that Weir needs.
FLAGS = ["-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-XX:+UseCompactObjectHeaders"]
FLAGS += ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]

LOGBACK = """<configuration>
  <appender name="lines" class="ch.qos.logback.core.FileAppender">
    <file>{file}</file>
    <immediateFlush>false</immediateFlush>
    <encoder><pattern>%msg%n</pattern></encoder>
  </appender>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %-5level %logger %msg%n</pattern></encoder>
  </appender>
  <logger name="reactor.netty.http.server.AccessLog" level="info" additivity="false">
    <appender-ref ref="lines"/>
  </logger>
  <root level="warn"><appender-ref ref="console"/></root>
</configuration>
"""


def java():
    """Of the JDK that Weir runs on, so that both have the same; None if there is none."""
    said = subprocess.run([str(ROOT / "weir"), "jdk"], capture_output=True, text=True)
    return f"{said.stdout.strip()}/bin/java" if said.returncode == 0 else None


class SpringGateway:
    """One event loop, like the others; trusts the loopback clients' fields, without which it would add none."""

    name = "Spring Cloud Gateway"
    jvm = True

    def __init__(self, endpoint, setup):
        self.port = free_port()
        self.endpoint = endpoint
        self.setup = setup

    @classmethod
    def missing(cls, scenario):
        if scenario.tls or scenario.message_bytes:
            return "it is set up for HTTP/1.1 in the clear only"
        if not java():
            return "no JDK for it is installed"
        if not JAR.is_file() and not shutil.which("mvn"):
            return "Maven, which builds it, is not installed"
        return None

    @staticmethod
    def build():
        sources = [PROJECT / "pom.xml", *PROJECT.glob("src/**/*.java")]
        if JAR.is_file() and JAR.stat().st_mtime > max(file.stat().st_mtime for file in sources):
            return
        # Maven takes its options from the folder above, and these are for the JDK that Weir needs.
        done = subprocess.run(
            ["mvn", "-q", "-B", "-f", str(PROJECT / "pom.xml"), "package"],
            capture_output=True,
            text=True,
            timeout=600,
            env={**os.environ, "JAVA_HOME": java().removesuffix("/bin/java")},
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip()
            raise Failed(f"Spring Cloud Gateway could not be built: {said[-1500:]}")

    def start(self, folder, core):
        self.build()
        folder.mkdir()
        (folder / "application.yaml").write_text(self.config())
        self.access_log = folder / "access.log"
        self.gc_log = folder / "gc.log"
        (folder / "logback.xml").write_text(LOGBACK.format(file=self.access_log))
        command = [
            *(java(), *FLAGS, f"-Xlog:gc:file={self.gc_log}", "-Dreactor.netty.ioWorkerCount=1"),
            *("-cp", f"{JAR}:{LIBRARIES}/*", "dev.weir.peer.Gateway"),
            *(f"--spring.config.location={folder}/application.yaml", f"--logging.config={folder}/logback.xml"),
        ]
        self.running = Running(self.name, command, core, folder / "output.log")

    def config(self):
        places = [f"{prefix}/**" for prefix in self.setup.scenario.prefixes] or ["/**"]
        routes = "\n".join(
            f"            - {{ id: r{number}, uri: 'http://127.0.0.1:{self.endpoint.port}', predicates: ['Path={place}'] }}"
            for number, place in enumerate(places)
        )
        return f"""server: {{ address: 127.0.0.1, port: {self.port} }}
peer: {{ access-log: {str(self.setup.access_logs).lower()} }}
spring:
  main: {{ banner-mode: 'off' }}
  cloud:
    gateway:
      server:
        webflux:
          trusted-proxies: 127\\.0\\.0\\.1
          forwarded: {{ enabled: false }}
          x-forwarded: {{ host-enabled: false, port-enabled: false, proto-enabled: false, prefix-enabled: false }}
          httpclient:
            pool: {{ type: FIXED, max-connections: 1024, max-idle-time: 1h }}
          routes:
{routes}
"""

    @classmethod
    def version(cls):
        jars = {name: cls._version_of(name) for name in ("spring-cloud-gateway-server-webflux", "spring-boot")}
        said = subprocess.run([java(), "-version"], capture_output=True, text=True).stderr
        return f"{jars['spring-cloud-gateway-server-webflux']} on Spring Boot {jars['spring-boot']}, {said.splitlines()[0]}"

    @staticmethod
    def _version_of(name):
        for jar in LIBRARIES.glob(f"{name}-*.jar"):
            found = re.fullmatch(re.escape(name) + r"-(\d[\w.]*)\.jar", jar.name)
            if found:
                return found.group(1)
        return "unknown"
