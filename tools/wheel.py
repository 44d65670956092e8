"""Check a built wheel: what users install is whole, and shows well on a package's page.

python -m tools.wheel build/wheel/sesinsights-0.2.0-py3-none-any.whl
"""

from __future__ import annotations

import re
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent


def problems(wheel: zipfile.ZipFile) -> Iterator[str]:
    """Yield what is wrong with a wheel."""
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    written = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sesinsights").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    yield from (f"{name} is missing" for name in sorted(written - packed))
    yield from (f"{name} does not belong there" for name in sorted(packed - written))
    if "sesinsights/py.typed" not in packed:
        yield "sesinsights/py.typed is missing: type checkers would ignore the types"

    (about,) = {name.split("/")[0] for name in wheel.namelist()} - {"sesinsights"}
    if wheel.read(f"{about}/licenses/LICENSE") != (ROOT / "LICENSE").read_bytes():
        yield "the licence is not the project's"
    metadata = message_from_bytes(wheel.read(f"{about}/METADATA"))
    if "dev" in metadata.get_all("Provides-Extra", []):
        yield "what the project is developed with is an extra, which users see"
    description = str(metadata.get_payload())
    if "# sesinsights" not in description:
        yield "the description is not the README"
    for link in re.findall(r"\]\((?!https?:)[^)]*\)", description):
        yield f"the description has a link that leads nowhere outside of the repository: {link}"


def main() -> str | None:
    """Check the wheel that the command line names; return what is wrong, for an exit code of 1."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        return "\n".join(problems(wheel)) or None


if __name__ == "__main__":
    sys.exit(main())
