"""Mapping files: TOML becomes rules that translate, check and merge. Pure."""

from kam_connector.mapping.check import check_mapping
from kam_connector.mapping.check_schema import check_schema
from kam_connector.mapping.load import load_mapping, parse_mapping, shipped_mapping_path
from kam_connector.mapping.merge import Merged, merge_field
from kam_connector.mapping.origins import Origins, field_origins
from kam_connector.mapping.paths import PathRow, path_table
from kam_connector.mapping.problem import CODES, MappingInvalid, Problem, RowProblem
from kam_connector.mapping.read import ReadContext, Translated, compile_read
from kam_connector.mapping.readback import compile_readback
from kam_connector.mapping.scope import SCOPE_PATHS, compile_rule
from kam_connector.mapping.sources import owner_paths, pull_sources
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.mapping.values import MISSING, Missing, same_value
from kam_connector.mapping.write import (
    TranslatedWrite,
    WriteContext,
    WriteField,
    WritePlan,
    compile_write,
    needs_write,
)

__all__ = [
    "CODES",
    "MISSING",
    "SCOPE_PATHS",
    "Mapping",
    "MappingInvalid",
    "Merged",
    "Missing",
    "Origins",
    "PathRow",
    "Problem",
    "ReadContext",
    "RowProblem",
    "SourceMapping",
    "Translated",
    "TranslatedWrite",
    "WriteContext",
    "WriteField",
    "WriteMapping",
    "WritePlan",
    "check_mapping",
    "check_schema",
    "compile_read",
    "compile_readback",
    "compile_rule",
    "compile_write",
    "field_origins",
    "load_mapping",
    "merge_field",
    "needs_write",
    "owner_paths",
    "parse_mapping",
    "path_table",
    "pull_sources",
    "same_value",
    "shipped_mapping_path",
]
