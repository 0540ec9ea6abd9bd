"""Pydantic's complaints in our words: file, line, key, value, and the nearest right name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from kam_connector.config.problem import nearest, problem, showable
from kam_connector.config.secret import is_reference
from kam_connector.config.source import Source
from kam_connector.errors import ConfigError

__all__ = ["complaints"]

_OWN = {
    "secret": "KAM-1012",
    "schedule": "KAM-1020",
    "timezone": "KAM-1021",
    "alert_url": "KAM-1030",
    "rule": "KAM-1023",
    "together": "KAM-1005",
    "name": "KAM-1005",
}
_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "dict": "a table",
    "model": "a table",
    "list": "a list",
    "tuple": "a list",
}


def complaints(error: ValidationError, source: Source, root: type[BaseModel]) -> list[ConfigError]:
    """Return one problem a mistake, in the order of *root*'s sections."""
    return [_complaint(detail, source, root) for detail in error.errors(include_url=False)]


def _complaint(detail: Any, source: Source, root: type[BaseModel]) -> ConfigError:
    path = [str(part) for part in detail["loc"]]
    key = ".".join(path)
    where = source.where(path)
    match detail["type"]:
        case "extra_forbidden":
            hint = nearest(path[-1], _known(root, path[:-1]))
            return problem("KAM-1004", where, f'unknown key "{key}".', hint=hint, key=key)
        case "missing":
            return problem("KAM-1006", where, f"{key} is missing.", key=key)
        case "stranger":
            context = detail["ctx"]
            where = source.where([*path, context["name"]])
            message = f'unknown key "{key}.{context["name"]}".'
            return problem("KAM-1004", where, message, hint=context["hint"], key=key)
        case own if own in _OWN:
            return _own_complaint(detail, where, key)
    message = f"{key} {_expected(detail)}, got {showable(key, detail['input'])}."
    return problem("KAM-1005", where, message, key=key)


def _own_complaint(detail: Any, where: str, key: str) -> ConfigError:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    hint = str(context.get("hint", ""))
    shown = detail["input"]
    message = f"{key} {detail['msg']}"
    if detail["type"] == "secret":
        hint = 'Write "env:NAME", "file:/path" or "keyring:service/user" instead.'
    elif isinstance(shown, str) and not is_reference(shown) and detail["type"] != "alert_url":
        message = f"{key} = {showable(key, shown)}  {detail['msg']}"
    return problem(_OWN[detail["type"]], where, message, hint=hint, key=key)


def _expected(detail: Any) -> str:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    kind = str(detail["type"])
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind == "string_too_long":
        return f"is too long: at most {context['max_length']} characters"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "finite_number":
        return "must be a finite number"
    limits = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
    if kind in (*limits, "less_than"):
        return f"is out of range: {detail['msg'].lower()}"
    wanted = _WANTED.get(kind.split("_", 1)[0])
    return f"must be {wanted}" if wanted else f"is wrong: {detail['msg']}"


def _known(model: type[BaseModel], path: list[str]) -> list[str]:
    """Return the keys of the table at *path*."""
    for part in path:
        field = model.model_fields.get(part)
        inner = None if field is None else _model_in(field.annotation)
        if inner is None:
            return [] if field is None else list(model.model_fields)
        model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    candidates = (annotation, *get_args(annotation))
    return next(
        (one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), None
    )
