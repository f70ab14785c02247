"""Why something about a person may be told outside the desk: their consent, or a ground the law names."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from handoff import consent
from handoff.cases import Case
from handoff.states import Consent, NotAllowed


class MayNotBeTold(NotAllowed):
    """本人の同意も、法令上の根拠も記録されていません。同意を確かめるか、根拠を選んでください。まだ何も伝えていません。"""


class LegalGround(StrEnum):
    """A ground on which something may be told without consent."""

    LIFE_BODY = "life_body"  # danger to life, body or property (個人情報保護法 69条2項)
    ABUSE_REPORT = "abuse_report"  # 通告・通報
    SUPPORT_MEETING = "support_meeting"  # 社会福祉法106条の6
    OTHER_LAW = "other_law"

    @property
    def label(self) -> str:
        """The ground as staff read it."""
        return _LABELS[self]


_LABELS: Final = {
    LegalGround.LIFE_BODY: "生命・身体・財産を守るため",
    LegalGround.ABUSE_REPORT: "虐待の通告・通報",
    LegalGround.SUPPORT_MEETING: "支援会議（社会福祉法106条の6）",
    LegalGround.OTHER_LAW: "そのほかの法令",
}


def require(session: Session, case: Case, recipient: str, ground: LegalGround | None) -> None:
    """Pass when the person allowed it for this recipient, or a legal ground was named; raises MayNotBeTold."""
    if ground is None and consent.latest(session, case, recipient) is not Consent.GIVEN:
        raise MayNotBeTold(MayNotBeTold.__doc__)
