"""The pages every console shares, and who may open them."""

from __future__ import annotations

from resources.access import Permission
from resources.web import account, codes, login, people, person, prove, renewal
from resources.web.console import Page

_ANYONE, _SIGNED_IN, _ADMINISTER = Permission.ANYONE, Permission.SIGNED_IN, Permission.ADMINISTER
_PERSON = "/people/{staff_id}"


def shared_pages() -> list[Page]:
    """Return the pages of sign-in, of one's own account, and of the people."""
    return [*_door(), *_account(), *_people()]


def _door() -> list[Page]:
    return [
        Page("/sign-in", login.sign_in_form, _ANYONE),
        Page("/sign-in", login.sign_in_now, _ANYONE, "POST"),
        Page("/sign-in/code", codes.code_form, _ANYONE),
        Page("/sign-in/code", codes.code_given, _ANYONE, "POST"),
        Page("/sign-in/set-up", codes.set_up_form, _ANYONE),
        Page("/sign-in/set-up", codes.set_up_confirmed, _ANYONE, "POST"),
        Page("/sign-in/give-up", codes.given_up, _ANYONE, "POST"),
        Page("/sign-out", login.sign_out, _SIGNED_IN, "POST"),
        Page("/start", login.start, _SIGNED_IN),
        Page("/prove", prove.prove_form, _SIGNED_IN),
        Page("/prove", prove.prove_now, _SIGNED_IN, "POST", own_sessions=True),
        Page("/invitation", login.invitation_form, _ANYONE),
        Page("/invitation", login.invitation_accepted, _ANYONE, "POST"),
    ]


def _account() -> list[Page]:
    return [
        Page("/account", account.mine, _SIGNED_IN, entry="自分の設定", beside=True),
        Page("/account/names", account.names, _SIGNED_IN, "POST"),
        Page("/account/password", account.password, _SIGNED_IN, "POST", own_sessions=True),
        Page("/account/leave-elsewhere", account.leave_elsewhere, _SIGNED_IN, "POST"),
        Page("/account/telephone", account.telephone, _SIGNED_IN, proof=True),
        Page("/account/telephone", account.confirm_telephone, _SIGNED_IN, "POST", proof=True),
        Page("/account/telephone/offer", account.offer_telephone, _SIGNED_IN, "POST", proof=True),
        Page("/account/recovery-codes", account.recovery_codes, _SIGNED_IN, "POST", proof=True),
    ]


def _people() -> list[Page]:
    return [
        Page("/people", people.listed, _ADMINISTER, entry="職員"),
        Page("/people/invite", people.invitation_form, _ADMINISTER),
        Page("/people/invite", people.invite, _ADMINISTER, "POST"),
        Page("/people/invitations/{invitation_id}/withdraw", people.withdraw, _ADMINISTER, "POST"),
        Page(_PERSON, person.person, _ADMINISTER),
        Page(f"{_PERSON}/roles", person.settle, _ADMINISTER, "POST"),
        Page(f"{_PERSON}/last-day", person.last_day, _ADMINISTER, "POST"),
        Page(f"{_PERSON}/disable", person.disable, _ADMINISTER, "POST"),
        Page(f"{_PERSON}/enable", person.enable, _ADMINISTER, "POST"),
        Page(f"{_PERSON}/sign-out", person.sign_out, _ADMINISTER, "POST"),
        Page(f"{_PERSON}/renewal", renewal.offer, _ADMINISTER, "POST", proof=True),
        Page("/renewal", renewal.renewal, Permission.ANYONE),
        Page("/renewal", renewal.renew, Permission.ANYONE, "POST"),
        Page(f"{_PERSON}/reset-second-factor", person.reset_factor, _ADMINISTER, "POST", proof=True),
    ]
