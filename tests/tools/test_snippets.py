"""The Python of a page is one module, whose lines are those of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.snippets import module, pages, snippets

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
# A page

<!-- Readers know this already:
```python
number = 1
```
-->

=== "In a tab"

    ```python title="sum.py"
    def double() -> int:
        return 2 * number
    ```

```json
{}
```

```python
print(double())
```
"""


def test_a_page_is_a_module(tmp_path: Path) -> None:
    """Its snippets, hidden and indented ones too, stand where the page has them."""
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    lines = module(page).splitlines()
    assert {number: line for number, line in enumerate(lines, 1) if line} == {
        5: "number = 1",
        12: "def double() -> int:",
        13: "    return 2 * number",
        21: "print(double())",
    }


def test_the_pages_have_snippets() -> None:
    """The README and every folder of the documentation are searched."""
    assert {page.name for page in pages() if any(snippets(page))} >= {"README.md", "lookups.md"}
