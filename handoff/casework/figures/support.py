"""Plans, meetings, and reaching out: how many, of which kind, and with what result."""

from __future__ import annotations

from sqlalchemy import func, select

from handoff.cases import Case
from handoff.casework import meeting_names
from handoff.casework.figures.scope import NO, YES, Scope
from handoff.casework.figures.table import Row, Table, Unit, rows_of
from handoff.casework.gap_matches import GapMatch, MatchState
from handoff.casework.meetings import Meeting, MeetingState
from handoff.casework.outreach import REACHED, Means, OutreachContact, Result
from handoff.casework.plan_words import CHANGES, SERVICES, PlanResult
from handoff.casework.plans import PlanState, SupportPlan
from handoff.same_person import SamePerson


def tables(scope: Scope) -> list[Table]:
    """Return the questions 9 to 12."""
    return [*_plans(scope), *_meetings(scope), *_outreach(scope), *_taking_part(scope)]


def _plans(scope: Scope) -> list[Table]:
    mine = SupportPlan.custodian == scope.town
    evaluated = scope.within(SupportPlan.evaluated_at)
    made = scope.tally(SupportPlan.renews.is_not(None), mine, scope.within(SupportPlan.made_at))
    ended = scope.tally(SupportPlan.state, mine, scope.within(SupportPlan.ended_at), SupportPlan.state == PlanState.ENDED)
    decided = select(func.count()).select_from(SupportPlan).where(mine, scope.on_a_day(SupportPlan.decided_on))
    rows = (
        Row("新しいプラン", made.get(NO, 0)),
        Row("再プラン", made.get(YES, 0)),
        Row("支援決定", scope.session.scalar(decided) or 0),
        Row("終結", sum(ended.values())),
    )
    results = scope.tally(SupportPlan.result, mine, evaluated)
    changes = scope.tally_lists(SupportPlan.changes, mine, evaluated)
    return [
        Table("9.1", "プラン", Unit.CASES, rows),
        Table("9.2", "評価の結果", Unit.CASES, rows_of({one.value: one.label for one in PlanResult}, results), whole=True),
        Table("9.3", "見られた変化", Unit.CASES, rows_of(CHANGES, changes), "一つのプランに、いくつも付くことがあります。"),
    ]


def _meetings(scope: Scope) -> list[Table]:
    held = (Meeting.custodian == scope.town, Meeting.state == MeetingState.HELD, scope.within(Meeting.held_at))
    names = meeting_names.called(scope.session, scope.town)
    times, cases = scope.tally(Meeting.kind, *held), scope.tally(Meeting.kind, *held, what=Meeting.case_id)
    return [
        Table("10.1", "開いた会議", Unit.TIMES, rows_of(names, times)),
        Table("10.2", "会議で話し合った相談", Unit.CASES, rows_of(names, cases)),
    ]


def _outreach(scope: Scope) -> list[Table]:
    tried = (OutreachContact.custodian == scope.town, scope.within(OutreachContact.at))
    means, results = scope.tally(OutreachContact.means, *tried), scope.tally(OutreachContact.result, *tried)
    person = func.count(Case.contact_id.distinct())
    query = select(person, person.filter(OutreachContact.result.in_(REACHED))).join(
        OutreachContact, (OutreachContact.case_id == Case.id) & (OutreachContact.custodian == Case.custodian)
    ).where(*tried)  # fmt: skip
    persons, reached = scope.session.execute(query).one()
    rows = (Row("はたらきかけた人", persons), Row("うち、会えた・話せた・返事があった人", reached))
    return [
        Table("11.1", "訪問・連絡の手段", Unit.TIMES, rows_of({one.value: one.label for one in Means}, means), whole=True),
        Table("11.2", "訪問・連絡の結果", Unit.TIMES, rows_of({one.value: one.label for one in Result}, results), whole=True),
        Table("11.3", "訪問・連絡の人数", Unit.PERSONS, rows),
    ]


def _taking_part(scope: Scope) -> list[Table]:
    decided = (SupportPlan.custodian == scope.town, scope.on_a_day(SupportPlan.decided_on))
    ticked = scope.tally_lists(SupportPlan.services, *decided)
    part = scope.tally(SupportPlan.participation, *decided)
    reach = scope.tally(SupportPlan.outreach, *decided)
    rows = (
        Row("参加支援", part.get(YES, 0)),
        Row("アウトリーチ等を通じた継続的支援", reach.get(YES, 0)),
        *rows_of(SERVICES, ticked),
    )
    person = func.coalesce(SamePerson.person_id, Case.contact_id).distinct()
    same = (SamePerson.contact_id == Case.contact_id) & (SamePerson.custodian == Case.custodian)
    query = select(func.count(person)).select_from(Case).outerjoin(SamePerson, same)
    query = query.join(SupportPlan, (SupportPlan.case_id == Case.id) & (SupportPlan.custodian == Case.custodian))
    persons = scope.session.scalar(query.where(*decided, SupportPlan.participation))
    several = "一つのプランに、いくつも付くことがあります。"
    return [
        Table("12.1", "支援決定したプランの支援", Unit.CASES, rows, several),
        Table("12.2", "参加支援の対象者", Unit.PERSONS, (Row("参加支援を使うと決まった人", persons or 0),)),
        *_matches(scope),
    ]


def _matches(scope: Scope) -> list[Table]:
    mine = GapMatch.custodian == scope.town
    found = select(func.count()).select_from(GapMatch).where(mine, scope.within(GapMatch.found_at))
    decided = (mine, scope.within(GapMatch.decided_at))
    states = scope.tally(GapMatch.state, *decided)
    shown = select(func.count(GapMatch.service_id.distinct()), func.count(GapMatch.case_id.distinct()))
    places, cases = scope.session.execute(shown.where(*decided, GapMatch.state == MatchState.SENT)).one()
    rows = (
        Row("合うかもしれない場所が見つかった", scope.session.scalar(found) or 0),
        Row("本人に案内した", states.get(MatchState.SENT, 0)),
        Row("合わずに見送った", states.get(MatchState.DISMISSED, 0)),
    )
    note = "狭間の記録に、あとから台帳に載った場所が合ったときの数です。"
    return [
        Table("12.3", "参加の場とのマッチング", Unit.CASES, rows, note),
        Table("12.4", "案内した受け入れ先", Unit.PLACES, (Row("本人に案内した場所", places, cases),), note),
    ]
