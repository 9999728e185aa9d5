"""One scenario's place: a school of its own, its server, its candidates, and the reckoning at the end."""

import contextlib
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults import school, troubles
from bench.faults.client import Browser, Machine, Refused, Unreachable
from bench.faults.cluster import Cluster
from bench.faults.desk import Desk
from bench.faults.ledger import Ledger
from bench.faults.machine import Host
from bench.faults.oracle import Books, Times, Verdict, judge, judge_closings

SETTLE_SECONDS = 40.0


@dataclass
class Workshop:
    """What all scenarios of a run share: filled schools, PostgreSQL, the shim; each made at its first use."""

    seed: int
    folder: Path
    templates: dict[str, school.Template] = field(default_factory=dict)
    cluster: Cluster | None = None
    shim: Path | None = None
    count: int = 0

    def template(self, kind: str) -> school.Template:
        if kind not in self.templates:
            database = self.postgresql().create("faults_template") if kind == "postgresql" else None
            self.templates[kind] = school.fill(self.folder / f"template-{kind}", database)
        return self.templates[kind]

    def postgresql(self) -> Cluster:
        self.cluster = self.cluster or Cluster()
        return self.cluster

    def library(self) -> Path:
        self.shim = self.shim or troubles.build(self.folder)
        return self.shim

    def close(self) -> None:
        if self.cluster:
            self.cluster.stop()


