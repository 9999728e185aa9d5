"""The exam room under faults: kill -9, bad networks, full disks, wrong clocks, restores elsewhere, storms.

    python -m bench.faults [--only NAME ...] [--seed 1] [--database mixed|sqlite|postgresql] [--list]

Every scenario starts a school of its own on a real ``exambank serve``, lets candidates work through the room's protocol
(``client``: the page's journal, told in Python; ``browser``: the page itself in Chromium), breaks something, and then
compares three records that know nothing of each other: what candidates gave and were told (``ledger``), what the
database holds, and what the rules say about every moment (``oracle``). A lost answer, or a decision about time that the
rules do not give, is an error.

Words. *Acknowledged*: the server named the seq of this very answer as stored. *Stored*: of these, those that still
count, themselves or under a later answer of the same candidate. *Lost*: acknowledged and not stored, or another value
than was given. *Wrong*: an answer taken too late or refused in time, a paper closed early, late or not at all, anything
else that the scenario itself must not see.
"""
