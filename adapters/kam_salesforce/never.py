"""What is never written to Salesforce, whatever a mapping says: the hard deny list."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NEVER", "is_never_written"]

NEVER: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {
            "Id", "IsDeleted", "MasterRecordId", "CreatedById", "CreatedDate",
            "LastModifiedById", "LastModifiedDate", "SystemModstamp",
        }
    ),
    "Account": frozenset({"Name", "OwnerId", "ParentId", "RecordTypeId"}),
    "Contact": frozenset(
        {"Name", "FirstName", "LastName", "Email", "OwnerId", "AccountId", "RecordTypeId"}
    ),
    "Opportunity": frozenset(
        {
            "Name", "StageName", "Amount", "CloseDate", "Probability", "ForecastCategoryName",
            "IsClosed", "IsWon", "OwnerId", "AccountId", "RecordTypeId",
        }
    ),
    "Task": frozenset({"IsClosed", "IsRecurrence"}),
    "User": frozenset({"Username", "Email", "IsActive", "ProfileId", "UserRoleId"}),
}  # fmt: skip
"""By object, of all objects under the empty name. Our choice: what identifies a record, whose
it is, what it is worth and when; a wrong one of these is what incidents I1, I3 and I4 are made
of. A task of ours has an owner and a subject: those are its own."""


def is_never_written(object_: str, name: str) -> bool:
    """Tell whether a field is on the list; names are compared without regard to case."""
    listed = NEVER[""] | NEVER.get(object_, frozenset())
    return name.casefold() in {one.casefold() for one in listed}
