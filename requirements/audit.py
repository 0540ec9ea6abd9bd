"""An audit of the locked packages that cannot pass by having audited nothing.

pip-audit says "No known vulnerabilities found" and returns 0 where no feed of advisories
answers (trust: D14). So three things are asked before its word is taken: as many packages
audited as are locked, none skipped, and a package known to be vulnerable found so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Verdict", "judged", "locked"]

CANARY = "jinja2==2.10"
"""Has had published advisories since 2019 (CVE-2019-10906): a feed without them is none."""
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be said after an audit."""

    exit_code: int
    """0: audited and clean. 1: vulnerable. 2: not audited, whatever pip-audit said."""
    said: str


def locked(text: str) -> frozenset[str]:
    """Return the names that a lock pins."""
    return frozenset(_plain(name) for name in _PIN.findall(text))


def judged(said: str, canary: str, names: frozenset[str]) -> Verdict:
    """Return what two outputs of pip-audit prove.

    Args:
        said: JSON about the locked packages; empty where it did not run.
        canary: JSON about the package that is known to be vulnerable.
        names: What the lock pins.
    """
    found, known = _read(said), _read(canary)
    if found is None or known is None:
        return _not_audited("pip-audit gave no answer that can be read")
    if not any(vulns for vulns in known.values()):
        return _not_audited(f"the feed knows nothing of {CANARY}: it is empty or not reachable")
    skipped = sorted(name for name, vulns in found.items() if vulns is None)
    missing = sorted(names - set(found))
    if skipped or missing:
        left = ", ".join([*skipped, *missing][:8])
        return _not_audited(f"{len(skipped) + len(missing)} packages were left out: {left}")
    bad = sorted(f"{name} ({', '.join(vulns)})" for name, vulns in found.items() if vulns)
    if bad:
        return Verdict(exit_code=1, said=f"vulnerable: {'; '.join(bad)}")
    return Verdict(exit_code=0, said=f"audited {len(names)} packages: no known vulnerability")


def _not_audited(why: str) -> Verdict:
    return Verdict(exit_code=2, said=f"NOT AUDITED: {why}")


def _read(text: str) -> dict[str, list[str] | None] | None:
    """Return the advisories by package, None for a skipped one; None for no answer."""
    try:
        parts = json.loads(text)["dependencies"]
        return {
            _plain(one["name"]): None
            if "skip_reason" in one
            else [str(vuln["id"]) for vuln in one["vulns"]]
            for one in parts
        }
    except (ValueError, LookupError, TypeError):
        return None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip_audit(file: Path, *more: str) -> str:
    command = [sys.executable, "-m", "pip_audit", "--strict", "--format", "json", "--disable-pip"]
    done = subprocess.run(  # noqa: S603  our own command
        [*command, "--progress-spinner", "off", "-r", str(file), *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    return done.stdout


def main() -> int:
    """Audit requirements/lock.txt."""
    lock = Path(__file__).parent / "lock.txt"
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(CANARY + "\n", "utf-8")
        told = _pip_audit(canary, "--no-deps")
    verdict = judged(_pip_audit(lock, "--require-hashes"), told, locked(lock.read_text("utf-8")))
    sys.stdout.write(verdict.said + "\n")
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
