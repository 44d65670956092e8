"""Whose quota a client uses, as far as its credentials tell."""

from __future__ import annotations

from typing import Any

_OF_NO_PROFILE = frozenset({None, "explicit", "env", "iam-role", "container-role"})
"""How credentials are found that no profile names, as botocore calls it."""


def quota_owner(credentials: Any, profile_name: str | None) -> str | None:
    """Return what clients with the same quota have in common.

    The quota is the account's. Access keys do not tell accounts apart: every client that takes on
    a role has keys of its own. When in doubt, clients share: waiting too long costs time, and
    calling too often costs failed calls.

    Args:
        credentials: Those of a botocore client; None when it does not sign.
        profile_name: The profile of the client's session, where it is known.

    Returns:
        The account, else the profile that names the credentials or a role, else None: the same
        for all other credentials of the process.
    """
    if credentials is None:
        return None
    account = getattr(credentials.get_frozen_credentials(), "account_id", None)
    if account:
        return f"account {account}"
    if profile_name is None or credentials.method in _OF_NO_PROFILE:
        return None
    return f"profile {profile_name}"
