"""The mailbox provider of a domain, for sources that do not name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_DOMAINS = {
    "AOL": ("aol.com", "aim.com"),
    "Comcast": ("comcast.net",),
    "Fastmail": ("fastmail.com", "fastmail.fm"),
    "GMX": ("gmx.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
    "Gmail": ("gmail.com", "googlemail.com"),
    "Hotmail": (
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.es",
        "hotmail.fr",
        "hotmail.it",
        "live.com",
        "msn.com",
        "outlook.com",
        "outlook.de",
        "outlook.fr",
    ),
    "Libero": ("libero.it",),
    "Mail.ru": ("bk.ru", "inbox.ru", "list.ru", "mail.ru"),
    "Naver": ("naver.com",),
    "Orange": ("orange.fr", "wanadoo.fr"),
    "Proton": ("pm.me", "proton.me", "protonmail.com"),
    "QQ": ("foxmail.com", "qq.com"),
    "Web.de": ("web.de",),
    "Yahoo": (
        "rocketmail.com",
        "yahoo.co.in",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.com.br",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "ymail.com",
    ),
    "Yahoo Japan": ("yahoo.co.jp",),
    "Yandex": ("yandex.com", "yandex.ru"),
    "iCloud": ("icloud.com", "mac.com", "me.com"),
}

PROVIDERS: Mapping[str, str] = {
    domain: provider for provider, domains in _DOMAINS.items() for domain in domains
}
"""The provider of a domain; companies' own domains are not listed, wherever they are hosted."""
