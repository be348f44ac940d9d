"""Everything about whom we may reach: the guard, its refusal, and the proxy that browsers go through."""

from spiders.net.guard import EgressGuard, is_public
from spiders.net.proxy import EgressProxy
from spiders.net.refusals import EgressDenied

__all__ = ["EgressDenied", "EgressGuard", "EgressProxy", "is_public"]
