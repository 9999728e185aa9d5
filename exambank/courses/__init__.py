"""Where teaching happens: the school and its words, programmes with a versioned Regulation, course modules with topics
and cognitive levels, cohorts, terms, offerings (a module given to a class), enrolment, attendance and component marks.

Promise to the others: an adopted Regulation never changes; every rule that a number could hide in is read from it
(``rules.RegulationRules``), with exact weights and half-up rounding only where it says so. Nothing that others point at
is deleted: topics, levels and modules are retired, learners leave. A mark sheet is stored whole or not at all.
Sentences about rules and reasons are made in ``labels`` and handed out by the service.
"""
