"""What an exam tells about its items: statistics with their evidence, in sentences a lecturer can act on.

A *run* is one computation over one exam's marks. It names the data (a hash of the matrix) and the formulas, so that the
same data give the same run and never a second one. Runs happen in the worker, after an exam is closed and whenever its
marks change; what they find of each item version is handed to the bank, where it meets the other exams of that item.

Papers differ between candidates: an item that a candidate was not given is missing, not wrong. A figure that does not
exist is absent together with the reason, and a suspicion is raised only on evidence: at least ``rules.MINIMUM_N``
candidates and an interval that bears it out.

Promise to the others: nothing here runs where people save answers; rows are written in small batches under one act
record.
"""
