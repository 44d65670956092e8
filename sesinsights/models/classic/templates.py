"""The shapes of the v1 operations on templates."""

from typing import Annotated

from pydantic import Field
from typing_extensions import override

from sesinsights.models.classic.fields import TemplateData, TemplateName
from sesinsights.models.fields import Length, ListOf, Range, Timestamp
from sesinsights.models.limits import MAX_PAGE_SIZE
from sesinsights.models.shape import Shape
from sesinsights.models.shown import instant, line, page, table

__all__ = [
    "CreateTemplateRequest",
    "CreateTemplateResponse",
    "DeleteTemplateRequest",
    "DeleteTemplateResponse",
    "GetTemplateRequest",
    "GetTemplateResponse",
    "ListTemplatesRequest",
    "ListTemplatesResponse",
    "Template",
    "TemplateMetadata",
    "TestRenderTemplateRequest",
    "TestRenderTemplateResponse",
    "UpdateTemplateRequest",
    "UpdateTemplateResponse",
]


class Template(Shape, frozen=True):
    """A template: a subject, a text and an HTML part, each with variables like `{{name}}`."""

    template_name: TemplateName
    """The template's name."""
    subject_part: str | None = Field(default=None, repr=False)
    """The subject line."""
    text_part: str | None = Field(default=None, repr=False)
    """The body for mail readers that show no HTML."""
    html_part: str | None = Field(default=None, repr=False)
    """The HTML body."""


class CreateTemplateRequest(Shape, frozen=True):
    """A template to create."""

    template: Template
    """The template."""


class CreateTemplateResponse(Shape, frozen=True):
    """The empty response to a creation."""


class UpdateTemplateRequest(Shape, frozen=True):
    """The new content of an existing template."""

    template: Template
    """The whole template: parts that are left out are removed."""


class UpdateTemplateResponse(Shape, frozen=True):
    """The empty response to an update."""


class GetTemplateRequest(Shape, frozen=True):
    """A request for a template."""

    template_name: TemplateName
    """The template's name."""


class GetTemplateResponse(Shape, frozen=True):
    """A template."""

    template: Template
    """The template."""

    @override
    def __str__(self) -> str:
        parts = {
            "a subject": self.template.subject_part,
            "text": self.template.text_part,
            "HTML": self.template.html_part,
        }
        has = [name for name, part in parts.items() if part]
        return f"Template {self.template.template_name} with {line(*has) or 'nothing in it'}"


class DeleteTemplateRequest(Shape, frozen=True):
    """Which template to delete."""

    template_name: TemplateName
    """The template's name."""


class DeleteTemplateResponse(Shape, frozen=True):
    """The empty response to a deletion."""


class ListTemplatesRequest(Shape, frozen=True):
    """Which page of templates to list."""

    next_token: Annotated[str, Length(min=1)] | None = None
    """The token of the page to get; by default, the first page."""
    max_items: Annotated[int, Range(1, MAX_PAGE_SIZE)] | None = None
    """The maximum number of templates on the page, 1 to 100; 10 by default."""


class TemplateMetadata(Shape, frozen=True):
    """A template in a list."""

    name: str
    """The template's name."""
    created_timestamp: Timestamp | None = None
    """When the template was created, in UTC."""


class ListTemplatesResponse(Shape, frozen=True):
    """One page of templates."""

    templates_metadata: ListOf[TemplateMetadata] = ()
    """The templates of this page; a page may be empty and yet not the last."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = ((each.name, instant(each.created_timestamp)) for each in self.templates_metadata)
        return page(table(("Template", "Created"), rows, none="No templates."), self.next_token)


class TestRenderTemplateRequest(Shape, frozen=True):
    """A template to render, and what to render it with."""

    template_name: TemplateName
    """The template's name."""
    template_data: Annotated[TemplateData, Field(repr=False)]
    """The variables."""


class TestRenderTemplateResponse(Shape, frozen=True):
    """A rendered template."""

    rendered_template: str = Field(repr=False)
    """The whole MIME message."""

    @override
    def __str__(self) -> str:
        return f"A rendered message of {len(self.rendered_template):,} characters"
