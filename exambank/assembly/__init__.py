"""From blueprint to sealed papers: the blueprint and its cells, feasibility, dealing by a recorded seed, approval.

Words: a blueprint (ma trận đề) has cells; a paper set is what one act dealt; a paper (đề) has a code (mã đề).
Promise to the others: an approved paper set never changes, and a paper row holds everything a sitting needs.
Why one row: papers are dealt before the bell, so that entering the exam is one update and a paper can be inspected.
Papers are secret from the lecturers of the class; whoever looks into one is recorded.
"""
