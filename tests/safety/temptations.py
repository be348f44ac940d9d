"""The portal of tricks: every way that a page knows to make a client reach an address that is not public.

Each trick leads to an address of its own (`Trick.at`), told to the page as the host that `{at}` stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.safety.internet import Served

PORTAL = "93.184.216.34"
"""A public address, open by default."""
LOCAL_PORTAL = "127.0.0.1"
"""The portal again where browsers see a secure context: service workers run nowhere else."""
NAME = "zwfw.jiangcheng.gov.cn"


@dataclass(frozen=True)
class Trick:
    """A way to reach an address."""

    name: str
    at: str
    markup: str = ""
    """What the portal's page carries."""
    pages: dict[str, Served] = field(default_factory=dict)
    """Further pages of the portal."""


def _script(code: str) -> str:
    return f"<script>try {{ {code} }} catch (error) {{}}</script>"


_MARKUP: dict[str, str] = {
    "frame": '<iframe src="http://{at}/"></iframe>',
    "frame of its own source": "<iframe srcdoc='<img src=\"http://{at}/\">'></iframe>",
    "frame of a data address": "<iframe src='data:text/html,<img src=\"http://{at}/\">'></iframe>",
    "object": '<object data="http://{at}/"></object>',
    "embed": '<embed src="http://{at}/" type="text/html">',
    "image": '<img src="http://{at}/">',
    "image set": '<img srcset="http://{at}/ 1x, http://{at}/ 2x">',
    "image of a drawing": '<svg width=9 height=9><image href="http://{at}/" width=9 height=9 /></svg>',
    "script": '<script src="http://{at}/"></script>',
    "module": '<script type=module src="http://{at}/"></script>',
    "style sheet": '<link rel=stylesheet href="http://{at}/">',
    "style import": "<style>@import 'http://{at}/';</style>",
    "style background": "<p style=\"background:url('http://{at}/')\">x</p>",
    "font": "<style>@font-face { font-family: f; src: url('http://{at}/'); }</style>"
    "<p style='font-family: f'>字</p>",
    "video": '<video src="http://{at}/" autoplay muted></video>',
    "preloaded": '<link rel=preload as=fetch crossorigin href="http://{at}/">',
    "fetch": _script("fetch('http://{at}/', {mode: 'no-cors'}).catch(() => 0);"),
    "fetch of a redirect": _script("fetch('/go/fetch', {mode: 'no-cors'}).catch(() => 0);"),
    "request": _script("const r = new XMLHttpRequest(); r.open('GET', 'http://{at}/'); r.send();"),
    "beacon": _script("navigator.sendBeacon('http://{at}/', 'x');"),
    "events": _script("new EventSource('http://{at}/');"),
    "socket": _script("new WebSocket('ws://{at}/');"),
    "worker": _script("new Worker('/worker.js');"),
    "worker's import": _script("new Worker('/importing.js');"),
    "shared worker": _script("new SharedWorker('/shared.js');"),
    "form": '<form id=f target=sink action="http://{at}/"><input name=a></form><iframe name=sink></iframe>'
    + _script("document.getElementById('f').submit();"),
    "window": _script("open('http://{at}/');"),
    "frame that leaves": "<iframe srcdoc='<script>location = \"http://{at}/\";</script>'></iframe>",
    "redirect": '<img src="/go/redirect">',
    "redirect of a frame": '<iframe src="/go/frame"></iframe>',
    "second redirect": '<img src="/go/by">',
    "refresh": '<iframe src="/refresh"></iframe>',
    "refresh header": '<iframe src="/refresh-header"></iframe>',
    "link header": '<iframe src="/link-header"></iframe>',
    "policy report": '<iframe src="/reporting"></iframe>',
    "preconnect": '<link rel=preconnect href="http://{at}">',
    "prefetch": '<link rel=prefetch href="http://{at}/">',
    "download": '<a id=d download href="/go/download">下载</a>'
    + _script("document.getElementById('d').click();"),
    "name resolved early": '<link rel=dns-prefetch href="http://early.prefetched.cn">',
    "ping": '<a id=p href="#here" ping="http://{at}/">x</a>'
    + _script("document.getElementById('p').click();"),
    "call": _script(
        "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:{at}:3478'},"
        " {urls: 'turn:{at}:3478?transport=tcp', username: 'a', credential: 'b'}]});"
        "c.createDataChannel('x'); c.createOffer().then(offer => c.setLocalDescription(offer));"
    ),
    "document with an action": '<iframe src="/action.pdf"></iframe>',
    "document": '<object type="application/pdf" data="http://{at}/x.pdf"></object>',
}

