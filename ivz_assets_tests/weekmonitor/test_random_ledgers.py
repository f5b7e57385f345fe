"""Random small ledgers against the rules of precedence written out in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.weekmonitor.building import Tiny, dutch, row

MONDAYS = [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]
DAYS = [MONDAYS[0] + timedelta(days=offset) for offset in range(0, 21, 3)]
BASE = datetime(2026, 1, 26, 8)
END = datetime(9999, 1, 1)


@dataclass(frozen=True)
class Line:
    """A row in a few values, so that equal rows are common. Day None is no date; the class X1 is rejected."""

    day: date | None
    klasse: str
    poging: str

    def texts(self) -> dict[str, str]:
        """The row as delivered."""
        return row(
            maatschappelijke_klasse=self.klasse, datum_registratie=dutch(self.day) if self.day else "", poging=self.poging,
            datum_kennisname="", begindatum="01-01-2026", einddatum="", eindtijd="", locatie_xy="",
        )  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """A delivery with everything that was ever decided about it."""

    name: str
    van: date
    tot: date
    delivered: datetime
    loaded: datetime
    lines: tuple[Line, ...]
    held: bool = False
    accepted: datetime | None = None
    withdrawn: datetime | None = None

    def active(self, moment: datetime) -> bool:
        """Whether it counts at a moment."""
        since = self.accepted if self.held else self.loaded
        return since is not None and since <= moment and (self.withdrawn is None or moment < self.withdrawn)

    def covers(self, day: date) -> bool:
        """Whether it may speak for a day."""
        return self.van <= day <= self.tot


LINES = st.builds(
    Line, st.sampled_from([*DAYS, *DAYS, None]), st.sampled_from(["A40", "A40", "A40", "X1"]), st.sampled_from(["J", "N"])
)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Planned]:
    """One to four deliveries of one to three weeks, loaded an hour after each other, decided in between."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        first, last = sorted((draw(st.integers(0, 2)), draw(st.integers(0, 2))))
        loaded = BASE + timedelta(hours=10 * number)
        held = draw(st.booleans())
        accepted = loaded + timedelta(hours=draw(st.integers(1, 35))) if held and draw(st.booleans()) else None
        after = accepted or loaded
        withdrawn = after + timedelta(hours=draw(st.integers(1, 35))) if draw(st.integers(0, 2)) == 0 else None
        found.append(
            Planned(
                f"d{number}", MONDAYS[first], MONDAYS[last] + timedelta(days=6),
                BASE - timedelta(days=draw(st.integers(0, 2))), loaded,
                tuple(draw(st.lists(LINES, max_size=5))), held, accepted, withdrawn,
            )
        )  # fmt: skip
    return found


# The rules in plain Python


def numbered(plan: Planned) -> list[tuple[Line, int]]:
    """The lines with their occurrence number."""
    seen: Counter[Line] = Counter()
    found = []
    for line in plan.lines:
        seen[line] += 1
        found.append((line, seen[line]))
    return found


def rejected(line: Line) -> bool:
    """No date or an unknown class."""
    return line.day is None or line.klasse == "X1"


def expected(plans: Sequence[Planned], moment: datetime) -> dict[str, list[str]]:
    """Status per row at a moment, of what was loaded by then."""
    plans = [plan for plan in plans if plan.loaded <= moment]
    order = sorted(plans, key=lambda plan: (plan.delivered, plan.loaded))
    active = [plan for plan in order if plan.active(moment)]

    def speaker(day: date) -> Planned | None:
        return next((plan for plan in reversed(active) if plan.covers(day)), None)

    def speaks(plan: Planned) -> bool:
        days = [plan.van + timedelta(days=offset) for offset in range((plan.tot - plan.van).days + 1)]
        return any(speaker(day) is plan for day in days)

    standing: set[tuple[Line, int]] = {
        identity for plan in active for identity in numbered(plan)
        if identity[0].day and plan.covers(identity[0].day) and speaker(identity[0].day) is plan and not rejected(identity[0])
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for plan in reversed(order):  # the newest stray goes before an older equal one
        statuses = []
        for line, number in numbered(plan):
            speaking = speaker(line.day) if line.day else None
            stray = line.day is not None and not plan.covers(line.day)
            if plan.withdrawn and plan.withdrawn <= moment:
                status = "teruggetrokken"
            elif not plan.active(moment):
                status = "vastgehouden"
            elif line.day is None:
                status = "quarantaine" if speaks(plan) else "vervangen"
            elif (not stray and speaking is not plan) or (stray and speaking and order.index(speaking) > order.index(plan)):
                status = "vervangen"
            elif rejected(line):
                status = "quarantaine"
            elif stray and (line, number) in standing:
                status = "vervangen"
            else:
                status = "incident"
                standing.add((line, number))
            statuses.append(status)
        found[plan.name] = statuses
    return {plan.name: found[plan.name] for plan in plans}


# The chain


def load(store: Store, settings: Settings, plans: Sequence[Planned]) -> Tiny:
    """The ledger in the warehouse; what is decided is written in order of time."""
    tiny = Tiny(store, settings)
    decisions = []
    for plan in plans:
        tiny.deliver(plan.name, [line.texts() for line in plan.lines], plan.van, plan.tot, plan.delivered, plan.loaded, "venster")
        if plan.held:
            decisions.append((plan.loaded, 0, tiny.hold, plan.name))
        if plan.accepted:
            decisions.append((plan.accepted, 1, tiny.accept, plan.name))
        if plan.withdrawn:
            decisions.append((plan.withdrawn, 2, tiny.withdraw, plan.name))
    for moment, _, decide, name in sorted(decisions, key=lambda item: item[:2]):
        decide(name, moment)
    return tiny


def identities(tiny: Tiny, plans: Sequence[Planned]) -> dict[tuple[str, int], tuple[Line, int]]:
    """From the chain's identities to the lines they stand for."""
    found: dict[tuple[str, int], tuple[Line, int]] = {}
    by_id = {tiny.names[plan.name]: numbered(plan) for plan in plans}
    for item in tiny.fetch(tiny.placed().select("levering_id", "rij", "incident_hash", "volgnummer")):
        identity = by_id[item["levering_id"]][item["rij"] - 2]
        assert found.setdefault((item["incident_hash"], item["volgnummer"]), identity) == identity
    assert len(set(found.values())) == len(found)
    return found


def standing_at(plans: Sequence[Planned], moment: datetime) -> set[tuple[Line, int]]:
    """The incidents of plain Python at a moment."""
    statuses = expected(plans, moment)
    return {
        identity
        for plan in plans
        if plan.name in statuses
        for identity, status in zip(numbered(plan), statuses[plan.name], strict=True)
        if status == "incident"
    }


def valid_at(versions: Sequence[Mapping[str, Any]], moment: datetime) -> list[tuple[str, int]]:
    """Identities of the versions that hold at a moment."""
    return [
        (item["incident_hash"], item["volgnummer"])
        for item in versions
        if item["bekend_van"] <= moment and (item["bekend_tot"] is None or moment < item["bekend_tot"])
    ]


# Shrinking would take minutes: an example takes a second, and is small already.
RANDOM = hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)


