"""Responses as YAML, in the style of the AWS CLI v2."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, cast

_NUMBER_OF_YAML_1_2 = re.compile(
    r"[-+]?(0o[0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)\Z"
)


def yaml_text(found: Any, *, any_character: bool = True) -> str:
    """Return a response as a YAML document.

    Args:
        found: The response.
        any_character: Whether characters beyond ASCII stay as they are.
    """
    if not isinstance(found, dict | list):
        # PyYAML would end a document of a single value with three dots.
        return json.dumps(found, ensure_ascii=not any_character) + "\n"
    import yaml

    def dumped(dumper: Any) -> str:
        text: str = yaml.dump(
            found, Dumper=dumper, allow_unicode=any_character, default_flow_style=False
        )
        return text

    try:
        return dumped(_dumper("CSafeDumper"))
    except UnicodeEncodeError:
        # Only the dumper in Python escapes half of a character.
        return dumped(_dumper("SafeDumper"))


@cache
def _dumper(name: str) -> Any:
    import yaml

    class Dumper(getattr(yaml, name, yaml.SafeDumper)):  # type: ignore[misc] # either
        """Quotes a string that YAML 1.1 or YAML 1.2 takes for something else."""

    # PyYAML knows the numbers of YAML 1.1 only.
    cast("Any", Dumper).add_implicit_resolver(
        "tag:yaml.org,2002:float", _NUMBER_OF_YAML_1_2, [*"-+.0123456789"]
    )
    return Dumper
