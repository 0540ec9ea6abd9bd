"""The one registry all table classes belong to."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

__all__ = ["Base"]


class Base(SQLModel):
    """Parent of every table; keeps our schema apart from SQLModel's shared one."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s"}
    )
