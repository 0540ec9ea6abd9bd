"""Bad configuration files (C1 to C22)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.factories.catalogue.row import CONNECTION, Bad

__all__ = ["CONFIG"]

_SALESFORCE = (
    '[connections.emea]\ncrm = "salesforce"\ndomain = "acme.my"\n'
    'client_id = "env:KAM_TEST_ID"\nclient_secret = "env:KAM_TEST_SECRET"\n'
)
_LOGIN = (
    '[connections.us]\ncrm = "hubspot"\nclient_id = "env:KAM_TEST_ID"\n'
    'client_secret = "env:KAM_TEST_SECRET"\n'
)
_SECRETS = {"KAM_TEST_ID": "id", "KAM_TEST_SECRET": "canary", "KAM_TEST_TOKEN": "pat-canary"}


def _config(text: str | bytes) -> dict[str, str | bytes]:
    return {"config.toml": text}


_Config = partial(Bad, exit_code=3)
_Asked = partial(Bad, exit_code=3, words=("sync", "run"), environ=_SECRETS, never=("canary",))
"""An adapter's own settings are looked at when its connection is asked for."""


def _with(text: str) -> dict[str, str | bytes]:
    return _config(text + CONNECTION)


def _domain(value: str) -> dict[str, str | bytes]:
    return _config(_SALESFORCE.replace('"acme.my"', f'"{value}"'))


def _endpoint(value: str) -> dict[str, str | bytes]:
    return _config(_SALESFORCE.replace('domain = "acme.my"', f'endpoint = "{value}"'))


def _folder(folder: Path) -> None:
    (folder / "kam.db").mkdir()


def _open_key(folder: Path) -> None:
    (folder / "token").write_text("pat-canary")
    (folder / "token").chmod(0o644)


def _dated(version: str) -> dict[str, str | bytes]:
    return _config(f'{_SALESFORCE}api_version = "{version}"\n')


