"""Who is measured, by the names of --proxies.

Equal work: access logs on all or on none, X-Forwarded-For added, hop-by-hop fields kept from the endpoint, connections to
the endpoint kept open in a pool of at least 256, no limit on requests per connection on any side, one worker, bodies
streamed. A peer is measured as somebody who knows it would set it up.
"""

from dataclasses import dataclass

from .haproxy import HAProxy
from .nginx import NginxProxy
from .scenario import Scenario
from .springgateway import SpringGateway
from .weir import Weir

PROXIES = {"weir": Weir, "nginx": NginxProxy, "haproxy": HAProxy, "spring-cloud-gateway": SpringGateway}


@dataclass(frozen=True)
class Setup:
    """What all proxies of a run have in common."""

    scenario: Scenario
    access_logs: bool
    certificate: object = None  # the folder that holds it, where clients speak TLS
