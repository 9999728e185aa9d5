"""Responses become marks. The *raw mark* of a response is written once, with the rule that gave it, and never changed.

Whatever happens later (a faulty item credited to everybody, a further option accepted) is a *correction* with a reason
and a person; it adds dated *lines* beside the raw marks, can be previewed before and undone after. The total is the raw
points plus the lines in force, scaled and rounded as the Regulation of the learner's own class says.

Promise to the others: marking a sitting twice changes nothing; frozen results are never moved; ``marks.changed`` is
published whenever a total may have moved.
"""
