"""What came of the cases: where they stand, to whom they were passed, where they bounced, and what was allowed."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import Text, cast, func, select

from handoff.cases import Case
from handoff.casework import agency_kinds, referrals
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import FEWEST, FEWEST_OF_VIOLENCE, Row, Table, Unit, fewest_of, rows_of
from handoff.casework.plans import SupportPlan
from handoff.casework.referrals import Referral, ReferralState
from handoff.states import CaseState, Consent, Outcome
from intents.codes import Topic

_PLAN, _GOES_ON, _AGREEING = "plan", "goes_on", "agreeing"
_STANDINGS: Final = {
    Outcome.INFORMED: "情報提供・助言のみ", Outcome.ACCEPTED_ELSEWHERE: "ほかの機関へつないだ", _AGREEING: "同意に取り組み中",
    _GOES_ON: "継続して支援中", _PLAN: "プランで支援中（作成中を含む）", Outcome.PLAN_COMPLETED: "プランを終えた",
    Outcome.LOST_CONTACT: "中断（連絡がとれない）", Outcome.RESIDENT_ENOUGH: "本人が「もう大丈夫」と言った",
    Outcome.MOVED: "転出", Outcome.DECEASED: "死亡", Outcome.NOT_A_CONSULTATION: "相談ではなかった",
    CaseState.REFERRED: "つなぎの返事待ち", CaseState.WAITING: "まだ受けていない",
}  # fmt: skip


def tables(scope: Scope) -> list[Table]:
    """Return the questions 5 and 8."""
    return [*_standing(scope), _passed(scope), _bounced(scope)]


def _standing(scope: Scope) -> list[Table]:
    planned = select(SupportPlan.case_id).where(SupportPlan.custodian == scope.town).distinct().subquery()
    asked = (Case.state, Case.outcome, Case.consent, planned.c.case_id.is_not(None))
    query = select(*asked, func.count()).select_from(Case).outerjoin(planned, planned.c.case_id == Case.id)
    counts: Counter[str] = Counter()
    consents: Counter[str] = Counter()
    for state, outcome, consent, plan, count in scope.session.execute(query.where(scope.opened).group_by(*asked)):
        counts[_where(state, outcome, consent, plan)] += count
        consents[consent] += count
    note = "この期間に受け付けた相談が、いまどこにあるかです。"
    given = rows_of({one.value: one.label for one in Consent}, consents)
    return [
        Table("5.1", "支援の状況", Unit.CASES, rows_of(_STANDINGS, counts), note, whole=True),
        Table("8.1", "同意", Unit.CASES, given, whole=True),
    ]


def _where(state: str, outcome: str | None, consent: str, plan: bool) -> str:
    if state == CaseState.CLOSED:
        return str(outcome)
    if state in (CaseState.WAITING, CaseState.REFERRED):
        return state
    if consent != Consent.GIVEN:
        return _AGREEING
    return _PLAN if plan else _GOES_ON


def _passed(scope: Scope) -> Table:
    accepted = (Referral.custodian == scope.town, Referral.state == ReferralState.ACCEPTED, scope.within(Referral.answered_at))
    counts: Counter[tuple[str, int]] = Counter()
    for kind, count in scope.tally(Referral.kind, *accepted).items():
        counts[agency_kinds.label(kind), fewest_of(kind)] += count
    rows = tuple(Row(label, count, fewest=fewest) for (label, fewest), count in counts.most_common())
    return Table("5.3", "受け入れられたつなぎ（先別）", Unit.CASES, rows)


def _bounced(scope: Scope) -> Table:
    """Count the offers that led nowhere, between kinds of services and never between desks."""
    violence = cast(Case.topics, Text).contains(f'"{Topic.VIOLENCE}"')
    asked = (Referral.from_kind, Referral.kind, Referral.reason, violence)
    query = select(*asked, func.count()).join(Case, (Case.id == Referral.case_id) & (Case.custodian == Referral.custodian))
    nowhere = Referral.state.in_((ReferralState.DECLINED, ReferralState.EXPIRED))
    query = query.where(Referral.custodian == scope.town, nowhere, scope.within(Referral.answered_at)).group_by(*asked)
    counts: Counter[str] = Counter()
    careful: set[str] = set()
    for from_kind, kind, reason, violent, count in scope.session.execute(query):
        gap = f"{agency_kinds.label(from_kind)} → {agency_kinds.label(kind)}：{referrals.reason_label(reason)}"
        counts[gap] += count
        if violent or fewest_of(kind) == FEWEST_OF_VIOLENCE:
            careful.add(gap)
    rows = (Row(gap, count, fewest=FEWEST_OF_VIOLENCE if gap in careful else FEWEST) for gap, count in counts.most_common())
    note = "サービスのあいだの隙間です。窓口の成績ではありません。"
    return Table("5.4", "つながらなかったところ", Unit.CASES, tuple(rows), note)
