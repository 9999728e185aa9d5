"""Module grades: the exam's mark and the component marks joined by the Regulation of the learner's own class.

A *grade* belongs to one learner in one exam. While results are a draft, grades follow every change of a mark by
themselves. Published, they move only when a person takes the changes over, having seen who moves. Frozen, nothing moves
them any more; whoever freezes signs with the full name, and the audit chain keeps the fingerprint of the whole list.

Promise to the others: a grade names the Regulation version and the marks it was computed from, so that anybody can work
it out again by hand; ``service.list_grades`` gives the rows in the order of Vietnamese names.
"""
