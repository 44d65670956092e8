"""Whose quota a client uses, as far as its credentials reveal it."""

from __future__ import annotations

from typing import Any

_OF_NO_PROFILE = frozenset({None, "explicit", "env", "iam-role", "container-role"})
"""botocore's names for ways to find credentials that do not involve a profile."""


def quota_owner(credentials: Any, profile_name: str | None) -> str | None:
    """Return a name of the owner of the quota that a client uses.

    The quota is the account's. Access keys do not distinguish accounts: every client that assumes a
    role has keys of its own. When in doubt, clients share: waiting too long only costs time, but
    calling too often makes calls fail.

    Args:
        credentials: The credentials of a botocore client; None if it does not sign.
        profile_name: The profile of the client's session, if known.

    Returns:
        The account, else the profile that names the credentials or a role, else None, which all
        other credentials of the process share.
    """
    if credentials is None:
        return None
    account = getattr(credentials.get_frozen_credentials(), "account_id", None)
    if account:
        return f"account {account}"
    if profile_name is None or credentials.method in _OF_NO_PROFILE:
        return None
    return f"profile {profile_name}"
