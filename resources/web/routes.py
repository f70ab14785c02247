"""The pages every console shares, and who may open them."""

from __future__ import annotations

from resources.access import Permission
from resources.web import login
from resources.web.console import Page


def shared_pages() -> list[Page]:
    """Return the pages of sign-in, sign-out and invitation."""
    return [
        Page("/sign-in", login.sign_in_form, Permission.ANYONE),
        Page("/sign-in", login.sign_in_now, Permission.ANYONE, "POST"),
        Page("/sign-out", login.sign_out, Permission.SIGNED_IN, "POST"),
        Page("/start", login.start, Permission.SIGNED_IN),
        Page("/invitation", login.invitation_form, Permission.ANYONE),
        Page("/invitation", login.invitation_accepted, Permission.ANYONE, "POST"),
    ]
