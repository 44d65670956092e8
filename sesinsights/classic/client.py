"""The client of SES API v1 for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.arguments import unless_empty
from sesinsights.classic.sending import in_calls, send, send_call_of_many, send_in_bulk
from sesinsights.classic.templates import TemplateOperations
from sesinsights.models import classic as models
from sesinsights.operations import (
    CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
    DESCRIBE_CONFIGURATION_SET,
    GET_SEND_QUOTA,
    UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sesinsights.classic.results import BulkSendResult

__all__ = ["SESClassic"]


class SESClassic(TemplateOperations):
    """Amazon SES v1's templates, templated sending and event destinations: typed, paced, retried.

    Made, shared and closed as `SESInsights` is.

    Operations on templates and configuration sets are paced at 1 call a second. Sends are paced by
    the account's own rate, in recipients a second: it is read with GetSendQuota before the first
    send and every quarter of an hour, unless `paces` gives one. A send is repeated only when it was
    throttled or certainly never arrived.

    Every method may raise `pydantic.ValidationError` for bad input before anything is sent,
    `ThrottledError`, `AccessDeniedError` or another `ServiceError` when the service refuses,
    `TransportError` when no answer comes back, and `ResponseValidationError` when an answer cannot
    be read. The methods name only what is particular to them.
    """

    def send_templated_email(
        self,
        *,
        source: str,
        destination: models.Destination,
        template: str,
        template_data: Mapping[str, Any] | str,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        source_arn: str | None = None,
        return_path_arn: str | None = None,
        tags: Sequence[models.MessageTag] = (),
        configuration_set_name: str | None = None,
        template_arn: str | None = None,
        check: bool = False,
    ) -> models.SendTemplatedEmailResponse:
        """Send a message from a template.

        Mirrors `SendTemplatedEmail
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_SendTemplatedEmail.html>`_.

        Args:
            source: The sender's address.
            destination: Who gets the message: 1 to 50 recipients in all.
            template: The template's name.
            template_data: The variables, as a mapping or the text of a JSON object.
            reply_to_addresses: Where replies go.
            return_path: Where bounces and complaints go.
            source_arn: The identity whose policy lets you send as `source`.
            return_path_arn: The identity whose policy lets you use `return_path`.
            tags: The tags of the message.
            configuration_set_name: The configuration set to send with.
            template_arn: The template's ARN.
            check: Whether to render the template first, as `render_check` does: without it, a
                message that lacks a variable is accepted and never arrives. TestRenderTemplate
                allows 1 call a second. It renders your own template of this name, also when
                `template_arn` is another's.

        Raises:
            MessageRejectedError: The message is refused, as from an address not verified.
            MissingRenderingAttributeError: A variable is missing, and `check` is set.
            TemplateDoesNotExistError: There is no template of this name.
            DailyQuotaExceededError: The account has sent all that it may in 24 hours.
            TransportError: No answer came back. When its `operation` is this one,
                `maybe_delivered` tells whether it may be sent; else it was not.
        """
        request = models.SendTemplatedEmailRequest(
            source=source,
            destination=destination,
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
        destinations: Sequence[models.BulkEmailDestination],
        source_arn: str | None = None,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        return_path_arn: str | None = None,
        configuration_set_name: str | None = None,
        default_tags: Sequence[models.MessageTag] = (),
        template_arn: str | None = None,
        check: bool = False,
    ) -> models.SendBulkTemplatedEmailResponse:
        """Send up to 50 messages from a template in one call; `send_bulk` sends any number.

        Mirrors `SendBulkTemplatedEmail
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_SendBulkTemplatedEmail.html>`_.

        Args:
            source: The sender's address.
            template: The template's name.
            default_template_data: The variables of every message. A destination's own are laid over
                them, object by object; a list is replaced whole.
            destinations: Who gets a message each, 1 to 50, and what differs in it.
            source_arn: The identity whose policy lets you send as `source`.
            reply_to_addresses: Where replies go.
            return_path: Where bounces and complaints go.
            return_path_arn: The identity whose policy lets you use `return_path`.
            configuration_set_name: The configuration set to send with.
            default_tags: The tags of every message.
            template_arn: The template's ARN.
            check: Whether to render the template first, once for each set of variables and of
                which are null or empty, at 1 a second. It renders your own template of this name,
                also when `template_arn` is another's.

        Raises:
            MissingRenderingAttributeError: A variable is missing, and `check` is set.
            TransportError: No answer came back. When its `operation` is this one,
                `maybe_delivered` tells whether it may be sent; else it was not.
        """
        request = models.SendBulkTemplatedEmailRequest(
            source=source,
            template=template,
            default_template_data=default_template_data,
            destinations=destinations,
            source_arn=source_arn,
            return_path=return_path,
            return_path_arn=return_path_arn,
            configuration_set_name=configuration_set_name,
            template_arn=template_arn,
            **unless_empty(reply_to_addresses=reply_to_addresses, default_tags=default_tags),
        )
        return self._driver.run(send_call_of_many(self._pipeline, request, check=check))

    def send_bulk(
        self,
        *,
        source: str,
        template: str,
        default_template_data: Mapping[str, Any] | str,
        destinations: Iterable[models.BulkEmailDestination],
        source_arn: str | None = None,
        reply_to_addresses: Sequence[str] = (),
        return_path: str | None = None,
        return_path_arn: str | None = None,
        configuration_set_name: str | None = None,
        default_tags: Sequence[models.MessageTag] = (),
        template_arn: str | None = None,
        check: bool = False,
        on_result: Callable[[BulkSendResult], object] | None = None,
    ) -> list[BulkSendResult]:
        """Send any number of messages from a template, in as many calls as that takes.

        A call has up to 50 destinations, and up to 50 recipients over all of them. All calls are
        made ready before the first is sent, so bad input sends nothing. Nothing is sent twice. Only
        the first call is bound by `max_wait`: the others wait for those before them.

        A call that fails takes only its own destinations along. The sending ends with what would
        meet every call, such as bad credentials, no such template, paused sending or a quota that
        is used up, and after three calls in a row without an answer: what was accepted before is in
        the results, and the rest carries the reason. A program that is interrupted, or a task that
        is cancelled, gets no results; `on_result` has told it what was known.

        Args:
            source: The sender's address.
            template: The template's name.
            default_template_data: The variables of every message. A destination's own are laid over
                them, object by object; a list is replaced whole.
            destinations: Who gets a message each, and what differs in it.
            source_arn: The identity whose policy lets you send as `source`.
            reply_to_addresses: Where replies go.
            return_path: Where bounces and complaints go.
            return_path_arn: The identity whose policy lets you use `return_path`.
            configuration_set_name: The configuration set to send with.
            default_tags: The tags of every message.
            template_arn: The template's ARN.
            check: Whether to render the template first, once for each set of variables and of
                which are null or empty, at 1 a second. It renders your own template of this name,
                also when `template_arn` is another's.
            on_result: Called with each result, in order, as soon as its call is answered. When the
                sending is interrupted, up to 50 destinations after the last result may have been
                accepted too: their call was under way. What it raises ends the sending.

        Returns:
            A result for each destination, in the same order. Those whose `may_be_accepted` is False
            are safe to send again.

        Raises:
            MissingRenderingAttributeError: A variable is missing, and `check` is set; nothing was
                sent.
        """
        requests = [
            models.SendBulkTemplatedEmailRequest(
                source=source,
                template=template,
                default_template_data=default_template_data,
                destinations=part,
                source_arn=source_arn,
                return_path=return_path,
                return_path_arn=return_path_arn,
                configuration_set_name=configuration_set_name,
                template_arn=template_arn,
                **unless_empty(reply_to_addresses=reply_to_addresses, default_tags=default_tags),
            )
            for part in in_calls(destinations)
        ]
        return self._driver.run(
            send_in_bulk(self._pipeline, requests, check=check, on_result=on_result)
        )

    def create_configuration_set_event_destination(
        self, *, configuration_set_name: str, event_destination: models.EventDestination
    ) -> models.CreateConfigurationSetEventDestinationResponse:
        """Add an event destination to a configuration set.

        Mirrors `CreateConfigurationSetEventDestination
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateConfigurationSetEventDestination.html>`_.

        Args:
            configuration_set_name: The configuration set's name.
            event_destination: The event destination, of exactly one kind.

        Raises:
            ConfigurationSetDoesNotExistError: There is no configuration set of this name.
            EventDestinationAlreadyExistsError: It has an event destination of this name.
            InvalidCloudWatchDestinationError: The CloudWatch destination is not valid.
            InvalidFirehoseDestinationError: The Firehose destination is not valid.
            InvalidSNSDestinationError: The SNS destination is not valid.
            LimitExceededError: It has 10 event destinations.
        """
        return self._call(
            CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.CreateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name, event_destination=event_destination
            ),
        )

    def update_configuration_set_event_destination(
        self, *, configuration_set_name: str, event_destination: models.EventDestination
    ) -> models.UpdateConfigurationSetEventDestinationResponse:
        """Put an event destination in place of the one of its name; what is left out is gone.

        Mirrors `UpdateConfigurationSetEventDestination
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateConfigurationSetEventDestination.html>`_.

        Args:
            configuration_set_name: The configuration set's name.
            event_destination: The whole event destination, of exactly one kind.

        Raises:
            ConfigurationSetDoesNotExistError: There is no configuration set of this name.
            EventDestinationDoesNotExistError: It has no event destination of this name.
            InvalidCloudWatchDestinationError: The CloudWatch destination is not valid.
            InvalidFirehoseDestinationError: The Firehose destination is not valid.
            InvalidSNSDestinationError: The SNS destination is not valid.
        """
        return self._call(
            UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.UpdateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name, event_destination=event_destination
            ),
        )

    def describe_configuration_set(
        self,
        configuration_set_name: str,
        *,
        configuration_set_attribute_names: Sequence[models.ConfigurationSetAttribute | str] = (),
    ) -> models.DescribeConfigurationSetResponse:
        """Describe a configuration set, and of it what is asked for.

        Mirrors `DescribeConfigurationSet
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeConfigurationSet.html>`_.

        Args:
            configuration_set_name: The configuration set's name.
            configuration_set_attribute_names: What to describe besides the name, such as
                `ConfigurationSetAttribute.EVENT_DESTINATIONS`.

        Raises:
            ConfigurationSetDoesNotExistError: There is no configuration set of this name.
        """
        return self._call(
            DESCRIBE_CONFIGURATION_SET,
            models.DescribeConfigurationSetRequest(
                configuration_set_name=configuration_set_name,
                **unless_empty(configuration_set_attribute_names=configuration_set_attribute_names),
            ),
        )

    def get_send_quota(self) -> models.GetSendQuotaResponse:
        """Get how much the account may send in 24 hours and in a second, and what it has sent.

        Mirrors `GetSendQuota
        <https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html>`_.
        """
        return self._call(GET_SEND_QUOTA, models.GetSendQuotaRequest())
