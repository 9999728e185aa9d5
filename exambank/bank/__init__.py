"""The question bank: items, their versions, review, pictures, and what came back from exams about them.

An item (câu hỏi) is known by its code; its text lives in versions. A version goes draft -> review -> accepted, and then
its text never changes again: papers point at versions, marks point at the scoring they used, so a later edit is a new
version beside the old one, which stays in force until a second person accepts the new. Nobody reviews what he wrote or
edited. Nothing is deleted; what is no longer wanted is retired with a reason.

The promise to the others: an accepted version carries its ``fragment``, the sanitised HTML that the candidate's page
shows, without key, weight or lock. What a kind of item is (check, deal, parse, score) is one class in
``interactions``; adding a kind adds one class there.

An accepted item is not sound for ever: what exams or people say against it opens a concern (việc xem xét lại), which
somebody who did not write it settles, or a new version, suspending or retiring does. Meanwhile papers may use it, and
whoever makes them sees the flag.

Above us, assembly asks ``service.list_pool`` and tells ``service.record_use``; analysis tells
``service.record_statistics``, ``raise_concern`` and ``withdraw_concern``. The bank never looks uphill.
"""
