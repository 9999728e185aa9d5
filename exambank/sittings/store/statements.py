"""The statements of the hot path. Times are whole milliseconds, ``{now}`` is the database's clock.

The guard is the first thing each of them does: it touches the sitting only for the right person (signed in, not
revoked), the right seat (browser and epoch), which no person has locked, questions that are open, and a time that
counts; everything else hangs on the row it returns. The same decision stands in ``rules.accepts`` for people, and a
test compares the two.
"""

# Past the deadline the touch itself turns ``open`` into ``collecting`` and notes, from the old row, whether the seat
# had been silent: otherwise this very contact would wipe out the evidence.
_TOUCH = """
    state = CASE WHEN state = 'open' AND paused_at IS NULL AND {now} > deadline_at THEN 'collecting' ELSE state END,
    silent_at_deadline = CASE WHEN state = 'open' AND paused_at IS NULL AND {now} > deadline_at
        THEN last_contact_at < deadline_at - :silence ELSE silent_at_deadline END,
    last_contact_at = {now}"""

_SIGNED_IN = """EXISTS (SELECT 1 FROM "user" AS person
        WHERE person.id = sitting.user_id AND person.session_version = :version AND person.is_active)"""

_COUNTS = """state IN ('open', 'collecting') AND (
        paused_at IS NOT NULL
        OR {now} <= deadline_at + :flush
        OR ({now} <= deadline_at + :grace AND CASE WHEN state = 'open'
            THEN last_contact_at < deadline_at - :silence ELSE silent_at_deadline END))"""

# A section's end is harder than the paper's: the next one has begun. The last section ends with the paper.
_IN_SECTION = """(section_deadline_at IS NULL OR section_deadline_at >= deadline_at OR paused_at IS NOT NULL
        OR {now} <= section_deadline_at + :flush)"""

# In the order of ``operations.Clock``.
_CLOCK = """state, epoch, deadline_at, paused_at, {now} AS present,
    (SELECT value FROM generation ORDER BY id LIMIT 1) AS generation, notice_no, locked_at, section,
    section_deadline_at, open_from, open_to"""

GUARD = f"""UPDATE sitting SET {_TOUCH},
    last_save_at = {{now}},
    focus_losses = CASE WHEN :blurs > focus_losses THEN :blurs ELSE focus_losses END
WHERE public_id = :sitting AND user_id = :user AND epoch = :epoch AND browser = :browser
    AND locked_at IS NULL AND :first >= open_from AND :last <= open_to
    AND {_SIGNED_IN}
    AND {_COUNTS}
    AND {_IN_SECTION}
RETURNING id, {_CLOCK}"""

POLL = f"""UPDATE sitting SET {_TOUCH}
WHERE public_id = :sitting AND user_id = :user AND browser = :browser AND state IN ('open', 'collecting')
    AND {_SIGNED_IN}
RETURNING id, {_CLOCK}"""

FLAG = f"""UPDATE sitting SET flags = :flags, last_contact_at = {{now}}
WHERE public_id = :sitting AND user_id = :user AND epoch = :epoch AND browser = :browser AND state = 'open'
    AND locked_at IS NULL AND :last <= open_to AND (paused_at IS NOT NULL OR {{now}} <= deadline_at)
    AND {_SIGNED_IN}
RETURNING id, {_CLOCK}"""

# Typed text is logged at most once in ``:spacing``: then ``logged_at`` stays behind ``received_at``, and the close (or
# the next entry) logs the value that stands. Everything else is logged with each save, and typed text too when the
# clock was set back: the two times are equal exactly where the history has the present value.
_UPSERT = """ON CONFLICT (sitting_id, question) DO UPDATE
    SET seq = excluded.seq, payload = excluded.payload, received_at = excluded.received_at,
        is_blank = excluded.is_blank,
        logged_at = CASE WHEN {is_typed} AND response.logged_at > excluded.received_at - :spacing
            AND response.logged_at <= excluded.received_at
            THEN response.logged_at ELSE excluded.received_at END
    WHERE excluded.seq > response.seq"""

# --- SQLite: three statements in the batch's transaction, however many answers a request brings

SQLITE_UPSERT = f"""INSERT INTO response (sitting_id, question, seq, payload, is_blank, received_at, logged_at)
SELECT :id, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
    json_extract(value, '$[3]'), {{now}}, {{now}}
FROM json_each(:answers) WHERE true
{_UPSERT.format(is_typed="response.question IN (SELECT value FROM json_each(:typed))")}
RETURNING question, seq, logged_at = received_at"""

SQLITE_LOG = """INSERT INTO response_event (sitting_id, question, seq, payload, received_at)
SELECT :id, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), {now}
FROM json_each(:answers) ORDER BY key"""

# One statement and one row: each call of the driver gives the interpreter away and takes it back.
SQLITE_POLL = f"""{POLL},
    (SELECT json_group_object(question, seq) FROM response WHERE sitting_id = sitting.id) AS stored"""

# --- PostgreSQL: one statement

POSTGRESQL_SAVE = f"""WITH seat AS ({GUARD}),
given AS (
    SELECT * FROM unnest(CAST(:questions AS bigint[]), CAST(:seqs AS bigint[]), CAST(:payloads AS text[]),
        CAST(:blanks AS boolean[])) AS g(question, seq, payload, is_blank)),
saved AS (
    INSERT INTO response (sitting_id, question, seq, payload, is_blank, received_at, logged_at)
    SELECT seat.id, given.question, given.seq, given.payload, given.is_blank, seat.present, seat.present
    FROM seat CROSS JOIN given
    {_UPSERT.format(is_typed="response.question = ANY(CAST(:typed AS bigint[]))")}
    RETURNING sitting_id, question, seq, payload, received_at, logged_at),
logged AS (
    INSERT INTO response_event (sitting_id, question, seq, payload, received_at)
    SELECT sitting_id, question, seq, payload, received_at FROM saved WHERE logged_at = received_at)
SELECT seat.*, given.question, saved.seq FROM seat
LEFT JOIN given ON true LEFT JOIN saved ON saved.question = given.question"""

# One row, not one for each answer: forty rows of thirteen columns took longer to read than the rest of a heartbeat.
# That somebody was there a moment ago need not outlast a power cut: the commit does not wait for the disk.
POSTGRESQL_POLL = f"""WITH seat AS ({POLL})
SELECT seat.*, (SELECT json_object_agg(question, seq) FROM response WHERE sitting_id = seat.id) AS stored,
    set_config('synchronous_commit', 'off', true) FROM seat"""

# --- both: the slow path, taken when the guard let nothing through

STORED = "SELECT question, seq, payload FROM response WHERE sitting_id = :id"

EXPLAIN = f"""SELECT id, {_CLOCK}, user_id, browser, last_contact_at, silent_at_deadline,
    (SELECT count(*) FROM "user" AS person
        WHERE person.id = :user AND person.session_version = :version AND person.is_active)
FROM sitting WHERE public_id = :sitting"""

LOGGED = """SELECT question, seq FROM response_event WHERE sitting_id = :id
UNION SELECT question, seq FROM response WHERE sitting_id = :id"""

COUNT_QUARANTINED = "SELECT count(*) FROM quarantined_save WHERE sitting_id = :id"

QUARANTINE = """INSERT INTO quarantined_save
    (public_id, sitting_id, question, seq, payload, reason, contact_at, claimed_at, received_at)
VALUES (:public_id, :id, :question, :seq, :payload, :reason, :contact, :claimed, {now})
ON CONFLICT (sitting_id, question, seq) DO NOTHING"""
