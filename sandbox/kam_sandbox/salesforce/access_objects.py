"""Who may use which field: definitions for :mod:`.objects`."""

from __future__ import annotations

__all__ = [
    "ASSIGNMENT",
    "FIELD_PERMISSIONS",
    "OBJECT_PERMISSIONS",
    "PERMISSION_SET",
    "UNSTAMPED",
]

UNSTAMPED = {"IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"}
"""System fields that rows of permissions lack."""

PERMISSION_SET = """
Name string(80) cu!h
Label string(80) cu!
Description string(255) cu
IsOwnedByProfile boolean
ProfileId reference >Profile:Profile
HasActivationRequired boolean cu
NamespacePrefix string(15)
PermissionsModifyAllData boolean cu
PermissionsManageUsers boolean cu
"""

FIELD_PERMISSIONS = """
ParentId reference c! >PermissionSet:Parent
SobjectType picklist(40) c!
Field picklist(255) c!
PermissionsRead boolean cu
PermissionsEdit boolean cu
"""

OBJECT_PERMISSIONS = """
ParentId reference c! >PermissionSet:Parent
SobjectType picklist(40) c!
PermissionsRead boolean cu
PermissionsCreate boolean cu
PermissionsEdit boolean cu
PermissionsDelete boolean cu
PermissionsViewAllRecords boolean cu
PermissionsModifyAllRecords boolean cu
"""

ASSIGNMENT = """
PermissionSetId reference c! >PermissionSet:PermissionSet
AssigneeId reference c! >User:Assignee
ExpirationDate datetime cu
IsActive boolean
"""