@RANDOM
@given(plans=ledgers())
def test_every_row_has_the_status_of_the_rules(shared_store: Store, ledger_settings: Settings, plans: list[Planned]) -> None:
    tiny = load(shared_store, ledger_settings, plans)
    found = tiny.statuses()
    assert found == expected(plans, END)
    assert {name: len(statuses) for name, statuses in found.items()} == {plan.name: len(plan.lines) for plan in plans}
    incidents = [
        identity
        for plan in plans
        for identity, status in zip(numbered(plan), found[plan.name], strict=True)
        if status == "incident"
    ]
    assert len(set(incidents)) == len(incidents)
    assert tiny.statuses() == found  # again is the same


@RANDOM
@given(plans=ledgers(), data=st.data())
def test_versions_are_what_was_known(
    shared_store: Store, ledger_settings: Settings, plans: list[Planned], data: st.DataObject
) -> None:
    tiny = load(shared_store, ledger_settings, plans)
    lines = identities(tiny, plans)
    versions = tiny.versions()
    events = {moment for plan in plans for moment in (plan.loaded, plan.accepted, plan.withdrawn) if moment}
    moments = sorted(events | {moment - timedelta(minutes=1) for moment in events} | {END})
    for moment in moments:
        valid = valid_at(versions, moment)
        assert len(set(valid)) == len(valid)
        assert {lines[identity] for identity in valid} == standing_at(plans, moment)
    chosen = data.draw(st.sampled_from(moments))
    assert tiny.known_at(chosen) == set(valid_at(versions, chosen))
    # No interval is empty, and those of one incident do not touch.
    for item, after in pairwise(versions):
        assert item["bekend_tot"] is None or item["bekend_van"] < item["bekend_tot"]
        if (item["incident_hash"], item["volgnummer"]) == (after["incident_hash"], after["volgnummer"]):
            assert item["bekend_tot"] < after["bekend_van"]


@hypothesis_settings(RANDOM, max_examples=4)
@given(plans=ledgers(), data=st.data())
def test_the_order_of_rows_means_nothing(
    shared_store: Store, ledger_settings: Settings, plans: list[Planned], data: st.DataObject
) -> None:
    shuffled = [replace(plan, lines=tuple(data.draw(st.permutations(plan.lines)))) for plan in plans]
    found = load(shared_store, ledger_settings, plans).statuses()
    again = load(shared_store, ledger_settings, shuffled).statuses()
    for plan, other in zip(plans, shuffled, strict=True):
        one = Counter(zip(plan.lines, found[plan.name], strict=True))
        assert one == Counter(zip(other.lines, again[other.name], strict=True))


@hypothesis_settings(RANDOM, max_examples=4)
@given(plans=ledgers(), data=st.data())
def test_the_order_of_loading_means_nothing(
    shared_store: Store, ledger_settings: Settings, plans: list[Planned], data: st.DataObject
) -> None:
    # Each delivered at another moment: at the same moment the order of loading decides.
    plans = [replace(plan, delivered=BASE - timedelta(minutes=number)) for number, plan in enumerate(plans)]
    found = load(shared_store, ledger_settings, plans).statuses()
    assert load(shared_store, ledger_settings, data.draw(st.permutations(plans))).statuses() == found
