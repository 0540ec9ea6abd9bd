"""Factories of small mappings, contexts and schemas."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AbcMapping

import pytest

from kam_connector.errors import MappingError
from kam_connector.mapping import (
    Mapping,
    MappingInvalid,
    ReadContext,
    Translated,
    TranslatedWrite,
    WriteContext,
    compile_read,
    compile_write,
    parse_mapping,
)
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema

HEAD = 'format = 1\ncrm = "acme"\n[defaults]\ncursor = "stamp"\nsettle = "5m"\n'


@pytest.fixture(scope="session")
def mapping_of() -> Callable[[str], Mapping]:
    """Build a mapping from the text after its head (five lines)."""
    return lambda text: parse_mapping(HEAD + text, name="acme.toml")


@pytest.fixture(scope="session")
def problems_of() -> Callable[[str], tuple[object, ...]]:
    """Parse a mapping that must be refused and return its problems."""

    def refuse(text: str) -> tuple[object, ...]:
        with pytest.raises(MappingError) as caught:
            parse_mapping(HEAD + text, name="acme.toml")
        error = caught.value
        return error.problems if isinstance(error, MappingInvalid) else ()

    return refuse


@pytest.fixture(scope="session")
def read_context() -> ReadContext:
    """Resolve refs visibly; euros in Paris."""
    return ReadContext(resolve=lambda kind, ref: f"{kind}/{ref}", currency="EUR", tz="Europe/Paris")


@pytest.fixture(scope="session")
def read_row(
    mapping_of: Callable[[str], Mapping], read_context: ReadContext
) -> Callable[..., Translated]:
    """Translate one row by the read rules of one kind."""

    def read(
        rules: str, row: AbcMapping[str, JsonValue], *, kind: str = "account", head: str = ""
    ) -> Translated:
        mapping = mapping_of(f'{head}\n[{kind}]\nobject = "Thing"\n[{kind}.read]\n{rules}\n')
        return compile_read(mapping, mapping.source(f"{kind}:Thing"), read_context)(row)

    return read


@pytest.fixture(scope="session")
def write_row(mapping_of: Callable[[str], Mapping]) -> Callable[..., TranslatedWrite]:
    """Translate one record's KAM values by the write rules of one kind."""

    def write(
        rules: str,
        values: AbcMapping[str, JsonValue],
        *,
        kind: str = "account",
        schema: ObjectSchema | None = None,
    ) -> TranslatedWrite:
        text = f'[{kind}.write]\nobject = "Thing"\nmatch = "id"\n[{kind}.write.fields]\n{rules}\n'
        context = WriteContext(
            resolve=lambda _kind, id_: None if id_ == "elsewhere" else f"ref-{id_}",
            tz="Europe/Paris",
        )
        return compile_write(mapping_of(text), Kind(kind), schema, context).translate(values)

    return write


@pytest.fixture(scope="session")
def make_field() -> Callable[..., FieldSchema]:
    """Build one field of a live schema."""

    def make(name: str, type_: FieldType = FieldType.TEXT, **more: object) -> FieldSchema:
        return FieldSchema(name=name, label=name, type=type_, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make_schema() -> Callable[..., ObjectSchema]:
    """Build a live schema from its fields."""

    def make(*fields: FieldSchema, object_: str = "Thing") -> ObjectSchema:
        return ObjectSchema(object=object_, fields={field.name: field for field in fields})

    return make
