"""The mail that an event is about, as Amazon SES describes it."""

from __future__ import annotations

from sesinsights.events.views import (
    Member,
    View,
    flag,
    moment,
    named_texts,
    text,
    texts,
    view_of,
    views_of,
)


class Header(View):
    """A header of a message."""

    __slots__ = ()
    _shown = ("name",)

    name = Member("name", text)
    """The header's name."""
    value = Member("value", text)
    """The header's value, with folding and encoded words as they were sent."""


class CommonHeaders(View):
    """The most used headers, decoded."""

    __slots__ = ()
    _shown = ("message_id", "date")

    from_ = Member("from", texts)
    """The authors of the message."""
    to = Member("to", texts)
    """The recipients in To; one entry may contain several addresses, joined by commas."""
    cc = Member("cc", texts)
    """The recipients in Cc."""
    bcc = Member("bcc", texts)
    """The recipients in Bcc."""
    reply_to = Member("replyTo", texts)
    """The addresses that replies go to."""
    sender = Member("sender", text)
    """The address that sent the message on behalf of its authors."""
    return_path = Member("returnPath", text)
    """The address that bounces go to."""
    date = Member("date", text)
    """The Date header, as it was sent."""
    message_id = Member("messageId", text)
    """The id of Amazon SES in event publishing, the sender's own in identity feedback."""
    subject = Member("subject", text)
    """The subject; None for some mail that was sent from a template."""


class Mail(View):
    """The message that an event is about; the same in all its events."""

    __slots__ = ()
    _shown = ("message_id", "timestamp")

    timestamp = Member("timestamp", moment)
    """When Amazon SES accepted the message, in UTC."""
    message_id = Member("messageId", text)
    """The id that sending returned."""
    source = Member("source", text)
    """The sender: an address, or a name and an address."""
    source_arn = Member("sourceArn", text)
    """The ARN of the identity that the message was sent with."""
    sending_account_id = Member("sendingAccountId", text)
    """The account that sent the message; with sending authorization, not the identity's owner."""
    destination = Member("destination", texts)
    """All recipients of the message, not only those an event is about."""
    headers_truncated = Member("headersTruncated", flag)
    """Whether the headers were truncated because they exceed 10 KB."""
    headers = Member("headers", views_of(Header))
    """The headers, in their order; none for rendering failures and delays."""
    common_headers = Member("commonHeaders", view_of(CommonHeaders))
    """The most used headers, decoded; None if the service sent no headers."""
    tags = Member("tags", named_texts)
    """Your tags and those of Amazon SES, which begin with `ses:`; a tag may have several values."""
    source_ip = Member("sourceIp", text)
    """The IP address of the client that sent the message; identity feedback only."""
    caller_identity = Member("callerIdentity", text)
    """The IAM identity that sent the message; identity feedback only."""
