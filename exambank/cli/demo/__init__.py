"""The demonstration: a small invented school, filled through the same services that people use.

It plays six weeks in a minute: ``stage`` sets the clock back and names who acts, ``school``, ``bank``, ``exams`` and
``room`` are the acts in their order, ``simulate`` (pure) decides what candidates know, ``signins`` tells who may sign
in. Texts and lists stand in ``cli/demo_data``.
"""
