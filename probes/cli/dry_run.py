"""How `--dry-run` shows a plan."""

from __future__ import annotations

from probes.cli.console import print_facts, print_json
from probes.cli.language import say
from probes.runs.forecast import Forecast


def show_forecast(plan: Forecast, *, as_json: bool) -> None:
    """Print what would be sent, and how long it would take at most."""
    if as_json:
        print_json(plan.as_fields())
        return
    print_facts(
        {
            say(zh="主机", en="hosts"): ", ".join(plan.hosts),
            say(zh="城市数", en="cities"): plan.cities,
            say(zh="引擎", en="engines"): ", ".join(plan.engines),
            say(zh="每秒请求", en="requests a second"): f"{plan.rate:g}",
            say(
                zh="爬取请求（每市至多）", en="crawl requests (each city, at most)"
            ): plan.crawl_requests_at_most,
            **{
                say(zh=f"{name} 请求（每市约）", en=f"{name} requests (each city, about)"): count
                for name, count in plan.probe_requests.items()
            },
            say(zh="至多用时", en="duration at most"): plan.duration,
        }
    )
