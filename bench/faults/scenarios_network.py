"""The network between the room and the server: cut, slow, out of order, twice, garbled."""

import time

from bench.faults.proxy import Proxy
from bench.faults.registry import BOTH, SQLITE, scenario
from bench.faults.stage import Stage


def _behind_proxy(stage: Stage, candidates: int = 12, limit: float = 2.0) -> Proxy:
    proxy = stage.keep(Proxy(stage.host.address, stage.seed, names=stage.names))
    stage.seat(candidates, proxy.address)
    for one in stage.candidates:
        one.limit = limit
        one.drop()
    return proxy


@scenario(*BOTH)
def cut_5_seconds(stage: Stage) -> None:
    """The cable is out for five seconds, twice; work goes on offline."""
    stage.open()
    proxy = _behind_proxy(stage)
    with stage.working():
        for _time in range(2):
            time.sleep(2)
            proxy.change(is_down=True)
            time.sleep(5)
            proxy.change()
        time.sleep(1.5)
    stage.settle()


@scenario(SQLITE)
def cut_2_minutes(stage: Stage) -> None:
    """Packets vanish for two minutes (here twelve seconds, the page's patience ten times shorter)."""
    stage.open()
    proxy = _behind_proxy(stage)
    with stage.working():
        time.sleep(2)
        proxy.change(is_hole=True)
        time.sleep(12)
        proxy.change()
        time.sleep(2)
    stage.settle()


@scenario(*BOTH)
def cut_to_the_end(stage: Stage) -> None:
    """Cut until all is over: the server's answers are closed in time, what came later waits for a person."""
    stage.open(seconds=22, flush=2, grace=4)
    proxy = _behind_proxy(stage)
    with stage.working():
        time.sleep(3)
        proxy.change(is_hole=True)
        stage.past_deadline(-2000)
    before = {key: row["seq"] for key, row in stage.books().responses.items()}
    stage.past_deadline(4500)
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed without its browser", 30)
    proxy.change()
    stage.settle()
    books = stage.books()
    stage.expect({key: row["seq"] for key, row in books.responses.items()} == before, "a late answer merged by itself")
    stage.expect(len(books.kept) > 0, "nothing was kept for a person's decision")


@scenario(*BOTH)
def offline_across_the_deadline(stage: Stage) -> None:
    """Twenty minutes offline across the deadline (22 s): back within the grace it counts, unless the seat was heard."""
    stage.open(seconds=26, flush=2, grace=12)
    proxy = _behind_proxy(stage)
    heard = stage.candidates[:4]
    with stage.working():
        time.sleep(3)
        proxy.change(is_hole=True)
        for one in heard:  # their cable is in, their answers wait all the same
            one.machine.address = stage.host.address
            one.limit = 5.0
        stage.past_deadline(-300)
    for one in heard:
        one.look()
        one.give(*stage.choose(one))
    stage.past_deadline(4000)
    proxy.change()
    stage.settle()
    books = stage.books()
    silent = {one.sitting for one in stage.candidates[4:]}
    stage.expect(
        not any(row["sitting"] in silent for row in books.kept), "an answer of a seat that the server saw cut off waits"
    )
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 40)


@scenario(*BOTH)
def slow_network(stage: Stage) -> None:
    """150 ms each way and 16 KB a second."""
    stage.open()
    proxy = _behind_proxy(stage)
    proxy.change(latency=0.15, bytes_per_second=16_000)
    stage.work(9, 0.02)
    proxy.change()
    stage.settle()


@scenario(*BOTH)
def reordered(stage: Stage) -> None:
    """One request in seven arrives a second later, when the page has given up and sent newer answers."""
    stage.open()
    proxy = _behind_proxy(stage, limit=0.6)
    proxy.change(held=0.15, held_seconds=1.1)
    stage.work(9, 0.02)
    proxy.change()
    time.sleep(1.5)
    stage.settle()
    stage.notes.update(proxy.happened)


@scenario(*BOTH)
def duplicated(stage: Stage) -> None:
    """Two requests in five arrive twice, some of them a second later; one answer in ten is lost."""
    stage.open()
    proxy = _behind_proxy(stage)
    proxy.change(doubled=0.4, unanswered=0.1)
    stage.work(8, 0.02)
    proxy.change()
    time.sleep(1.5)
    stage.settle()
    stage.notes.update(proxy.happened)


@scenario(*BOTH)
def garbled(stage: Stage) -> None:
    """A byte of one message in eight comes over wrong, there or back, on plain http: never stored as something else."""
    stage.open()
    proxy = _behind_proxy(stage, candidates=16, limit=1.0)
    proxy.change(garbled=0.125)
    stage.work(14, 0.02)
    proxy.change()
    stage.settle()
    stage.notes.update(proxy.happened)
    for one in stage.candidates:
        wrong = [
            question for question, entry in one.given.items()
            if not entry.is_saved or _given(stage, one.sitting, question, entry) != entry.payload
        ]  # fmt: skip
        stage.expect(not wrong, f"{one.sitting} shows what nobody gave at {wrong}")


def _given(stage: Stage, sitting: str, question: int, entry) -> dict | None:
    found = stage.ledger.given.get((sitting, question, entry.seq))
    return found.payload if found else None
