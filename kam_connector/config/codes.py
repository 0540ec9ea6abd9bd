"""What each configuration code means, for `kam explain`."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-1000": (
        "A setting is missing or wrong. The message names the file, the line and the key. "
        "config.example.toml shows every setting with its default."
    ),
    "KAM-1001": (
        "No configuration file was found. `kam init` writes one; KAM_CONFIG or --config names "
        "one that lies elsewhere."
    ),
    "KAM-1002": (
        "The file is not valid TOML. The line and column show where reading stopped; the "
        "mistake is there or just before. A key or table given twice counts too."
    ),
    "KAM-1003": (
        "The file is not UTF-8 text. Save it as UTF-8; a byte order mark at its start does no harm."
    ),
    "KAM-1004": (
        "A key, a section or a KAM_*__* variable that no setting has. Unknown keys are refused, "
        "so that a typing mistake never silently means the default."
    ),
    "KAM-1005": "A value has the wrong type or lies outside its range.",
    "KAM-1006": "A setting that has no default is missing.",
    "KAM-1012": (
        "A secret stands in the file itself. Put it in the environment (env:NAME), in a file "
        "of its own (file:/path) or in the keyring (keyring:service/user)."
    ),
    "KAM-1013": (
        "A secret's reference leads nowhere: the variable is not set or empty, the file is "
        "missing or empty, or the keyring has no such entry."
    ),
    "KAM-1014": (
        "A file with a secret (a key file, or .env) may be read or written by its group or by "
        "other users of this machine: chmod 600. Below /run/secrets, where containers find "
        "theirs, and on Windows, modes are not looked at."
    ),
    "KAM-1015": (
        "Sign-ins with a browser are kept encrypted, and [secrets] names no usable key. Make one "
        '(openssl rand -base64 32), put it where  key = "env:KAM_KEY"  points, and keep a copy.'
    ),
    "KAM-1020": "A schedule's time or cron line cannot be understood.",
    "KAM-1021": "The time zone is not in the IANA list; it looks like Europe/Paris.",
    "KAM-1022": (
        "The nightly hour lies where clocks change: it comes twice on one night and never on "
        "another. The run ledger makes it run once per date all the same."
    ),
    "KAM-1023": (
        "The rule that chooses key accounts cannot be understood or names an unknown path; "
        "kam mapping paths lists them (account, read)."
    ),
    "KAM-1024": (
        "A safety rail is set so wide that it holds nothing: a mistake in a mapping could rewrite "
        "or empty every record in one run. The run goes on; the defaults are 20 and 5 percent."
    ),
    "KAM-1030": "The alert URL must be https:// (http:// is accepted on this computer only).",
    "KAM-1031": "Two connections cannot be the same one: each needs a name and an org of its own.",
    "KAM-1032": "The configuration file is larger or deeper than any sound one.",
    "KAM-1060": "No installed package offers this CRM, job or command.",
    "KAM-1061": "An installed plug-in could not be loaded; its package may be broken or too old.",
    "KAM-1062": "No connection has this name, or none is configured at all.",
    "KAM-1063": "Several connections are configured: say which one is meant.",
    "KAM-1065": "The port of the login is taken by another program, or may not be opened.",
    "KAM-1070": "The file exists already and is not overwritten; --force replaces it.",
    "KAM-1071": "The file cannot be read or written: check its path and its permissions.",
}