_PAGES: dict[str, Callable[[str], dict[str, Served]]] = {
    "worker": lambda at: {
        "/worker.js": _javascript(f"fetch('http://{at}/', {{mode: 'no-cors'}}).catch(() => 0);")
    },
    "worker's import": lambda at: {"/importing.js": _javascript(f"importScripts('http://{at}/');")},
    "shared worker": lambda at: {
        "/shared.js": _javascript(f"fetch('http://{at}/', {{mode: 'no-cors'}}).catch(() => 0);")
    },
    "fetch of a redirect": lambda at: {"/go/fetch": _to(f"http://{at}/", 307)},
    "download": lambda at: {"/go/download": _to(f"http://{at}/", 302)},
    "redirect": lambda at: {"/go/redirect": _to(f"http://{at}/", 302)},
    "redirect of a frame": lambda at: {"/go/frame": _to(f"http://{at}/", 301)},
    "second redirect": lambda at: {"/go/by": _to("/go/on", 302), "/go/on": _to(f"http://{at}/", 308)},
    "refresh": lambda at: {"/refresh": Served(f'<meta http-equiv=refresh content="0;url=http://{at}/">')},
    "refresh header": lambda at: {"/refresh-header": Served(headers={"Refresh": f"0;url=http://{at}/"})},
    "link header": lambda at: {
        "/link-header": Served("x", headers={"Link": f"<http://{at}/>; rel=preload; as=script"})
    },
    "policy report": lambda at: {
        "/reporting": Served(
            _script("eval('1');"),
            headers={"Content-Security-Policy": f"script-src 'self'; report-uri http://{at}/"},
        )
    },
    "document with an action": lambda at: {
        "/action.pdf": Served(
            _document_that_opens(f"http://{at}/"), headers={"Content-Type": "application/pdf"}
        )
    },
}


def _javascript(code: str) -> Served:
    return Served(code, headers={"Content-Type": "text/javascript"})


def _to(url: str, status: int) -> Served:
    return Served(status=status, headers={"Location": url})


def _document_that_opens(url: str) -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI("
        + url.encode()
        + b")>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n"
    )


def page_tricks() -> list[Trick]:
    """What a page can do, each to an address in a network of its own (10.20.x.1)."""
    tricks = []
    for number, (name, markup) in enumerate(_MARKUP.items(), 1):
        at = f"10.20.{number}.1"
        pages = _PAGES.get(name, lambda _: {})(at)
        tricks.append(Trick(name, at, markup.replace("{at}", at), pages))
    return tricks


def secure_tricks() -> list[Trick]:
    """What a page can do in a secure context alone: a worker that stays when the page has gone, and QUIC."""
    fetching = _javascript("fetch('http://10.21.1.1/', {mode: 'no-cors'}).catch(() => 0);")
    return [
        Trick(
            "service worker",
            "10.21.1.1",
            _script("navigator.serviceWorker.register('/stays.js');"),
            {"/stays.js": fetching},
        ),
        Trick(
            "quic", "10.21.2.1", _script("new WebTransport('https://10.21.2.1:443/').ready.catch(() => 0);")
        ),
    ]


def written_tricks() -> dict[str, tuple[str, str]]:
    """Ways to write an address: (host as written, address that is meant)."""

    def at(number: int) -> tuple[int, int, int, int]:
        return 10, 22, number, 1

    def whole(number: int) -> int:
        return int.from_bytes(bytes(at(number)), "big")

    return {
        "decimal": (f"{whole(1)}", "10.22.1.1"),
        "octal": ("012.026.2.1", "10.22.2.1"),
        "hexadecimal": (f"{whole(3):#x}", "10.22.3.1"),
        "hexadecimal parts": ("0xa.0x16.4.1", "10.22.4.1"),
        "short": (f"10.22.{5 * 256 + 1}", "10.22.5.1"),
        "wide digits": ("１０.22.6.1", "10.22.6.1"),
        "mapped": ("[::ffff:10.22.7.1]", "10.22.7.1"),
    }


def kinds_of_address() -> dict[str, str]:
    """Addresses that are not public, one of every kind."""
    return {
        "loopback": "127.8.8.8",
        "ten": "10.23.1.1",
        "one seven two": "172.16.9.1",
        "one nine two": "192.168.9.1",
        "metadata": "169.254.169.254",
        "carrier": "100.64.9.1",
        "assignments": "192.0.0.9",
        "benchmark": "198.18.9.1",
        "documentation": "203.0.113.9",
        "reserved": "240.9.9.9",
        "loopback6": "::1",
        "compatible": "::a17:201",
        "six to four": "2002:a17:301::1",
        "nat64": "64:ff9b::a17:401",
        "isatap": "2400:cb00::5efe:a17:501",
        "teredo": "2001:0:53aa:64c:0:fbff:f5e8:f9fe",
        "unique local": "fd00::9",
        "site local": "fec0::9",
        "documentation6": "2001:db8::9",
        "discard": "100::9",
    }


