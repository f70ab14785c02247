"""A consultation is taken in once, at the right desk, and stays walled off where the resident has not chosen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handoff import accounts, cases, contacts, disclosure, intake, moves
from handoff.accounts import Platform
from handoff.contacts import ContactPoint
from handoff.intake import Matter
from handoff.routing import RoutingRule
from handoff.states import CaseState, Consent, Ground, Outcome
from resources import places
from resources.access import actor_for
from resources.areas import Area
from resources.db import Database, new_id
from resources.desks import Desk
from resources.places import Municipality
from resources.sealing import reveal
from resources.staff import DeskMembership, Staff
from tests.conftest import Town

PREFECTURE = "990001"


def _somebody(session: Session, town: Town, now: datetime, name: str = "visitor") -> ContactPoint:
    account = accounts.of_town(session, town.code, Platform.BROWSER)
    return contacts.meet(session, account, name, now=now)


def _violence_desk(session: Session, town: Town, code: str, name: str) -> Desk:
    desk = Desk(id=new_id(), municipality_code=code, name=name, for_violence=True)
    session.add(desk)
    session.flush()
    session.add(DeskMembership(staff_id=town.first_id, desk_id=desk.id))
    session.flush()
    return desk


def test_a_second_matter_joins_the_open_case(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        point = _somebody(session, town, now)
        first = intake.receive(session, point, Matter("handoff", reasons=("gap",)), ground=Ground.REQUEST, now=now)
        danger = Matter("urgent", "self_harm", ("self_harm",), ("crisis",), complaint="つらい")
        second = intake.receive(session, point, danger, ground=Ground.LIFE_BODY, now=now)
        assert second.id == first.id
        assert (second.crisis, second.ground) == ("self_harm", Ground.LIFE_BODY)
        assert second.reasons == ["gap", "crisis"]
        assert second.desk_id == town.desk_id


def test_a_walled_case_stays_walled_when_other_words_follow(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        desk = _violence_desk(session, town, town.code, "専門窓口")
        point = _somebody(session, town, now)
        dv = Matter("urgent", "dv", ("dv",), ("crisis", "wide_area"))
        case = intake.receive(session, point, dv, ground=Ground.LIFE_BODY, now=now)
        assert (case.walled, case.desk_id) == (True, desk.id)
        intake.receive(session, point, Matter("handoff", reasons=("complex",)), ground=Ground.LIFE_BODY, now=now)
        assert (case.walled, case.desk_id) == (True, desk.id)


def test_what_the_resident_chose_is_not_undone(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        places.add(session, PREFECTURE, "あけぼの県", now=now)
        home = session.get_one(Municipality, town.code)
        home.prefecture_code = PREFECTURE
        _violence_desk(session, town, town.code, "町の専門窓口")
        prefecture = _violence_desk(session, town, PREFECTURE, "県の専門窓口")
        point = _somebody(session, town, now)
        dv = Matter("urgent", "dv", ("dv",), ("crisis", "wide_area"))
        case = intake.receive(session, point, dv, ground=Ground.LIFE_BODY, now=now)
        assert set(intake.violence_desks(session, home)) == {"town", "prefecture"}
        intake.choose(session, case, prefecture, now=now)
        intake.receive(session, point, dv, ground=Ground.LIFE_BODY, now=now)
        assert case.desk_id == prefecture.id
        assert case.walled


def test_the_desks_the_table_names_for_a_danger_are_offered_first(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        first = _violence_desk(session, town, town.code, "あ窓口")
        named = _violence_desk(session, town, town.code, "い窓口")
        session.add(RoutingRule(municipality_code=town.code, position=1, crisis="sexual_violence", desk_id=named.id))
        session.flush()
        home = session.get_one(Municipality, town.code)
        assert intake.violence_desks(session, home, ("emergency", "sexual_violence")) == {"town": named}
        assert intake.violence_desks(session, home, ("dv",)) == {"town": first}


def test_the_desk_that_was_agreed_to_is_the_one(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        other = _violence_desk(session, town, town.code, "別の窓口")
        session.add(RoutingRule(municipality_code=town.code, position=1, topic="debt", desk_id=other.id))
        agreed = session.get_one(Desk, town.desk_id)
        point = _somebody(session, town, now)
        matter = Matter("handoff", reasons=("person_requested",), topics=("debt",))
        case = intake.receive(session, point, matter, ground=Ground.REQUEST, now=now, agreed=agreed)
        assert case.desk_id == agreed.id
        intake.receive(session, point, Matter("handoff", topics=("debt",)), ground=Ground.REQUEST, now=now, stays=True)
        assert case.desk_id == agreed.id
        danger = Matter("urgent", "self_harm", ("self_harm",), ("crisis",), topics=("debt",))
        intake.receive(session, point, danger, ground=Ground.LIFE_BODY, now=now, agreed=agreed)
        assert case.desk_id == other.id


def test_a_place_is_heard_and_a_surname_is_none(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        session.add(Area(municipality_code=town.code, name="星野", kana="ほしの", postcode="999-9013"))
        session.add(Area(municipality_code=town.code, name="港町", kana="みなとまち"))
        session.flush()
        for words, name in (
            ("港町の家です", "港町"),
            ("星野に住んでいます", "星野"),
            ("ほしのです", "星野"),
            ("9999013", "星野"),
        ):
            area = intake.area_told(session, town.code, words)
            assert area is not None
            assert area.name == name
        for words in ("星野さんの家が心配です", "港町さんに聞いた", "ほしのりこと申します", "099-000-1234"):
            assert intake.area_told(session, town.code, words) is None


def test_no_choice_is_offered_where_nobody_sits(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        session.add(Desk(id=new_id(), municipality_code=town.code, name="空席の窓口", for_violence=True))
        session.flush()
        assert intake.violence_desks(session, session.get_one(Municipality, town.code)) == {}


def test_the_routing_table_and_its_reason_are_kept(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        rule = RoutingRule(municipality_code=town.code, position=1, reason="gap", desk_id=town.desk_id)
        session.add(rule)
        session.flush()
        case = intake.receive(
            session, _somebody(session, town, now), Matter("handoff", reasons=("gap",)), ground=Ground.REQUEST, now=now
        )
        assert case.routing_rule_id == rule.id
        assert "1 行目" in case.routing_reason


def test_a_yes_turns_a_request_into_consent_and_a_no_keeps_the_case(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        matter = Matter("handoff", reasons=("person_requested",))
        yes = intake.receive(session, _somebody(session, town, now, "yes"), matter, ground=Ground.REQUEST, now=now)
        no = intake.receive(session, _somebody(session, town, now, "no"), matter, ground=Ground.REQUEST, now=now)
        intake.agree(session, yes, Consent.GIVEN, now=now)
        intake.agree(session, no, Consent.REFUSED, now=now)
        assert (yes.ground, yes.consent) == (Ground.CONSENT, Consent.GIVEN)
        assert (no.ground, no.consent, no.state) == (Ground.REQUEST, Consent.REFUSED, CaseState.WAITING)
        assert disclosure.own_consents(session, no.contact_id) == [Consent.REFUSED]


def test_people_who_came_first_are_counted(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        matter = Matter("handoff", reasons=("person_requested",))
        opened = [
            intake.receive(
                session, _somebody(session, town, now, f"v{i}"), matter, ground=Ground.REQUEST, now=now + timedelta(minutes=i)
            )
            for i in range(3)
        ]
        assert [intake.ahead_of(session, case) for case in opened] == [0, 1, 2]


def test_writing_again_reopens_a_closed_case(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        point = _somebody(session, town, now)
        case = intake.receive(session, point, Matter("handoff", reasons=("gap",)), ground=Ground.REQUEST, now=now)
        actor = actor_for(session, session.get_one(Staff, town.first_id))
        moves.take(session, case, actor=actor, now=now)
        moves.close(session, case, Outcome.INFORMED, actor=actor, now=now)
        assert intake.written(session, point.contact_id, now=now) is case
        assert case.state == CaseState.WAITING
        assert cases.open_of(session, point.contact_id) is case


def test_a_phone_number_and_wishes_are_kept_under_seal(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        point = _somebody(session, town, now)
        contact = session.get_one(contacts.Contact, point.contact_id)
        intake.add_wish(session, contact, "夕方だけ")
        intake.keep_phone(session, contact, "099-000-3333 留守電はだめ")
        assert reveal(session, contact, "phone_sealed") == "099-000-3333"
        assert (reveal(session, contact, "wishes_sealed") or "").startswith("夕方だけ")
        assert b"099" not in (contact.phone_sealed or b"")
