# Generated from sesinsights/clients/templates.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESClassic` for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.arguments import checked_by_shape
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.flows.classic_operations import (
    CREATE_TEMPLATE,
    DELETE_TEMPLATE,
    GET_TEMPLATE,
    LIST_TEMPLATES,
    TEST_RENDER_TEMPLATE,
    UPDATE_TEMPLATE,
)
from sesinsights.models import classic as models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_ses import SESClient  # noqa: F401 - named in the base class

    from sesinsights.clients.aio.iterators import AsyncItemIterator


class AsyncTemplates(AsyncFacade["SESClient"]):
    """Templates; every call is paced at 1 per second."""

    _service = "ses"

    async def create_template(
        self, *, template: models.Template | models.TemplateDict
    ) -> models.CreateTemplateResponse:
        """Create a template.

        Mirrors
        [CreateTemplate](https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateTemplate.html).

        Args:
            template: The template.

        Raises:
            AlreadyExistsError: A template of this name already exists.
            InvalidTemplateError: The template cannot be parsed.
            LimitExceededError: The account has reached its maximum number of templates.
        """
        return await self._call(
            CREATE_TEMPLATE, models.CreateTemplateRequest(**checked_by_shape(template=template))
        )

    async def update_template(
        self, *, template: models.Template | models.TemplateDict
    ) -> models.UpdateTemplateResponse:
        """Replace the template of this name; parts that are left out are removed.

        Mirrors
        [UpdateTemplate](https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateTemplate.html).

        Args:
            template: The whole template.

        Raises:
            TemplateDoesNotExistError: No template of this name exists.
            InvalidTemplateError: The template cannot be parsed.
        """
        return await self._call(
            UPDATE_TEMPLATE, models.UpdateTemplateRequest(**checked_by_shape(template=template))
        )

    async def get_template(self, template_name: str) -> models.GetTemplateResponse:
        """Get a template.

        Mirrors
        [GetTemplate](https://docs.aws.amazon.com/ses/latest/APIReference/API_GetTemplate.html).

        Args:
            template_name: The template's name.

        Raises:
            TemplateDoesNotExistError: No template of this name exists.
        """
        return await self._call(
            GET_TEMPLATE, models.GetTemplateRequest(template_name=template_name)
        )

    async def list_templates(
        self, *, next_token: str | None = None, max_items: int | None = None
    ) -> models.ListTemplatesResponse:
        """Get one page of templates; `iter_templates` iterates over all.

        Mirrors
        [ListTemplates](https://docs.aws.amazon.com/ses/latest/APIReference/API_ListTemplates.html).

        Args:
            next_token: The token of the page to get; by default, the first page.
            max_items: The maximum number of templates on the page, 1 to 100; 10 by default.
        """
        return await self._call(
            LIST_TEMPLATES, models.ListTemplatesRequest(next_token=next_token, max_items=max_items)
        )

    def iter_templates(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> AsyncItemIterator[models.TemplateMetadata, models.ListTemplatesResponse]:
        """Iterate over all templates, however many pages that takes.

        Mirrors
        [ListTemplates](https://docs.aws.amazon.com/ses/latest/APIReference/API_ListTemplates.html).

        Args:
            page_size: The maximum number of templates on a page, 1 to 100; 10 by default.
            max_items: The maximum number of templates to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListTemplatesRequest(max_items=page_size)
        return self._iterate(
            LIST_TEMPLATES, request, starting_token=starting_token, max_items=max_items
        )

    async def delete_template(self, template_name: str) -> models.DeleteTemplateResponse:
        """Delete a template; it is not an error if the template does not exist.

        Mirrors
        [DeleteTemplate](https://docs.aws.amazon.com/ses/latest/APIReference/API_DeleteTemplate.html).

        Args:
            template_name: The template's name.
        """
        return await self._call(
            DELETE_TEMPLATE, models.DeleteTemplateRequest(template_name=template_name)
        )

    async def test_render_template(
        self, *, template_name: str, template_data: Mapping[str, Any] | str
    ) -> models.TestRenderTemplateResponse:
        """Render a template without sending it.

        Mirrors
        [TestRenderTemplate](https://docs.aws.amazon.com/ses/latest/APIReference/API_TestRenderTemplate.html).

        Args:
            template_name: The template's name.
            template_data: The variables, as a mapping or the text of a JSON object.

        Raises:
            TemplateDoesNotExistError: No template of this name exists.
            MissingRenderingAttributeError: The template has a variable that the data lacks.
            InvalidRenderingParameterError: A variable cannot be used in the template.
        """
        return await self._call(
            TEST_RENDER_TEMPLATE,
            models.TestRenderTemplateRequest(
                template_name=template_name, template_data=template_data
            ),
        )

    async def render_check(
        self, template_name: str, data: Mapping[str, Any] | str
    ) -> models.TestRenderTemplateResponse:
        """Check that a template renders: mail that lacks a variable is accepted but not delivered.

        Args:
            template_name: The template's name.
            data: The variables, as a mapping or the text of a JSON object.

        Returns:
            The rendered template.

        Raises:
            MissingRenderingAttributeError: A variable is missing; `attribute` is its name.
            InvalidRenderingParameterError: A variable cannot be used in the template.
            TemplateDoesNotExistError: No template of this name exists.
        """
        return await self.test_render_template(template_name=template_name, template_data=data)
