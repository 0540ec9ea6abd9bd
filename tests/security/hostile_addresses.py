"""Addresses that mean another host than they seem to: more than 300 forms, for every field."""

from __future__ import annotations

from itertools import product

__all__ = ["DOMAINS", "HOSTS", "URLS"]

_EVIL = "evil.example"
_IPS = (
    *("127.0.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "0", "0.0.0.0"),
    *("169.254.169.254", "0251.0376.0251.0376", "0xa9fea9fe", "2852039166", "10.0.0.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[fe80::1%25lo]", "[64:ff9b::7f00:1]", "127.0.0.1.nip.io"),
)
_NAMES = (
    *("localhost", "localhost.localdomain", "metadata.google.internal", "ip6-localhost", _EVIL),
    *("salesforce.com.evil.example", "hubapi.com.evil.example", "notsalesforce.com", "xhubapi.com"),
    *(
        "salesforce.co",
        "salesforce.comm",
        "salesforce.com.",
        "acme.my.salesforce.com..",
        "hubapi.co",
    ),
    *("api.hubapi.com.", "hubspot.com.evil.example", "evilhubspot.com", "evil-amazonaws.com"),
)
_TRICKS = (
    *("{good}@{evil}", "user:pw@{evil}", "{evil}@{good}", "{good}:443@{evil}", "{good}%40{evil}"),
    *("{evil}#{good}", "{evil}?{good}", "{evil}/{good}", "{evil}\\{good}", "{evil}\\@{good}"),
    *("{evil}\\.{good}@{good}", "{good}\\@{evil}", "{good}\\.{evil}", "{evil}#@{good}"),
    *("{evil}?@{good}", "{evil};{good}", "{evil},{good}", "{evil} {good}", "{good}.{evil}"),
    *("{good}%2e{evil}", "{good}%00.{evil}", "{good}\x00.{evil}", "{good}\t.{evil}"),
    *("{good}\n.{evil}", "{good}\r\nHost: {evil}", "{evil}\t#{good}", "{good}:8443", "{good}:0"),
    *("{good}:99999", "{good}:-1", "{good}:443:443", "{good}:", "{good}:22", "{good}%2f{evil}"),
    *("{good}\uff0e{evil}", "{good}\u3002{evil}", "{evil}\uff03{good}", "{evil}\uff0f{good}"),
    *("{evil}\u2215{good}", "{evil}\u2044{good}", "[{good}]", "[{evil}]@{good}", "{good}]"),
)
_HOMOGRAPHS = (
    *("acme.my.s\u0430lesforce.com", "acme.my.\u0455alesforce.com", "acme.my.salesforce.c\u043em"),
    *("\u0430pi.hubapi.com", "api.hub\u0430pi.com", "api.hubapi.\u0441om", "api.hubap\u0456.com"),
    *(
        "acme.my.xn--slesforce-66g.com",
        "xn--pi-7ed.hubapi.com.evil.example",
        "acme.my.ｓalesforce.com",
    ),
    *(
        "acme.my.salesforce\u3002com.evil.example",
        "acme.my.salesf\u00f6rce.com",
        "ⓐpi.hubapi.com.evil",
    ),
)


def _tricks(good: str) -> list[str]:
    return [
        trick.format(good=good, evil=evil) for trick, evil in product(_TRICKS, (_EVIL, "127.0.0.1"))
    ]


_GOOD = ("acme.my.salesforce.com", "api.hubapi.com", "exports.hubspot.com")
HOSTS = tuple(
    dict.fromkeys([*_IPS, *_NAMES, *_HOMOGRAPHS, *(one for good in _GOOD for one in _tricks(good))])
)
"""What stands where a host should: names, numbers and tricks."""
_SCHEMES = (
    *(
        "http://{good}",
        "ftp://{good}",
        "file:///etc/passwd",
        "gopher://{good}",
        "//{evil}",
        "{good}",
    ),
    *("https:/{evil}", "https:///{evil}", "https:\\\\{evil}", "https:{evil}", "HTTPS:\\{evil}"),
    *("javascript:alert(1)", "data:text/html,x", "jar:https://{good}!/", "unix:///run/x", ""),
    *(
        "https://",
        "https://?",
        "https://#",
        " https://{evil}",
        "https://{evil} ",
        "\thttps://{evil}",
    ),
    *(
        "ws://{good}",
        "ldap://{good}",
        "https://{good}:x/",
        "https://[",
        "https://[::1",
        "https://%",
    ),
)
URLS = tuple(
    dict.fromkeys(
        [
            *(f"https://{host}" for host in HOSTS),
            *(one.format(good=good, evil=_EVIL) for one, good in product(_SCHEMES, _GOOD)),
        ]
    )
)
"""Whole addresses."""
DOMAINS = tuple(dict.fromkeys([*HOSTS, *URLS]))
"""What people or attackers write where a bare domain is asked for."""
