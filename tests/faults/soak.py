"""Many residents, rough weather, a server killed again and again: what was lost, what was said twice?"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.failpoints import NAMES
from bot.preparing import lease_for
from tests.faults.conversations import Crowd
from tests.faults.database import Facts, look
from tests.faults.harness import Installation, Killer, Server
from tests.faults.invariants import Report, examine
from tests.faults.stubs.faults import ROUGH_WEATHER, FaultPlan
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery

# The product waits this long for a platform, so that hanging answers do not make the run itself hang.
SEND_TIMEOUT = 2.0
NETWORK = {"hang_seconds": 4.0, "drip_seconds": 1.0, "refuse_seconds": 0.4}


def run(folder: Path, *, messages: int, kills: int, seed: int = 0, database_url: str = "") -> Report:
    """One soak of the product in an empty folder."""
    installation = Installation(folder, database_url, {"UKETOME_SEND_TIMEOUT": str(SEND_TIMEOUT)})
    with (
        LineStub(faults=FaultPlan(ROUGH_WEATHER, seed=seed + 1), per_user_per_minute=None, **NETWORK) as line,
        TelegramStub(faults=FaultPlan(ROUGH_WEATHER, seed=seed + 2), rates=Rates(scale=4), **NETWORK) as telegram,
    ):
        installation.furnish()
        account, bot = line.account(), telegram.bot()
        line_url = installation.connect_line(line, account)
        telegram_url = installation.connect_telegram(telegram, bot)
        engines = (
            LineDelivery(line, account, line_url, seed=seed, duplicates=0.03, shuffle=0.1),
            TelegramDelivery(telegram, bot, telegram_url, scale=0.1),
        )
        return drive(installation, *engines, messages=messages, kills=kills, seed=seed, failpoints=tuple(sorted(NAMES)))


def drive(
    installation: Installation,
    line: LineDelivery,
    telegram: TelegramDelivery,
    *,
    messages: int,
    kills: int,
    seed: int = 0,
    failpoints: tuple[str, ...] = (),
    check: Callable[[str], Facts] = look,
    patience: float = 240.0,
    lease: float = lease_for(SEND_TIMEOUT).total_seconds(),
    settling: float = 240.0,
) -> Report:
    """Let the residents talk while the server dies, wait until all is quiet, examine; `check` reads the database."""
    crowd = Crowd(line, telegram, messages=messages, seed=seed, patience=patience, lease=lease)
    server = Server(installation)
    server.start()
    killer = Killer(server, lambda: crowd.progress, kills=kills, seed=seed, failpoints=failpoints)
    crowd.deaths, crowd.back_at = killer.killed_at, lambda: killer.back_at
    killer.start()
    try:
        _talk(crowd, killer)
        line.stub.faults.on = telegram.stub.faults.on = False
        killer.finish()
        for log in (line.log, telegram.log):
            log.settle(settling)
        _quieten(lambda: check(installation.database_url), settling)
    finally:
        killer.finish()
        server.stop()
    report = examine(
        crowd.residents,
        {"line": line.stub.sent, "telegram": telegram.stub.sent},
        {"line": line.log, "telegram": telegram.log},
        [*line.stub.violations, *telegram.stub.violations],
        check(installation.database_url),
        killer.killed_at,
    )
    report.figures["died_at"] = dict(sorted(killer.died_at.items()))
    report.figures["slowest_start_s"] = round(max(server.ready_after), 2)
    if not killer.finished:
        report.broken.append("not every kill took place")
    return report


def _talk(crowd: Crowd, killer: Killer) -> None:
    while not crowd.done:
        crowd.step()
        if killer.trouble is not None:
            raise killer.trouble
        time.sleep(0.02)


def _quieten(facts: Callable[[], Facts], timeout: float) -> None:
    """Wait until the product has worked everything off; what is left after `timeout` s is reported as it is."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        seen = facts()
        if not seen.events_waiting and not seen.unsent:
            return
        time.sleep(0.5)


def main() -> int:
    """Run from the command line; exit code 1 means a broken invariant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier run")
    parser.add_argument("--database-url", default="", help="an empty database; SQLite in a temporary folder by default")
    parser.add_argument("--folder", type=Path, default=None, help="keeps the database, the log and report.json")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="uketome-soak-", ignore_cleanup_errors=True) as temporary:
        folder = given.folder or Path(temporary)
        report = run(folder, messages=given.messages, kills=given.kills, seed=seed, database_url=given.database_url)
        report.figures |= {"seed": seed, "seconds": round(time.monotonic() - begun, 1)}
        report.write(folder / "report.json")
        print(report.text())
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
