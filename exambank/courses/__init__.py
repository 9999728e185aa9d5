"""Where teaching happens: the school and its words, programmes with a versioned Regulation, course modules with topics
and cognitive levels, cohorts, terms, offerings (a module given to a class), enrolment, attendance and component marks.

Promise to the others: an adopted Regulation never changes; every rule that a number could hide in is read from it.
"""
