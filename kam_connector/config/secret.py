"""Secrets by reference: env:NAME, file:/path, keyring:service/user."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from kam_connector.config.problem import problem
from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret

__all__ = ["SecretReader", "is_reference", "others_rights"]

_SCHEMES = ("env:", "file:", "keyring:")
_HOW = 'Write "env:NAME", "file:/path" or "keyring:service/user" instead.'
_MOUNTED = (Path("/run/secrets"), Path("/var/run/secrets"))
"""Where container platforms mount secrets, readable by all: only the container sees them
(https://docs.docker.com/engine/swarm/secrets/)."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What ssh refuses in a private key too: any right of the group or of others."""
_LARGEST_BYTES = 64 * 1024  # our choice: a private key has a few kilobytes


def is_reference(text: str) -> bool:
    """Say whether the text points at a secret instead of being one."""
    return text.startswith(_SCHEMES)


def others_rights(mode: int, *, of: int = _OTHERS) -> str:
    """Return a file's mode ("0644") if others than its owner have one of these rights, else "".

    Windows keeps rights in lists of its own, and shows 0666 for whatever they say: there
    nothing is judged.
    """
    return f"{stat.S_IMODE(mode):04o}" if os.name == "posix" and mode & of else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReader:
    """Follows references; what it finds never prints."""

    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path = Path()
    exposed: Mapping[str, str] = field(default_factory=dict)
    """Variables that come out of a .env which others may read, each with its mode."""

    def read(self, reference: object, *, where: str, key: str) -> Secret:
        """Return the secret behind a reference.

        Raises:
            ConfigError: A literal secret (KAM-1012), a reference that leads nowhere
                (KAM-1013), or a file others may read or write (KAM-1014).
        """
        if not isinstance(reference, str) or not is_reference(reference):
            message = f"{key} must not stand in the file."
            raise problem("KAM-1012", where, message, hint=_HOW, key=key)
        scheme, _, rest = reference.partition(":")
        lookup = {"env": self._from_env, "file": self._from_file, "keyring": self._from_keyring}
        try:
            return Secret(lookup[scheme](rest))
        except _Missing as missing:
            message = f'{key} = "{reference}": {missing}'
            code = missing.code
            raise problem(code, where, message, hint=missing.hint, key=key) from missing

    def _from_env(self, name: str) -> str:
        if not name.strip():
            raise _Missing("names no environment variable.", 'Write  "env:NAME" .')
        text = self.environ.get(name, "")
        if not text.strip():
            state = "is empty" if name in self.environ else "is not set"
            hint = "Set it, or put it in .env next to the configuration file."
            raise _Missing(f"the environment variable {name} {state}.", hint)
        if name in self.exposed:
            message = f".env, which sets it, is open to other users ({self.exposed[name]})."
            raise _Missing(message, f"chmod 600 {self.folder / '.env'}", code="KAM-1014")
        return text.strip()

    def _from_file(self, name: str) -> str:
        path = self.folder / name
        try:
            with path.open("rb") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                raw = opened.read(_LARGEST_BYTES + 1)
            text = raw.decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _Missing("the file cannot be read.", "Check the path and the rights.") from error
        found = others_rights(mode)
        if found and not _is_mounted(path):
            raise _Missing(
                f"the file is open to other users ({found}).", f"chmod 600 {name}", code="KAM-1014"
            )
        if not text:
            raise _Missing("the file is empty.", "Put the secret in it, and nothing else.")
        if len(raw) > _LARGEST_BYTES:
            raise _Missing("the file is too large for a secret.", "Name the right file.")
        return text

    def _from_keyring(self, name: str) -> str:
        service, _, user = name.partition("/")
        try:
            keyring = import_module("keyring")
        except ImportError as error:
            hint = "pip install 'kam-connector[keyring]'"
            raise _Missing("the keyring extra is not installed.", hint) from error
        try:
            text = keyring.get_password(service, user)
        except keyring.errors.KeyringError as error:
            hint = "A machine without a desktop has none: use env: or file:."
            raise _Missing("this machine has no usable keyring.", hint) from error
        if not text:
            raise _Missing("the keyring has no such entry.", f"keyring set {service} {user}")
        return str(text)


def _is_mounted(path: Path) -> bool:
    """Tell whether a container platform put it there; links and ".." are followed first."""
    real = path.resolve()
    return any(real.is_relative_to(place) for place in _MOUNTED)


class _Missing(ConfigError):
    """A reference that leads nowhere, before its place in the file is known."""

    def __init__(self, message: str, hint: str, *, code: str = "KAM-1013") -> None:
        super().__init__(message, code=code, hint=hint)