class Stage:
    """``with Stage(workshop, name, kind) as stage``: nothing of it is left behind."""

    def __init__(self, workshop: Workshop, name: str, kind: str = "sqlite"):
        self.workshop, self.name, self.kind = workshop, name, kind
        self.seed = f"{workshop.seed}|{name}"
        self.rng = random.Random(self.seed)
        self.ledger, self.notes = Ledger(), {}
        self.verdict_extra: list[str] = []
        self.hosts: list[Host] = []
        self.candidates: list[Browser] = []
        self.has_straight_clock = True
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Stage":
        workshop = self.workshop
        workshop.count += 1
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=workshop.folder))
        self.template = workshop.template(self.kind)
        self.template.copy_to(self.folder / "instance")
        self.database = f"sqlite:///{self.folder / 'instance' / 'exambank.sqlite'}"
        self._postgresql_name = ""
        if self.kind == "postgresql":
            self._postgresql_name = f"faults_{workshop.count}"
            self.database = workshop.cluster.create(self._postgresql_name, template="faults_template")
        self.host = self.add_host(Host(self.folder / "instance", self.database if self._postgresql_name else None))
        self.desk = self._stack.enter_context(Desk(self.folder / "instance", self.database))
        return self

    def __exit__(self, *_) -> None:
        for host in self.hosts:
            if host.process:
                host.kill_all()
        self._stack.close()
        if self._postgresql_name:
            self.workshop.cluster.drop(self._postgresql_name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_host(self, host: Host) -> Host:
        self.hosts.append(host)
        return host

    @property
    def names(self) -> dict[str, str]:
        """Sittings by their place in the list: the same in every run."""
        return {one.sitting: f"seat {at}" for at, one in enumerate(self.template.seats)}

    def keep(self, context):
        """Enter a context that ends with the stage."""
        return self._stack.enter_context(context)

    # --- the exam ---

    def open(self, *, seconds: float = 600, flush: int = 3, grace: int = 6, options: tuple[str, ...] = ()) -> None:
        """The exam has begun and lasts so long; the server is up."""
        self._seconds, self._limits = seconds, {"flush": flush, "grace": grace}
        self._begin(3600)
        self.host.start(*options)
        self._begin(3600)

    def _begin(self, seconds: float) -> None:
        deadline = school.begin(self.database, seconds=seconds, **self._limits)
        self.times = Times(deadline, self._limits["flush"] * 1000, self._limits["grace"] * 1000)

    def with_troubles(self) -> troubles.Troubles:
        """From the next start on the server's machine has a clock that can be set and a disk that can be full."""
        self.host.troubles = troubles.Troubles(self.workshop.library(), self.folder / "control")
        return self.host.troubles

    def machine(self, at: int, name: str = "A", address: tuple[str, int] | None = None) -> Machine:
        """A computer at which this learner signs in."""
        folder = self.folder / f"machine-{at}-{name}"
        folder.mkdir(exist_ok=True)
        return Machine(address or self.host.address, folder, dict(self.template.seats[at].cookies))

    def seat(self, count: int = 12, address: tuple[str, int] | None = None) -> list[Browser]:
        """So many candidates enter."""
        for at in range(count):
            machine = self.machine(at, address=address)
            browser = Browser(machine, self.template.seats[at].sitting, self.ledger, f"{self.seed}|{at}")
            self.candidates.append(browser)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._enter, self.candidates))
        self._begin(self._seconds)  # from here the time of the scenario runs, however slow the machine was so far
        for one in self.candidates:
            one.look()
        return self.candidates

    def _enter(self, browser: Browser) -> None:
        for _attempt in range(40):
            with contextlib.suppress(Unreachable):
                browser.arrive()
                return browser.enter(self.template.code)
            time.sleep(0.2)
        raise RuntimeError(f"{browser.sitting} cannot enter")

    def choose(self, browser: Browser) -> tuple[int, dict]:
        """Some answer to some question; text is typed now and then."""
        question = browser.rng.randint(1, school.QUESTIONS)
        tokens = next(one for one in self.template.seats if one.sitting == browser.sitting).tokens[question]
        if not tokens:
            return question, {"text": f"Bài làm số {browser.rng.randrange(10**6)} của thí sinh"}
        return question, {"choice": browser.rng.choice(tokens)}

    def live(self, browser: Browser, pause: float, stopping: threading.Event) -> None:
        """Answer, save, ask, until told to stop or until the paper is over; what was lost is opened again."""
        while not stopping.wait(browser.rng.uniform(0, 2 * pause)):
            if browser.ended in {"sign_in", "gone"}:
                browser = self.reload(browser)
            if browser.ended:
                return
            if not browser.is_over:
                browser.give(*self.choose(browser))
            browser.flush()
            browser.poll()

    def reload(self, browser: Browser) -> Browser:
        """F5, or the tab opened again: the same machine, its journal, nothing else. Signed in again if need be."""
        fresh = Browser(browser.machine, browser.sitting, self.ledger, browser.rng.random(), limit=browser.limit)
        fresh.machine.cookies.update(self._session_of(browser.sitting))
        fresh.epoch = browser.epoch
        browser.ended = browser.ended or "reloaded"
        self.candidates = [fresh if one is browser else one for one in self.candidates]
        try:
            fresh.enter()
        except Unreachable:
            fresh.adopt_offline()
        except Refused as refused:
            fresh.turn_away(refused)
        return fresh

    def _session_of(self, sitting: str) -> dict[str, str]:
        return next(one.cookies for one in self.template.seats if one.sitting == sitting)

    @contextlib.contextmanager
    def working(self, pause: float = 0.05) -> Iterator[None]:
        """All candidates work while the block lasts."""
        stopping = threading.Event()
        threads = [threading.Thread(target=self.live, args=(one, pause, stopping)) for one in self.candidates]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()

    def work(self, seconds: float, pause: float = 0.05) -> None:
        with self.working(pause):
            time.sleep(seconds)

    def each(self, act: Callable[[Browser], object]) -> None:
        """All candidates do this at once."""
        with ThreadPoolExecutor(max(len(self.candidates), 1)) as pool:
            list(pool.map(act, list(self.candidates)))

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Everybody's page goes on trying until nothing waits on any machine."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for one in [one for one in self.candidates if one.ended in {"sign_in", "gone"}]:
                self.reload(one)
            waiting = [one for one in self.candidates if not one.ended and (one.unsent() or one.must_enter)]
            if not waiting:
                return
            for one in waiting:
                one.poll()
                one.flush()
            time.sleep(0.02)
        left = sum(len(one.unsent()) for one in self.candidates if not one.ended)
        self.wrong(f"{left} answers still wait on the machines {seconds:.0f} s after all was well again")

    def wait_for(self, is_so: Callable[[], bool], what: str, seconds: float = 30.0) -> bool:
        """Whether it came about; if not, that is wrong."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if is_so():
                return True
            time.sleep(0.1)
        self.wrong(f"it did not come about within {seconds:.0f} s: {what}")
        return False

    def past_deadline(self, milliseconds: int) -> None:
        """Wait until the deadline and so much more has passed."""
        time.sleep(max((self.times.deadline + milliseconds) / 1000 - time.time(), 0))

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """No server meanwhile: who closes late because of it is not wrong."""
        since = time.time()
        yield
        self.ledger.note_outage(since)

    # --- the reckoning ---

    def books(self) -> Books:
        return Books(self.database)

    def states(self) -> dict[str, str]:
        """State of every sitting that was entered."""
        entered = {one.sitting for one in self.candidates}
        return {name: row["state"] for name, row in self.books().sittings.items() if name in entered}

    def are_all(self, state: str) -> bool:
        return set(self.states().values()) == {state}

    def wrong(self, text: str) -> None:
        self.verdict_extra.append(text)

    def expect(self, is_so: bool, what: str) -> None:
        """What this scenario itself must see."""
        if not is_so:
            self.wrong(what)

    def judge_closings(self) -> None:
        """For a scenario whose clock was wrong for a while and is right again."""
        verdict = Verdict()
        judge_closings(self.ledger, self.books(), self.times, verdict)
        self.verdict_extra += verdict.problems

    def reckon(self) -> Verdict:
        verdict = judge(self.ledger, self.books(), self.times, may_judge_times=self.has_straight_clock)
        for text in self.verdict_extra:
            verdict.err(text)
        return verdict


def connect_sqlite(database: str) -> sqlite3.Connection:
    """Another process's hand on the file."""
    return sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
