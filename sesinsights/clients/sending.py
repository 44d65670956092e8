"""The methods of `SESClassic` that send mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.arguments import checked_by_shape, unless_empty
from sesinsights.clients.facade import Facade
from sesinsights.flows.classic_operations import GET_SEND_QUOTA
from sesinsights.models import classic as models
from sesinsights.sending.bulk import requests_for, send, send_bulk_call, send_in_bulk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from types_boto3_ses import SESClient  # noqa: F401 - named in the base class

    from sesinsights.sending.results import BulkSendResult


class Sending(Facade["SESClient"]):
    """Sends from templates, at the account's own rate."""

    _service = "ses"

    def send_templated_email(
        self,
        *,
        source: str,
        destination: models.Destination | models.DestinationDict,
        template: str,
        template_data: Mapping[str, Any] | str,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        source_arn: str | None = None,
        return_path_arn: str | None = None,
        tags: Sequence[models.MessageTag | models.MessageTagDict] = (),
        configuration_set_name: str | None = None,
        template_arn: str | None = None,
        check: bool = False,
    ) -> models.SendTemplatedEmailResponse:
        """Send a message from a template.

        Mirrors
        [SendTemplatedEmail](https://docs.aws.amazon.com/ses/latest/APIReference/API_SendTemplatedEmail.html).

        Args:
            source: The sender's address.
            destination: The recipients, 1 to 50 in all.
            template: The template's name.
            template_data: The variables, as a mapping or the text of a JSON object.
            reply_to_addresses: The addresses that replies go to.
            return_path: The address that bounces and complaints go to.
            source_arn: The ARN of the identity whose policy lets you send as `source`.
            return_path_arn: The ARN of the identity whose policy lets you use `return_path`.
            tags: The tags of the message.
            configuration_set_name: The configuration set to send with.
            template_arn: The template's ARN.
            check: Whether to render the template first, as `render_check` does: without it, a
                message that lacks a variable is accepted and never delivered. TestRenderTemplate
                allows 1 call per second. It renders your own template of this name, even if
                `template_arn` names another account's.

        Raises:
            MessageRejectedError: The message was rejected, for example for an unverified sender.
            MissingRenderingAttributeError: A variable is missing, and `check` is set.
            TemplateDoesNotExistError: No template of this name exists.
            DailyQuotaExceededError: The account's 24-hour sending quota is used up.
            TransportError: No response came back. When its `operation` is this one,
                `maybe_delivered` says whether mail may have been sent; otherwise none was.
        """
        request = models.SendTemplatedEmailRequest(
            source=source,
            **checked_by_shape(destination=destination),
            template=template,
            template_data=template_data,
            return_path=return_path,
            source_arn=source_arn,
            return_path_arn=return_path_arn,
            configuration_set_name=configuration_set_name,
            template_arn=template_arn,
            **unless_empty(reply_to_addresses=reply_to_addresses, tags=tags),
        )
        return self._driver.run(send(self._pipeline, request, check=check))

    def send_bulk_templated_email(
        self,
        *,
        source: str,
        template: str,
        default_template_data: Mapping[str, Any] | str,
        destinations: Sequence[models.BulkEmailDestination | models.BulkEmailDestinationDict],
        source_arn: str | None = None,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        return_path_arn: str | None = None,
        configuration_set_name: str | None = None,
        default_tags: Sequence[models.MessageTag | models.MessageTagDict] = (),
        template_arn: str | None = None,
        check: bool = False,
    ) -> models.SendBulkTemplatedEmailResponse:
        """Send up to 50 messages from a template in one call; `send_bulk` sends any number.

        Mirrors
        [SendBulkTemplatedEmail](https://docs.aws.amazon.com/ses/latest/APIReference/API_SendBulkTemplatedEmail.html).

        Args:
            source: The sender's address.
            template: The template's name.
            default_template_data: The variables of every message.
            destinations: The 1 to 50 destinations, each with its own recipients and data.
            source_arn: The ARN of the identity whose policy lets you send as `source`.
            reply_to_addresses: The addresses that replies go to.
            return_path: The address that bounces and complaints go to.
            return_path_arn: The ARN of the identity whose policy lets you use `return_path`.
            configuration_set_name: The configuration set to send with.
            default_tags: The tags of every message.
            template_arn: The template's ARN.
            check: Whether to render the template first, at 1 call per second: once for each
                combination of which variables are present and which are null or empty. It renders
                your own template of this name, even if `template_arn` names another account's.

        Raises:
            MissingRenderingAttributeError: A variable is missing, and `check` is set.
            TransportError: No response came back. When its `operation` is this one,
                `maybe_delivered` says whether mail may have been sent; otherwise none was.
        """
        request = models.SendBulkTemplatedEmailRequest(
            source=source,
            template=template,
            default_template_data=default_template_data,
            **checked_by_shape(destinations=destinations),
            source_arn=source_arn,
            return_path=return_path,
            return_path_arn=return_path_arn,
            configuration_set_name=configuration_set_name,
            template_arn=template_arn,
            **unless_empty(reply_to_addresses=reply_to_addresses, default_tags=default_tags),
        )
        return self._driver.run(send_bulk_call(self._pipeline, request, check=check))

    def send_bulk(
        self,
        *,
        source: str,
        template: str,
        default_template_data: Mapping[str, Any] | str,
        destinations: Iterable[models.BulkEmailDestination | models.BulkEmailDestinationDict],
        source_arn: str | None = None,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        return_path_arn: str | None = None,
        configuration_set_name: str | None = None,
        default_tags: Sequence[models.MessageTag | models.MessageTagDict] = (),
        template_arn: str | None = None,
        check: bool = False,
        on_result: Callable[[BulkSendResult], object] | None = None,
    ) -> list[BulkSendResult]:
        """Send any number of messages from a template, in as many calls as needed.

        A call has up to 50 destinations, and up to 50 recipients over all of them. All calls are
        prepared before the first is sent, so bad input sends nothing. Nothing is sent twice. Only
        the first call is bound by `max_wait`: the others wait for those before them.

        A failed call affects only its own destinations. Sending stops at an error that every call
        would get, such as bad credentials, a missing template, paused sending or a used-up quota,
        and after three calls in a row that were throttled, failed at the service, or got no
        readable response. The results then show which messages were accepted before, and why the
        rest were not. An interrupted program or a cancelled task gets no results, but `on_result`
        has been called with those known by then.

        Args:
            source: The sender's address.
            template: The template's name.
            default_template_data: The variables of every message.
            destinations: The destinations, each with its own recipients and data.
            source_arn: The ARN of the identity whose policy lets you send as `source`.
            reply_to_addresses: The addresses that replies go to.
            return_path: The address that bounces and complaints go to.
            return_path_arn: The ARN of the identity whose policy lets you use `return_path`.
            configuration_set_name: The configuration set to send with.
            default_tags: The tags of every message.
            template_arn: The template's ARN.
            check: Whether to render the template first, at 1 call per second: once for each
                combination of which variables are present and which are null or empty. It renders
                your own template of this name, even if `template_arn` names another account's.
            on_result: Called with each result, in order, as soon as its call has ended. When
                sending is interrupted, up to 50 destinations after the last result may have been
                accepted too: their call was in flight. An error that it raises ends the sending.

        Returns:
            A result for each destination, in the same order. Those whose `may_be_accepted` is False
            are safe to send again.

        Raises:
            MissingRenderingAttributeError: A variable is missing, and `check` is set; nothing was
                sent.
        """
        requests = requests_for(
            destinations,
            source=source,
            template=template,
            default_template_data=default_template_data,
            source_arn=source_arn,
            return_path=return_path,
            return_path_arn=return_path_arn,
            configuration_set_name=configuration_set_name,
            template_arn=template_arn,
            **unless_empty(reply_to_addresses=reply_to_addresses, default_tags=default_tags),
        )
        return self._driver.run(
            send_in_bulk(self._pipeline, requests, check=check, on_result=on_result)
        )

    def get_send_quota(self) -> models.GetSendQuotaResponse:
        """Get the account's sending quota per 24 hours and per second, and the messages sent.

        Mirrors
        [GetSendQuota](https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html).
        """
        return self._call(GET_SEND_QUOTA, models.GetSendQuotaRequest())
