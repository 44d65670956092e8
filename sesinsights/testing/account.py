"""The contents of an emulated account, and the methods with which a test adds to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.testing.account_jobs import AccountJobs
from sesinsights.testing.clock import in_utc
from sesinsights.testing.messages import Message
from sesinsights.testing.metrics import UNKNOWN_ISP
from sesinsights.testing.publishing import deliver_all
from sesinsights.testing.suppression import SuppressedEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sesinsights.testing.messages import MessageEvent
    from sesinsights.testing.publishing import EventDestination
    from sesinsights.testing.state import State


_SENT_AGO = timedelta(minutes=1)


class Account(AccountJobs):
    """Messages, jobs, suppressed addresses and configuration sets; threads may add to them.

    Args:
        state: What the emulator holds.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def now(self) -> datetime:
        """Return the current date and time of the emulator's clock."""
        return self._state.clock.now()

    def add_message(
        self,
        *,
        message_id: str | None = None,
        from_email_address: str = "sender@example.com",
        destination: str = "recipient@example.com",
        subject: str | None = "Hello",
        isp: str | None = UNKNOWN_ISP,
        sent_at: datetime | None = None,
        email_tags: Mapping[str, str] | None = None,
        configuration_set: str | None = None,
        tenant_name: str | None = None,
        events: Sequence[MessageEvent | str] = ("SEND", "DELIVERY"),
    ) -> str:
        """Add a message that was sent to one recipient.

        If the recipient is on a suppression list, the message is held back: SEND is followed only
        by the event that the service reports in that case. This does not apply if `sent_at` is
        before the address was put on the list.

        Args:
            message_id: The message's id; by default, a new one.
            from_email_address: The sender; in metrics, its domain is the identity.
            destination: The recipient.
            subject: The subject; responses omit it if None.
            isp: The recipient's mailbox provider; responses omit it if None.
            sent_at: When it was sent, timezone-aware; by default, a minute ago.
            email_tags: The message's tags, by name.
            configuration_set: The configuration set; metrics can be limited to it.
            tenant_name: The tenant; filters and metrics can be limited to it.
            events: What happened to the message, as names such as `DELIVERY` or
                `PERMANENT_BOUNCE`, or as `MessageEvent`. Without times, the first happens at
                `sent_at` and each of the others a second after the one before it.

        Returns:
            The message's id.

        Raises:
            TypeError: `events` is a single string.
            ValueError: The id is taken, an event type does not exist, or a time has no time zone.
        """
        if isinstance(events, str):
            raise TypeError(f"events must be a list of names, such as [{events!r}], not one string")
        state = self._state
        with state.lock:
            now = state.clock.now()
            is_sent_now = sent_at is None
            sent_at = in_utc("sent_at", sent_at) if sent_at else now - _SENT_AGO
            message = Message(
                message_id=message_id or f"0100{state.options.new_id()}-000000",
                from_email_address=from_email_address,
                destination=destination,
                subject=subject,
                isp=isp,
                sent_at=sent_at,
                email_tags=dict(email_tags or {}),
                configuration_set=configuration_set,
                tenant_name=tenant_name,
            )
            state.settle(now)
            listed_by = now if is_sent_now else sent_at
            state.outgoing_mail.add(message, events, now, listed_by)
            published = state.publisher.take()
        deliver_all(published)
        return message.message_id

    def add_event(self, message_id: str, event: MessageEvent | str) -> None:
        """Add an event to a message that was added before.

        Args:
            message_id: The message's id.
            event: The event; without a time, it happens one second after the event before it.

        Raises:
            KeyError: The message does not exist.
            ValueError: The event type does not exist, or its time has no time zone.
        """
        state = self._state
        with state.lock:
            now = state.clock.now()
            state.outgoing_mail.add_event(message_id, event, now)
            published = state.publisher.take()
        deliver_all(published)

    def publish_to(
        self,
        destination: EventDestination,
        *,
        configuration_set: str | None = None,
        event_types: Collection[str] | None = None,
        arn: str | None = None,
    ) -> None:
        """Publish the events of messages from now on.

        Events are delivered while `add_message` or `add_event` runs, or before a send returns,
        in the order in which they were added, regardless of their times. Events for an event bus
        are wrapped in EventBridge's envelope.

        Args:
            destination: An `EventList`, a `SignedEndpoint`, `FirehoseFiles`, or any other object
                with a `deliver` method like theirs.
            configuration_set: Only events of messages with this configuration set; by default, of
                all messages.
            event_types: Only events of these types, such as `BOUNCE`; by default, of all types.
            arn: Only events that an enabled event destination of a configuration set sends to this
                topic, Firehose stream or event bus; by default, all events.

        Raises:
            ValueError: The event type does not exist.
        """
        state = self._state
        known = state.protocol.enum_values("EventType")
        types = None if event_types is None else frozenset(event_types)
        if types is not None and not types <= known:
            message = f"event_types can contain only {', '.join(sorted(known))}"
            raise ValueError(message)
        with state.lock:
            state.publisher.add(destination, configuration_set, types, arn)

    def add_suppressed_destination(
        self,
        email_address: str,
        *,
        reason: str = "BOUNCE",
        tenant_name: str | None = None,
        message_id: str | None = None,
        feedback_id: str | None = None,
        last_update_time: datetime | None = None,
    ) -> None:
        """Put an address on the suppression list of the account or of a tenant.

        Args:
            email_address: The address.
            reason: `BOUNCE` or `COMPLAINT`.
            tenant_name: The tenant whose list it is; by default, it is the account's list.
            message_id: The id of the message that put it there.
            feedback_id: The id of the bounce or complaint that put it there.
            last_update_time: When it was put there, timezone-aware; by default, now.

        Raises:
            ValueError: The reason does not exist, or the time has no time zone.
        """
        state = self._state
        known = state.protocol.enum_values("SuppressionListReason")
        if reason not in known:
            message = f"reason must be one of {', '.join(sorted(known))}"
            raise ValueError(message)
        with state.lock:
            state.settle(state.clock.now())
            at = last_update_time
            state.suppression_list.put(
                SuppressedEntry(
                    email_address=email_address,
                    reason=reason,
                    updated_at=in_utc("last_update_time", at) if at else state.clock.now(),
                    tenant_name=tenant_name,
                    message_id=message_id,
                    feedback_id=feedback_id,
                )
            )

    def add_configuration_set(
        self, name: str, event_destinations: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Add a configuration set; one of the same name is replaced.

        Args:
            name: The configuration set's name.
            event_destinations: The event destinations, in the form of the service's responses.

        Raises:
            ValueError: The service would not accept an event destination.
        """
        checked = [
            self._state.protocol.check_seed("EventDestination", destination)
            for destination in event_destinations
        ]
        with self._state.lock:
            self._state.configuration_sets.add(name, checked)

    def add_recommendation(self, recommendation: Mapping[str, Any]) -> None:
        """Add a recommendation.

        Args:
            recommendation: The recommendation in the form of the service's responses, such as
                `{"Type": "DKIM", "Status": "OPEN", "ResourceArn": "arn:…"}`.

        Raises:
            ValueError: The recommendation does not have that form.
        """
        checked = self._state.protocol.check_seed("Recommendation", recommendation)
        with self._state.lock:
            self._state.reputation.add_recommendation(checked)

    def add_reputation_entity(self, reputation_entity_reference: str, **members: object) -> None:
        """Add a reputation entity; one of the same reference is replaced.

        Args:
            reputation_entity_reference: The entity's ARN.
            members: The entity's other members, in the form of the service's responses, such as
                `SendingStatusAggregate="DISABLED"`.

        Raises:
            ValueError: A member does not have that form.
        """
        entity = {
            "ReputationEntityReference": reputation_entity_reference,
            "ReputationEntityType": "RESOURCE",
            "SendingStatusAggregate": "ENABLED",
            **members,
        }
        checked = self._state.protocol.check_seed("ReputationEntity", entity)
        with self._state.lock:
            self._state.reputation.add_entity(checked)
