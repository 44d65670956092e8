"""What the enhanced status codes of mail servers mean.

The codes are those of RFC 3463 and what was added to its registry.
"""

from __future__ import annotations

import re

_STATUS_CODE = re.compile(r"(?<![\w.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_STATUS_CLASSES = {"4": "temporary", "5": "permanent"}
_STATUS_SUBJECTS = {
    "0": "the server gave no reason",
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "something is wrong with the receiving mail system",
    "4": "something is wrong with the network or with mail routing",
    "5": "the servers did not understand each other",
    "6": "something is wrong with the content or its format",
    "7": "it was refused for reasons of security or policy",
}
_STATUS_DETAILS = {
    "1.1": "the mailbox does not exist",
    "1.2": "the domain does not exist or accepts no mail",
    "1.3": "the address is not well-formed",
    "1.4": "the address fits more than one recipient",
    "1.6": "the mailbox has moved, and its new address is unknown",
    "1.7": "the sender's address is not well-formed",
    "1.8": "the sender's domain does not exist or accepts no mail",
    "1.10": "the domain declares that it accepts no mail at all (null MX)",
    "2.1": "the mailbox is disabled",
    "2.2": "the mailbox is full",
    "2.3": "the message is larger than this mailbox may receive",
    "2.4": "the mailing list behind the address could not be expanded",
    "3.1": "the receiving mail system is full",
    "3.2": "the receiving mail system accepts no mail at the moment",
    "3.3": "the receiving mail system lacks a feature that the message needs",
    "3.4": "the message is larger than the receiving mail system allows",
    "3.5": "the receiving mail system is not set up correctly",
    "4.1": "the receiving server did not answer",
    "4.2": "the connection to the receiving server broke",
    "4.3": "a directory, such as DNS, could not be queried",
    "4.4": "no route to the receiving domain was found; its DNS may be wrong",
    "4.5": "the receiving mail system is overloaded",
    "4.6": "the message looped between servers",
    "4.7": "it could not be delivered in the allowed time",
    "5.1": "the server did not allow this command now",
    "5.2": "the server did not understand a command",
    "5.3": "the message has too many recipients",
    "5.4": "a command had an argument that the server does not accept",
    "6.1": "the receiving server does not accept this type of content",
    "6.3": "the content would have to be converted, and that is not possible",
    "6.7": "the receiving server accepts only ASCII addresses",
    "7.0": "it was refused for reasons of security or policy",
    "7.1": "the receiving server refuses this sender or message; often a block list or a policy",
    "7.2": "the sender is not allowed to post to this mailing list",
    "7.5": "a cryptographic check, such as TLS, failed",
    "7.7": "the message was changed in transit",
    "7.8": "the user name or the password was not accepted",
    "7.9": "this way of logging in is too weak for the server",
    "7.13": "the account is disabled",
    "7.20": "no DKIM signature of the message passes",
    "7.21": "no DKIM signature is one that the server accepts",
    "7.22": "no DKIM signature is of the domain in the From header",
    "7.23": "SPF does not allow the sending server",
    "7.24": "the SPF record of the sender's domain could not be evaluated",
    "7.25": "the sending server's address has no valid name in reverse DNS",
    "7.26": "the message is not authenticated: several of SPF, DKIM and DMARC failed",
    "7.27": "the sender's domain accepts no mail (null MX), so the server accepts none from it",
    "7.28": "too much mail of this kind arrived in a short time",
    "7.29": "the signatures of the servers on the way (ARC) are not valid",
    "7.30": "TLS was required all the way, but is not available",
}


def explain_status(diagnostic: str) -> str | None:
    """Return what the first enhanced status code in a server's words means, if there is one.

    An unknown detail code has the meaning of its subject code, as RFC 3463 says.
    """
    for code in _STATUS_CODE.finditer(diagnostic):
        kind, subject, detail = code.groups()
        meaning = _STATUS_DETAILS.get(f"{subject}.{detail}") or _STATUS_SUBJECTS.get(subject)
        if meaning:
            return f"{code[0]}, {_STATUS_CLASSES[kind]}: {meaning}"
    return None
