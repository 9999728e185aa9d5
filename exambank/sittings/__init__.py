"""The exam room: enter, answer, save, submit, resume, quarantine, the invigilator's view.

Words. A *sitting* is one candidate's attempt, prepared before the bell (``ready``), working (``open``), past its
deadline (``collecting``) and done (``closed``). The *seat* is the one browser that holds it; its *epoch* is raised at
every entry, re-entry and takeover. ``seq = epoch << 32 | n``, ``n`` being the browser's own counter: the order of
saves is decided by the database and by nothing else. The *generation* names the life of the database; a restore
begins a new one.

Promise to the others: an acknowledged answer is on the disk; the database's clock decides; a closed sitting never
changes by itself; whatever came too late or from an older seat is in the quarantine until a person decides.
``sitting.closed`` is published once for each sitting and ``exam.closed`` (by exams) when the last one is in.

Files. ``rules`` decides, ``store`` is the hot path (one transaction a save, no ORM, no user row), ``papers`` caches
what is immutable, ``rescue`` is the format of a journal carried by hand, ``service`` is the door, ``sweeper`` closes by
the clock, ``views`` are the candidate's pages, the JSON protocol below and the invigilator's room.

THE PROTOCOL between the room's page and the server
---------------------------------------------------
Every JSON request: ``X-Exambank: 1``, ``Content-Type: application/json``, same origin, at most 256 KB (else 413).
``<s>`` is the sitting's public id. Times are whole milliseconds of the server's clock. ``q`` is the question's number
on this paper, from 1. Keys of JSON objects are texts ("7"), as JSON wants.

CLOCK = {"state", "epoch", "generation", "server_ms", "deadline_ms", "remaining_ms", "paused": bool, "notice", "locked":
bool, "section", "section_deadline_ms", "open": [first, last]}: part of every answer with status 200. ``state`` is
ready, open, collecting, closed (STATES.md has the whole life). While paused, ``remaining_ms`` stands still. ``notice``
rises when there are messages to fetch; ``section`` counts from 1 (0: one time for the whole paper); ``open``: the
questions that may be seen and answered now.

POST /sit/<s>/enter    {"code"?: text}   the code of the session (mã ca thi) at the first entry, or a takeover code
    200 CLOCK + {"journal_key": base64 of 32 bytes, "stored": {q: [seq, payload]}, "flags": [q], "questions": count,
        "url", "exam": its public id, "rescue_key": point that rescue files are sealed to (``rescue``) or null}
    409 {"error": "seat_held"} another browser holds the seat: ask the invigilator for a takeover code and send it
    409 {"error": "not_open" | "too_late" | "closed" | ..., "message"}; 422 {"error": "code", "message"} wrong code;
    429 {"error": "wait"} too many wrong codes. The browser that already holds the seat needs no code.
    The cover sends the same as a form and is sent on to the room; the first page after that holds the values of the 200
    as ``<script id="entry" data-sum>`` (CRC-32 of the text), so that its script need not enter once more. Two pages
    must not write under one epoch: a browser takes an entry up once (``journal.js``) and otherwise enters anew.
POST /sit/<s>/save     {"epoch", "generation", "saves": [{"q", "n", "payload": object, "at": client ms}],
                        "contact"?: {"blurs": times the page lost focus since entry}}    up to 100 saves
    200 CLOCK + {"saved": {q: seq now stored}, "newer": {q: payload}}   ``newer``: the stored one is newer than what was
        sent; take it over. Same seq again is success. A generation that differs from the client's: compare with /state.
    409 {"error": "seat_taken"} another browser took over; what was sent is kept in the quarantine
    409 {"error": "re_enter"} same browser, older epoch (reload, second tab, restored server): POST enter, send again
    409 {"error": "collecting" | "closed", "quarantined": [q], "saved": {q: seq}} too late: kept for a person's
        decision; ``saved``: these had been stored before
    409 {"error": "not_here" | "section_over" | "locked", "quarantined", "saved", "newer"} not open (any more), too late
        for its section, or stopped until a person has looked: kept as above; of a mixed batch the open ones are stored
    422 {"error": "invalid", "question": q, "message"} nothing of the request was stored
    401 {"error": "sign_in"} signed out or revoked; 404 no such sitting of yours; 503 {"error": "busy"} try again later
GET  /sit/<s>/state    200 CLOCK + {"stored": {q: seq}}; counts as contact. 409 seat_taken: another browser sits here
POST /sit/<s>/go       {"epoch", "generation", "saves": [...], "to": q}    one step on where the paper is not open as a
    whole; ``to`` is open[1] + 1 (the next question, or the first of the next section: there is no way back). A ``to``
    that is open already moves nothing and tells how things stand; null leaves the section named in "section".
    200 CLOCK + {"saved", "newer", "quarantined", "questions": [{"q", "html"}]} all that is open now; 409 as for save
GET  /sit/<s>/door     200 {"state", "may_enter", "reason", "message", "start_ms", "server_ms"}: what the cover asks
    while it waits; reasons are those of ``service.admission.Door``
POST /sit/<s>/flags    {"epoch", "flags": [q]}    200 {"flags": [q]}
POST /sit/<s>/submit   {"epoch", "saves": [...]}
    200 CLOCK + {"receipt": "K7Q2-9F3M", "submitted_ms", "answered", "url", "saved", "newer"}; repeating it is harmless
    409 {"error": "too_early", "allowed_ms", "message"} or as for save
GET  /sit/<s>/journal  200 CLOCK + {"journal_key", "is_seat": bool}: for a browser that has entered here before, so that
    a journal left behind on its machine can be handed up (``save``) and wiped; 404 for any other browser
GET  /sit/<s>          cover page before entry, the room while open, the receipt after the close
GET  /sit/<s>/q/<n>    the same question without JavaScript; GET /sit/<s>/review its overview and submit form
GET  /sit/<s>/media/<q>  the picture of a question; GET /sit/<s>/media/<q>/<picture> one within its texts
GET  /sit/shell        the empty room for offline reloads, without personal data; GET /sw.js the service worker
GET  /receipt          anybody with a receipt: code and seal (or number), POSTed; is exactly this submission still held?

POST /sit/<s>/events   {"epoch", "events": [{"kind": "blur" | "hidden" | "fullscreen", "ago_ms", "ms", "count"}]}
    200 {"server_ms"} always: merged, a few a minute, dropped above that (exams whose lockdown is "watch")
POST /sit/<s>/proof    {} with Safe Exam Browser's values: 200 {"server_ms"}, and pages pass the gate for three minutes

THE GATE (``views/gate``) stands before every address under /sit/<s>: 403 {"error": "network" | "lockdown", "message"},
for pages the same in words. Safe Exam Browser proves itself by its two headers or, where its engine sends none, by
``X-Exambank-Seb: <config hash>,<browser exam hash>`` with ``X-Exambank-Page: <address of the page>``. A save of the
seat that cannot is stored and answered with "locked": true; from then on 409 {"error": "locked"} until somebody
unlocks it.

The seat is known by signed cookies of its own, two a sitting (``views/seats``): they survive signing in again and a
restart of the browser.

The room's page: ``<main id="room" data-sitting data-epoch data-state data-deadline-ms data-server-ms
data-submit-from-ms data-questions data-sign-in-url data-navigation data-part-ends>`` holds ``<section data-question="7"
id="q-7">``, each with the macro of its kind (``templates/interactions``): an element with data-kind and data-name (the
prefix of its fields, "r-7"; in a case each question again: "r-7.<token>"). All fieldsets are disabled once time is
over. Fields are named by ``bank.interactions.field_name``: ``r-7`` or ``r-7-<token>``, so that the plain form and the
script read the same ones. ``[hidden]`` is the script's to set; buttons carry data-go, data-cell, data-flag; counts
data-count; words are read from ``#texts [data-text]``. Payloads: single choice {"choice": token|null}, multiple
{"choices": [tokens]}, true_false {"choice": "true"|"false"|null}, cluster {"statements": {token: true|false|null}},
short text, oral and essay {"text"}, essay in parts {"parts": {token: text}}, number {"value", "unit"}, matching
{"pairs": {token: target|null}}, ordering {"places": {token: 1..n|null}}, gaps {"gaps": {token: text|choice|null}}, case
{"questions": {token: payload}}.
"""