def service_tricks() -> dict[str, tuple[str, str]]:
    """Services of a house that stands on a public address: (host and port, address that is meant)."""
    ports = {"mysql": 3306, "redis": 6379, "search engine": 9200, "cache": 11211, "documents": 27017}
    return {
        name: (f"93.184.217.{n}:{port}", f"93.184.217.{n}") for n, (name, port) in enumerate(ports.items(), 1)
    }


def named_tricks() -> dict[str, str]:
    """Names with a private answer: name to that answer."""
    return {
        f"one.{NAME}": "10.24.1.1",
        f"two.{NAME}": "192.168.24.2",
        "internal.example.cn": "10.24.3.1",
    }


def names() -> dict[str, list[list[str]]]:
    """What the resolver says."""
    return {
        NAME: [[PORTAL]],
        **{name: [[answer]] for name, answer in named_tricks().items()},
        # first ours, then theirs, as a name with a life of no seconds may
        _TURNS: [[PORTAL], ["10.25.1.1"]],
        # both at once
        f"both.{NAME}": [["10.25.2.1", PORTAL]],
    }


def literal(address: str) -> str:
    """An address as the host of a URL."""
    return f"[{address}]" if ":" in address else address


def portals() -> dict[str, dict[str, Served]]:
    """The portal, at its public address and at its local one: `PAGES`, and what their tricks need."""
    tricks = page_tricks()
    pages = {
        "/secure": _page(secure_tricks()),
        "/hosts": Served(_HOSTS + "".join(_image(h) for h in hosts())),
    }
    pages |= {f"/{number}": _page(tricks[number::3]) for number in range(3)}
    pages["/crawl"] = Served(_for_the_crawl())
    pages["/frames"] = Served("<title>跨省通办</title>" + f'<iframe src="http://one.{NAME}/"></iframe>')
    pages["/sitemap.xml"] = Served(
        "<urlset>" + f"<url><loc>http://two.{NAME}/guide/1</loc></url>" + "</urlset>",
        headers={"Content-Type": "application/xml"},
    )
    for trick in [*tricks, *secure_tricks()]:
        pages |= {**trick.pages, f"/only/{trick.at}": _page([trick])}
    return {PORTAL: pages, LOCAL_PORTAL: pages}


PAGES = (
    *(f"http://{NAME}/{number}" for number in range(3)),
    *(f"http://{NAME}/{page}" for page in ("hosts", "refresh", "refresh-header")),
    f"http://{LOCAL_PORTAL}/secure",
)
_TURNS = f"turns.{NAME}"
_HOSTS = (
    f'<title>门户</title><body><img src="http://{_TURNS}/">'
    f'<script>setTimeout(() => {{ new Image().src = "http://{_TURNS}:8080/"; }}, 500)</script>'
)


def hosts() -> list[str]:
    """Every way to write an address, every kind of address, every kind of name."""
    written = [host for host, _ in (*written_tricks().values(), *service_tricks().values())]
    return [*written, *map(literal, kinds_of_address().values()), *named_tricks(), f"both.{NAME}"]


def addresses() -> dict[str, str]:
    """Trick to the address that it leads to."""
    return {
        **{trick.name: trick.at for trick in (*page_tricks(), *secure_tricks())},
        **{name: meant for name, (_, meant) in (written_tricks() | service_tricks()).items()},
        **kinds_of_address(),
        **named_tricks(),
        "name that turns": "10.25.1.1",
    }


def _page(tricks: Iterable[Trick]) -> Served:
    return Served("<title>门户</title><body><h1>政务服务网</h1>" + "".join(each.markup for each in tricks))


def _for_the_crawl() -> str:
    """A home page whose guides lie elsewhere: at addresses as they are written, behind names and redirects."""
    ways = [*(f"http://{host}/guide" for host in hosts()), "/go/redirect", "/go/by", "/refresh"]
    ways += [f"http://{_TURNS}/guide", f"http://{_TURNS}:8080/guide"]
    guides = "".join(f'<li><a href="{url}">临时居民身份证办理</a></li>' for url in ways)
    return f"<title>政务服务网</title><body><h1>政务服务网</h1><ul>{guides}</ul>"


def _image(host: str) -> str:
    return f'<img src="http://{host}/">'
