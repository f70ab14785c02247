"""Which role may open which page at all: one line for every page there is."""

from __future__ import annotations

from tests.handoff.casework.lines import LINES as CASEWORK
from tests.resources.web.lines import LINES as DIRECTORY

CASE, EVENT = "/desk/cases/{case_id}", "/desk/unreadable/{event_id}"
PERSON, INVITED = "/people/{staff_id}", "/people/invitations/{invitation_id}/withdraw"
# Which role may open which page at all; what of a town it then sees is said below.
CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
SETTING_UP = frozenset({"supervisor", "administrator"})
CANNED = "/settings/canned/{canned_id}"
EVERYBODY = CONSULT | {"directory_editor", "commissioner", "administrator"}
HELP = frozenset({"commissioner"})
ADMINISTRATORS = frozenset({"administrator"})
SET_UP, ADMINISTER = frozenset({"supervisor", "administrator"}), frozenset({"administrator"})
SETTINGS = (
    "", "/desks", "/desks/{desk_id}", "/closures", "/routing", "/routing/try", "/routing/{rule_id}", "/town",
)  # fmt: skip
SETTINGS_DONE = (
    "/desks", "/desks/{desk_id}", "/desks/{desk_id}/absences", "/desks/{desk_id}/absences/delete", "/closures",
    "/closures/{closure_id}/delete", "/routing", "/routing/try", "/routing/{rule_id}", "/routing/{rule_id}/up",
    "/routing/{rule_id}/down", "/routing/{rule_id}/delete", "/town",
)  # fmt: skip
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", "/sign-in"): None,
    ("POST", "/sign-in"): None,
    ("GET", "/invitation"): None,
    ("POST", "/invitation"): None,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/start"): EVERYBODY,
    ("GET", "/desk"): CONSULT,
    ("GET", "/desk/live"): CONSULT,
    ("POST", "/desk/search"): CONSULT,
    **{("GET", CASE + part): CONSULT for part in ("", "/live", "/lines", "/requests", "/hand-over", "/history")},
    **{
        ("POST", f"{CASE}/{part}"): CONSULT
        for part in ("take", "reply", "note", "away", "back", "return", "close", "present")
    },
    ("GET", EVENT): CONSULT,
    **{("POST", f"{EVENT}/{part}"): CONSULT for part in ("retry", "settle")},
    **{("POST", CASE + part): CONSULT for part in ("/requests", "/requests/{request_id}/withdraw")},
    **{("GET", path): HELP for path in ("/requests", "/requests/{request_id}")},
    **{("POST", f"/requests/{{request_id}}/{part}"): HELP for part in ("accept", "refuse", "report")},
    # Coming in by two steps, one's own account, and the people.
    **{("GET", f"/sign-in/{part}"): None for part in ("code", "set-up")},
    **{("POST", f"/sign-in/{part}"): None for part in ("code", "set-up", "give-up")},
    **{(method, "/renewal"): None for method in ("GET", "POST")},
    **{(method, "/prove"): EVERYBODY for method in ("GET", "POST")},
    **{("GET", path): EVERYBODY for path in ("/account", "/account/telephone")},
    **{
        ("POST", f"/account/{part}"): EVERYBODY
        for part in ("names", "password", "leave-elsewhere", "telephone", "telephone/offer", "recovery-codes")
    },
    **{("GET", path): ADMINISTRATORS for path in ("/people", "/people/invite", PERSON)},
    ("POST", "/people/invite"): ADMINISTRATORS,
    ("POST", INVITED): ADMINISTRATORS,
    **{
        ("POST", f"{PERSON}/{part}"): ADMINISTRATORS
        for part in ("roles", "last-day", "disable", "enable", "sign-out", "reset-second-factor", "renewal")
    },
    # Finding a case, and the line on which an open desk hears that something moved.
    ("GET", "/desk/search"): CONSULT,
    ("GET", "/desk/events"): CONSULT,
    # The settings of the town.
    **{("GET", f"/settings{part}"): SET_UP for part in SETTINGS},
    **{("POST", f"/settings{part}"): SET_UP for part in SETTINGS_DONE},
    ("GET", "/settings/channels"): ADMINISTER,
    **{("POST", f"/settings/channels{part}"): ADMINISTER for part in ("", "/{account_id}/secrets", "/{account_id}/switch")},
    # Alerts to staff, and who is alerted.
    ("GET", "/ack/{token}"): None,
    ("POST", "/ack/{token}"): None,
    ("POST", f"{CASE}/acknowledge"): CONSULT,
    ("GET", f"{CASE}/emergency"): CONSULT,
    ("GET", "/settings/duty"): SET_UP,
    **{
        ("POST", f"/settings/duty{part}"): SET_UP
        for part in ("", "/rest", "/contacts", "/contacts/{contact_id}", "/contacts/{contact_id}/trial")
    },
    # People who work on one case together.
    ("GET", "/desk/new"): CONSULT,
    **{("POST", f"/desk/{part}"): CONSULT for part in ("new", "leave", "come-back")},
    ("GET", f"{CASE}/same"): CONSULT,
    **{
        ("POST", f"{CASE}/{part}"): CONSULT
        for part in (
            "hand-over", "same", "join", "part", "draft", "draft/swap", "draft/give", "draft/drop", "spoken", "looking"
        )
    },
    # What is said to residents.
    **{
        ("POST", f"{CASE}/{part}"): CONSULT
        for part in ("canned", "places", "cards", "ask", "later", "later/change", "later/cancel", "plain")
    },
    ("POST", "/desk/plain"): CONSULT,
    ("GET", "/settings/canned"): SETTING_UP,
    ("GET", CANNED): SETTING_UP,
    **{("POST", f"/settings/canned{part}"): SETTING_UP for part in ("", "/offer", "/speaks")},
    **{("POST", CANNED + part): SETTING_UP for part in ("", "/move", "/switch")},
    ("GET", "/settings/texts"): SETTING_UP,
    ("POST", "/settings/texts/review"): SETTING_UP,
    **{("GET", f"{CASE}/files/{{file_id}}{part}"): CONSULT for part in ("", "/thumb", "/content", "/download", "/state")},
    # The pages beside a case.
    **CASEWORK,
    **DIRECTORY,
}
