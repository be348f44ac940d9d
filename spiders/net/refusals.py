"""What we refuse ourselves, or fail at, as errors: none of them says anything against a portal.

EgressDenied   an address that may not be reached
ResolverDown   our own name resolution does not answer
OverBudget     the run has sent as many requests as it may
ToldToWait     the portal asked us to stay away for longer than a run lasts
CircuitOpen    a host that stopped answering is left alone
UnreadableError   our parser hung, died or failed
"""

from __future__ import annotations


class EgressDenied(Exception):  # noqa: N818  # the agreed name
    """A connection to an address that the egress rules do not open."""

    def __init__(self, host: str, port: int, address: str | None = None) -> None:
        shown = f"{host}:{port}" if address in (None, host) else f"{host}:{port} ({address})"
        super().__init__(f"egress to {shown} is not allowed")
        self.host = host
        self.port = port
        self.address = address


class ResolverDown(OSError):  # noqa: N818  # the agreed name
    """No name can be resolved at all: this machine's resolver does not answer."""


class OverBudget(Exception):  # noqa: N818  # the agreed name
    """The run's cap on requests is reached."""


class ToldToWait(Exception):  # noqa: N818  # the agreed name
    """`Retry-After` asks for a longer wait than a run can make."""


class CircuitOpen(Exception):  # noqa: N818  # as the others
    """A host did not answer time after time and is left alone."""

    def __init__(self, host: str, why: str, again_in_s: float | None) -> None:
        super().__init__(f"{host} is left alone: {why}")
        self.host = host
        self.again_in_s = again_in_s
        """Seconds until it may be asked again; None where it will not be in this run."""


class RobotsDisallowed(Exception):  # noqa: N818  # the agreed name
    """robots.txt closes an address to us."""


class UnreadableError(Exception):
    """A page could not be read: our parser hung, died or failed."""