CONFIG: tuple[Bad, ...] = (
    _Config(row="C1", case="no file", code="KAM-1001", files={}, where="./config.toml",
            fix="kam init"),
    _Config(row="C2", case="TOML syntax", code="KAM-1002", files=_config("a b\n"),
            where="config.toml:1:3"),
    Bad(row="C3", case="byte order mark", exit_code=0,
        files=_config(b"\xef\xbb\xbf" + CONNECTION.encode())),
    _Config(row="C3", case="another encoding", code="KAM-1003",
            files=_config(b"[log]\n# caf\xe9\n"), where="config.toml:2", what=("0xE9",),
            fix="UTF-8"),
    _Config(row="C4", case="unknown section", code="KAM-1004", files=_with("[shedule]\n"),
            where="config.toml:1", fix="schedule"),
    _Config(row="C4", case="unknown key", code="KAM-1004", files=_with('[schedule]\natt = "1"\n'),
            where="config.toml:2", fix="at"),
    _Config(row="C5", case="duplicate key", code="KAM-1002",
            files=_config("[log]\nlevel = 'info'\nlevel = 'info'\n"), where="config.toml:3"),
    _Config(row="C6", case="text for a number", code="KAM-1005",
            files=_with('[rails]\nmax_percent = "20"\n'), where="config.toml:2",
            what=("rails.max_percent",)),
    *(
        _Config(row="C7", case=value, code="KAM-1005",
                files=_with(f"[rails]\nmax_percent = {value}\n"), where="config.toml:2",
                what=("rails.max_percent",))
        for value in ("inf", "nan", "-1", "101", "1e999")
    ),
    *(
        _Asked(row="C8", case=value, code="KAM-1041", files=_domain(value),
                where="config.toml:3", what=("domain",), fix="My Domain")
        for value in ("evil.example/x?", "127.0.0.1:9000/", "a@b", "evil#")
    ),
    *(
        _Asked(row="C9", case=value, code="KAM-1042", files=_endpoint(value),
                where="config.toml:3", what=("endpoint",))
        for value in (
            "http://acme.my.salesforce.com", "http://0177.0.0.2", "http://[::ffff:7f00:1]:80",
            "http://user@127.0.0.1:80", "http://127.0.0.1.evil.example", "http://ｌocalhost.evil",
        )
    ),
    _Config(row="C10", case="literal secret", code="KAM-1012",
            files=_config(CONNECTION.replace("env:KAM_TEST_TOKEN", "pat-na1-canary")),
            where="config.toml:3", what=("access_token",), fix="env:", never=("canary",)),
    _Config(row="C11", case="variable not set", code="KAM-1013", where="config.toml:3",
            what=("KAM_TEST_TOKEN",), words=("sync", "run")),
    _Config(row="C11", case="variable empty", code="KAM-1013", where="config.toml:3",
            what=("KAM_TEST_TOKEN",), words=("sync", "run"), environ={"KAM_TEST_TOKEN": ""}),
    _Config(row="C12", case="secret others may read", code="KAM-1014", prepare=_open_key,
            files=_config(CONNECTION.replace("env:KAM_TEST_TOKEN", "file:token")),
            where="config.toml:3", fix="chmod 600", words=("sync", "run"), never=("canary",)),
    _Config(row="C13", case="key of 31 bytes", code="KAM-1015", words=("connection", "login", "us"),
            files=_config(_LOGIN + '[secrets]\nkey = "env:KAM_TEST_KEY"\n'),
            environ={"KAM_TEST_KEY": "YQ" * 20, **_SECRETS}, where="[secrets]",
            what=("32 bytes",), fix="openssl rand", never=("YQYQ",)),
    _Config(row="C14", case="minute 61", code="KAM-1020",
            files=_with('[schedule]\ncron = "61 * * * *"\n'), where="config.toml:2",
            what=("minute 61 is not 0-59",)),
    _Config(row="C15", case="a city", code="KAM-1021",
            files=_with('[schedule]\ntimezone = "Paris"\n'), where="config.toml:2",
            fix="Europe/Paris"),
    _Config(row="C15", case="a zone that is none", code="KAM-1021",
            files=_with('[schedule]\ntimezone = "CET5"\n'), where="config.toml:2"),
    Bad(row="C16", case="an hour that clocks skip", exit_code=0, words=("doctor", "--offline"),
        files=_with('[schedule]\nat = "02:30"\ntimezone = "Europe/Paris"\n'),
        where="02:30", what=("KAM-1022",)),
    _Config(row="C17", case="a folder", exit_code=1, code="KAM-6001", prepare=_folder,
            where="kam.db", what=("directory",)),
    Bad(row="C18", case="rails wide open", exit_code=0, words=("doctor", "--offline"),
        files=_with("[rails]\nmax_percent = 100\n"), where="[rails] max_percent = 100",
        what=("KAM-1024",)),
    *(
        _Asked(row="C19", case=version, code="KAM-1043", files=_dated(version),
                where="config.toml:6", what=("api_version",), fix="66.0")
        for version in ("v9", "9.0", "fifty-nine")
    ),
    _Config(row="C20", case="one portal twice", code="KAM-1031",
            files=_config(CONNECTION + CONNECTION.replace(".us]", ".uk]")), where="us",
            what=("uk",)),
    _Config(row="C21", case="2 MiB", code="KAM-1032", files=_config(b"#" * 2**21),
            what=("1 MiB",)),
    _Config(row="C21", case="deep nesting", code="KAM-1032",
            files=_config("a = " + "[" * 10_000 + "]" * 10_000), where="config.toml"),
    *(
        _Config(row="C22", case=url, code="KAM-1030",
                files=_with(f'[alerts]\nfailure_url = "{url}"\n'), where="config.toml:2",
                fix="https://")
        for url in ("http://chat.example.com/x", "ftp://chat.example.com")
    ),
)  # fmt: skip
