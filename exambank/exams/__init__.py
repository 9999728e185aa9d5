"""The event: an exam with its schedule, candidates, rooms, invigilators, papers for candidates, opening and release.

Words: an exam (ca thi) is the event; a candidacy is one learner listed for it, with a number (số báo danh); the attempt
itself is a sitting and belongs to ``sittings``. Promise to the others: the rules of the room are frozen with the exam,
papers are bound before it opens, and the states only move along ``rules.STATES``. What sittings and grades must tell an
exam (counts, result state) they push down by calling this package.
"""
