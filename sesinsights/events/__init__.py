"""Events and notices that Amazon SES publishes, typed, from every channel and envelope.

Read them, from wherever they come:

- `parse` takes anything: the event of a Lambda function, text, bytes or objects, however nested.
- `unwrap` and `async_unwrap` verify a request to an HTTP endpoint; `confirm_subscription` confirms
  that the endpoint wants a topic's messages. `CertificateStore` keeps certificates.
- `read` takes files, directories and buckets.
- `iter_queue` and `async_iter_queue` receive messages from a queue, and delete each once you ask
  for the next.
- `to_arrow` and `write_parquet` make tables.

The result is an `AnyEvent` or a `Notice`. Events are `Sent`, `Delivered`, `Delayed`, `Bounced`,
`Complained`, `Rejected`, `RenderingFailed`, `Opened`, `Clicked`, `SubscriptionChanged` and, for
kinds that this library does not know, `UnknownEvent`. Each is an `Event`: its `message_id` is the
one in lookups and export records, `event_id` identifies duplicates, `mail` (a `Mail`) is the
message, `via` (a `Via`) is how it arrived, and `origin` (an `Origin`) is its family of records.

Notices are messages that are not events: `TopicValidated`, `FeedbackTopicAdded`,
`SubscriptionConfirmation`, `UnsubscribeConfirmation`, `BucketNotification`, `EmptyRecord`, and
`EventBridgeNotice` with `AdvisorRecommendation` and `SendingStatusChanged`.

Errors are `EventParseError` and `SignatureError`: `UnsignedMessageError`, `ForeignTopicError`,
`UntrustedCertificateError`, `ExpiredSignatureError`, `InvalidSignatureError`; and
`CertificateUnavailableError`, after which the sender should try again.

The other names are parts of events and classes of readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.errors import (
        CertificateUnavailableError,
        EventParseError,
        ExpiredSignatureError,
        ForeignTopicError,
        InvalidSignatureError,
        SignatureError,
        UnsignedMessageError,
        UntrustedCertificateError,
    )
    from sesinsights.events.certificates import CertificateStore
    from sesinsights.events.delivery import (
        Bounced,
        BouncedRecipient,
        Delayed,
        DelayedRecipient,
        Delivered,
        Rejected,
        RenderingFailed,
        Sent,
    )
    from sesinsights.events.endpoint import async_unwrap, confirm_subscription, unwrap
    from sesinsights.events.event import Event, Origin
    from sesinsights.events.kinds import AnyEvent, UnknownEvent
    from sesinsights.events.mail import CommonHeaders, Header, Mail
    from sesinsights.events.notices import (
        AdvisorRecommendation,
        BucketNotification,
        EmptyRecord,
        EventBridgeNotice,
        FeedbackTopicAdded,
        Notice,
        SendingStatusChanged,
        SubscriptionConfirmation,
        TopicValidated,
        UnsubscribeConfirmation,
    )
    from sesinsights.events.parsing import EventReader, parse
    from sesinsights.events.path import Via
    from sesinsights.events.queues import (
        AsyncQueueReader,
        QueueReader,
        async_iter_queue,
        iter_queue,
    )
    from sesinsights.events.reactions import (
        Clicked,
        Complained,
        Opened,
        SubscriptionChanged,
        TopicPreferences,
        TopicSubscription,
    )
    from sesinsights.events.reading import read
    from sesinsights.events.tables import to_arrow, write_parquet

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "AdvisorRecommendation",
    "AnyEvent",
    "AsyncQueueReader",
    "Bounced",
    "BouncedRecipient",
    "BucketNotification",
    "CertificateStore",
    "CertificateUnavailableError",
    "Clicked",
    "CommonHeaders",
    "Complained",
    "Delayed",
    "DelayedRecipient",
    "Delivered",
    "EmptyRecord",
    "Event",
    "EventBridgeNotice",
    "EventParseError",
    "EventReader",
    "ExpiredSignatureError",
    "FeedbackTopicAdded",
    "ForeignTopicError",
    "Header",
    "InvalidSignatureError",
    "Mail",
    "Notice",
    "Opened",
    "Origin",
    "QueueReader",
    "Rejected",
    "RenderingFailed",
    "SendingStatusChanged",
    "Sent",
    "SignatureError",
    "SubscriptionChanged",
    "SubscriptionConfirmation",
    "TopicPreferences",
    "TopicSubscription",
    "TopicValidated",
    "UnknownEvent",
    "UnsignedMessageError",
    "UnsubscribeConfirmation",
    "UntrustedCertificateError",
    "Via",
    "async_iter_queue",
    "async_unwrap",
    "confirm_subscription",
    "iter_queue",
    "parse",
    "read",
    "to_arrow",
    "unwrap",
    "write_parquet",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AdvisorRecommendation": "sesinsights.events.notices",
            "AnyEvent": "sesinsights.events.kinds",
            "AsyncQueueReader": "sesinsights.events.queues",
            "Bounced": "sesinsights.events.delivery",
            "BouncedRecipient": "sesinsights.events.delivery",
            "BucketNotification": "sesinsights.events.notices",
            "CertificateStore": "sesinsights.events.certificates",
            "CertificateUnavailableError": "sesinsights.errors",
            "Clicked": "sesinsights.events.reactions",
            "CommonHeaders": "sesinsights.events.mail",
            "Complained": "sesinsights.events.reactions",
            "Delayed": "sesinsights.events.delivery",
            "DelayedRecipient": "sesinsights.events.delivery",
            "Delivered": "sesinsights.events.delivery",
            "EmptyRecord": "sesinsights.events.notices",
            "Event": "sesinsights.events.event",
            "EventBridgeNotice": "sesinsights.events.notices",
            "EventParseError": "sesinsights.errors",
            "EventReader": "sesinsights.events.parsing",
            "ExpiredSignatureError": "sesinsights.errors",
            "FeedbackTopicAdded": "sesinsights.events.notices",
            "ForeignTopicError": "sesinsights.errors",
            "Header": "sesinsights.events.mail",
            "InvalidSignatureError": "sesinsights.errors",
            "Mail": "sesinsights.events.mail",
            "Notice": "sesinsights.events.notices",
            "Opened": "sesinsights.events.reactions",
            "Origin": "sesinsights.events.event",
            "QueueReader": "sesinsights.events.queues",
            "Rejected": "sesinsights.events.delivery",
            "RenderingFailed": "sesinsights.events.delivery",
            "SendingStatusChanged": "sesinsights.events.notices",
            "Sent": "sesinsights.events.delivery",
            "SignatureError": "sesinsights.errors",
            "SubscriptionChanged": "sesinsights.events.reactions",
            "SubscriptionConfirmation": "sesinsights.events.notices",
            "TopicPreferences": "sesinsights.events.reactions",
            "TopicSubscription": "sesinsights.events.reactions",
            "TopicValidated": "sesinsights.events.notices",
            "UnknownEvent": "sesinsights.events.kinds",
            "UnsignedMessageError": "sesinsights.errors",
            "UnsubscribeConfirmation": "sesinsights.events.notices",
            "UntrustedCertificateError": "sesinsights.errors",
            "Via": "sesinsights.events.path",
            "async_iter_queue": "sesinsights.events.queues",
            "async_unwrap": "sesinsights.events.endpoint",
            "confirm_subscription": "sesinsights.events.endpoint",
            "iter_queue": "sesinsights.events.queues",
            "parse": "sesinsights.events.parsing",
            "read": "sesinsights.events.reading",
            "to_arrow": "sesinsights.events.tables",
            "unwrap": "sesinsights.events.endpoint",
            "write_parquet": "sesinsights.events.tables",
        },
    )
