"""Every error the product raises, grouped by what the caller does next.

KamError                        carries a stable code, a hint and the exit code
├── UsageError                  the command's words are off: say them again (exit 2)
├── ConfigError                 fix the settings (exit 3)
│   └── MappingError            fix a mapping file (exit 3)
├── CheckFailed                 a check found something, or data is stale (exit 4)
├── SignInError                 sign in again or grant a permission (exit 6)
├── RetryableError              wait, then try again (exit 7)
│   ├── CrmUnavailable          the CRM does not answer properly
│   ├── RateLimited             the CRM asks for patience
│   ├── BudgetExhausted         our share of the CRM's calls is used up
│   └── StoppedError            somebody stopped all writing
├── BusyError                   another run holds the lease (exit 8)
├── HeldError                   a safety rail stopped the run before it wrote (exit 10)
├── RecordError                 skip this record, go on with the others (exit 5)
├── AccessDenied                somebody may not do this (exit 6)
├── EventRefused                what came in over the web is not believed (exit 6)
├── StorageError                the database cannot be used (exit 1)
├── Interrupted                 somebody asked us to stop (exit 130)
└── FatalError                  stop: going on could do harm (exit 1)
"""

from __future__ import annotations

__all__ = [
    "AccessDenied",
    "BudgetExhausted",
    "BusyError",
    "CheckFailed",
    "ConfigError",
    "CrmUnavailable",
    "EventRefused",
    "FatalError",
    "HeldError",
    "Interrupted",
    "KamError",
    "MappingError",
    "RateLimited",
    "RecordError",
    "RetryableError",
    "SignInError",
    "StoppedError",
    "StorageError",
    "UsageError",
]


class KamError(Exception):
    """What happened, to which record, and what to do.

    Args:
        message: One sentence for a person: no token, no URL query, no customer's text.
        code: A stable ``KAM-nnnn`` code, explained by ``kam explain``.
        hint: What to do next, if the message does not say it.
        crm: The connection or CRM concerned.
        record_ref: The CRM's identifier of the record concerned.
        field: The field concerned.
        http_status: What the CRM answered.
        request_id: The CRM's own number of the request, for its support desk.
        retry_after_s: Seconds the CRM asked us to wait.
    """

    exit_code = 1
    default_code = "KAM-7000"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str = "",
        crm: str | None = None,
        record_ref: str | None = None,
        field: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.crm = crm
        self.record_ref = record_ref
        self.field = field
        self.http_status = http_status
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.connection: str | None = None
        """Whose run it ended; set by who knows, so that two orgs of one CRM are told apart."""
        self.others: tuple[KamError, ...] = ()
        """Further mistakes found in the same reading, so that all are told at once."""


class UsageError(KamError):
    """The command's words are off."""

    exit_code = 2
    default_code = "KAM-7001"


class ConfigError(KamError):
    """A setting is missing, unknown or wrong."""

    exit_code = 3
    default_code = "KAM-1000"


class MappingError(ConfigError):
    """A mapping file is missing, unreadable or wrong."""

    default_code = "KAM-2000"


class CheckFailed(KamError):
    """A check found something that needs a person, or data is older than allowed."""

    exit_code = 4
    default_code = "KAM-7002"


class SignInError(KamError):
    """The CRM refused the sign-in or a permission is missing."""

    exit_code = 6
    default_code = "KAM-3001"


class RetryableError(KamError):
    """The same call may go through later."""

    exit_code = 7
    default_code = "KAM-3100"


class CrmUnavailable(RetryableError):
    """The CRM cannot be reached, or its answer is not one."""


class RateLimited(RetryableError):
    """The CRM asks for patience."""

    default_code = "KAM-3110"


class BudgetExhausted(RetryableError):
    """Our share of the CRM's calls is used up; the run resumes in the next window."""

    default_code = "KAM-3111"


class StoppedError(RetryableError):
    """A person, or a rail, stopped all writing: the request was not sent."""

    exit_code = 10
    default_code = "KAM-5003"


class BusyError(KamError):
    """Another run holds the lease."""

    exit_code = 8
    default_code = "KAM-7010"


class HeldError(KamError):
    """A safety rail stopped the run before it wrote anything."""

    exit_code = 10
    default_code = "KAM-5000"


class RecordError(KamError):
    """One record was refused; the others go on."""

    exit_code = 5
    default_code = "KAM-3200"


class AccessDenied(KamError):
    """Somebody's roles, or the CRM's own rules, do not let them do this.

    Never raised about a record that they may not see: that one does not exist for them.
    """

    exit_code = 6
    default_code = "KAM-7046"


class EventRefused(KamError):
    """What came in over the web is not believed.

    ``http_status`` is what it is answered.
    """

    exit_code = 6
    default_code = "KAM-4001"


class StorageError(KamError):
    """The database cannot be read or written."""

    default_code = "KAM-6000"


class Interrupted(KamError):
    """Somebody asked us to stop; what was begun is finished, the rest waits."""

    exit_code = 130
    default_code = "KAM-7130"


class FatalError(KamError):
    """Going on could do harm."""
