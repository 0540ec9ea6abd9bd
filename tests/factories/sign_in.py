"""What a sign-in needs in tests: keys, a vault in memory, answers of a token endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kam_connector.model.settings import Secret

__all__ = ["MemoryVault", "ec_key", "locked_key", "public_key", "rsa_key", "token_answer"]

HOST = "https://acme.my.salesforce.com"
ORG = "00D000000000SBXEA2"


@dataclass
class MemoryVault:
    """``TokenVault`` without a store, which remembers the order of events."""

    text: Secret | None = None
    events: list[str] = field(default_factory=list)

    def check(self) -> None:
        """There is always a key."""

    def load(self) -> Secret | None:
        """Return what was kept."""
        return self.text

    def save(self, text: Secret) -> None:
        """Keep."""
        self.text = text
        self.events.append("saved")

    def forget(self) -> None:
        """Keep nothing."""
        self.text = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else is there."""
        self.events.append("turn")
        yield


def token_answer(token: str = "00D000000000SBX!first", **more: Any) -> dict[str, Any]:
    """Return what Salesforce answers to a grant."""
    id_ = f"{HOST}/id/{ORG}/005000000000001AAA"
    return {"access_token": token, "instance_url": HOST, "id": id_} | more


@cache
def rsa_key(bits: int = 2048) -> str:
    """Return a private key as PEM."""
    return _pem(rsa.generate_private_key(public_exponent=65_537, key_size=bits))


@cache
def ec_key() -> str:
    """Return a private key that is no RSA key."""
    return _pem(ec.generate_private_key(ec.SECP256R1()))


@cache
def locked_key() -> str:
    """Return a private key behind a passphrase."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return _pem(key, serialization.BestAvailableEncryption(b"passphrase"))


def public_key(pem: str) -> str:
    """Return the public half of a private key."""
    private = serialization.load_pem_private_key(pem.encode(), None)
    return (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _pem(key: Any, encryption: Any = None) -> str:
    made: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )
    return made.decode()
