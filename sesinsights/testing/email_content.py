"""The content of a send: a simple message, a raw one or a template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any, cast

from sesinsights.testing.exchange import bad_request

_VARIABLE = re.compile(r"\{\{\{?\s*([\w.-]+)\s*\}?\}\}")
_BLOCK = "{{#"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailContent:
    """The parts of a send that describe its message.

    Attributes:
        subject: The subject; None if it is not known, as for a template given by name.
        is_rendered: Whether a template had all its variables.
        sender: The From header of a raw message.
        destination: The recipients of a raw message, as a send names them.
        configuration_set: The configuration set that a raw message names.
        tenant_name: The tenant that a raw message names.
        tags: The tags that a raw message has, as a send names them.
    """

    subject: str | None
    is_rendered: bool = True
    sender: str | None = None
    destination: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    configuration_set: str | None = None
    tenant_name: str | None = None
    tags: Sequence[dict[str, str]] = ()


def read_content(content: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> EmailContent:
    """Read the content of a send.

    No templates are kept, so one that is given by name renders with any data, and its subject is
    not known. In one that is given as text, variables are replaced; a block, such as `{{#each}}`,
    stays as it is.

    Args:
        content: The EmailContent, whose types were checked.
        data: The variables of a template, in place of the template's own.

    Raises:
        RefusalError: The content is not exactly one of the three, or cannot be read.
    """
    if len(content) != 1:
        message = "Content must contain exactly one of Simple, Raw and Template."
        raise bad_request(message)
    ((kind, given),) = content.items()
    match kind:
        case "Simple":
            return EmailContent(subject=given["Subject"]["Data"])
        case "Raw":
            return _raw(given["Data"])
        case _:
            variables = template_data(given.get("TemplateData")) if data is None else data
            return _template(given, variables)


def template_data(text: str | None) -> dict[str, Any]:
    """Return the variables of a template.

    Raises:
        RefusalError: They are not a JSON object.
    """
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        message = "The template data is invalid"
        raise bad_request(message)
    return cast("dict[str, Any]", data)


def overlaid(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults, overridden by own variables, inside objects too."""
    merged = dict(defaults)
    for name, value in own.items():
        below = merged.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            objects = cast("tuple[dict[str, Any], dict[str, Any]]", (below, value))
            merged[name] = overlaid(*objects)
        else:
            merged[name] = value
    return merged


def _template(template: Mapping[str, Any], data: Mapping[str, Any]) -> EmailContent:
    parts = template.get("TemplateContent")
    named = [name for name in ("TemplateName", "TemplateArn") if name in template]
    if (parts is not None) + len(named) != 1:
        message = "A template must have exactly one of TemplateName, TemplateArn, TemplateContent."
        raise bad_request(message)
    if parts is None:
        return EmailContent(subject=None)
    rendered = {name: _rendered(text, data) for name, text in parts.items()}
    return EmailContent(subject=rendered.get("Subject"), is_rendered=None not in rendered.values())


def _rendered(text: str, data: Mapping[str, Any]) -> str | None:
    """Return a text with its variables replaced; None when one of them is missing."""
    if _BLOCK in text:
        return text
    values = {name: _value(name, data) for name in _VARIABLE.findall(text)}
    if None in values.values():
        return None
    return _VARIABLE.sub(lambda found: str(values[found[1]]), text)


def _value(name: str, data: Mapping[str, Any]) -> Any:
    value: Any = data
    for part in name.split("."):
        value = cast("dict[str, Any]", value).get(part) if isinstance(value, dict) else None
    return value


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except (HeaderParseError, LookupError, ValueError):
        return header  # its encoding does not exist, or does not match its text


def _raw(text: bytes) -> EmailContent:
    # Not with Python's newer policy, which fails on malformed headers.
    message = message_from_bytes(text)

    def header(name: str) -> str | None:
        value = message.get(name)
        return None if value is None else _decoded(str(value))

    lists = {
        f"{name}Addresses": [address for _, address in getaddresses([header(name) or ""])]
        for name in ("To", "Cc", "Bcc")
    }
    pairs = [pair.partition("=") for pair in (header("X-SES-MESSAGE-TAGS") or "").split(",")]
    return EmailContent(
        subject=header("Subject"),
        sender=header("From"),
        destination={name: found for name, found in lists.items() if found and found != [""]},
        configuration_set=header("X-SES-CONFIGURATION-SET"),
        tenant_name=header("X-SES-TENANT"),
        tags=[{"Name": name.strip(), "Value": value.strip()} for name, _, value in pairs if value],
    )
