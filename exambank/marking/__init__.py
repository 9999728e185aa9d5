"""Responses become marks. The *raw mark* of a response is written once, with the rule that gave it, and never changed.

What a machine cannot decide (an essay, an oral answer, such a question inside a case) becomes a *script*: known to its
*marker* by a random code alone, marked by a rubric in quarter points. The raw marks of a sitting are written when all
its scripts are finished, all at once; until then it is *being marked* and has no mark at all.

Whatever happens later (a faulty item credited to everybody, a further answer accepted, a script opened again) is a
dated *line* beside the raw mark, with a reason and a person. A *correction* can be previewed before and undone after.
The total is the raw points plus the lines in force, scaled and rounded as the Regulation of the learner's class says.

Promise to the others: marking a sitting twice changes nothing; no marker learns from us whose script it is; frozen
results are never moved; ``marks.changed`` is published whenever a total may have moved, and when the last script of a
closed exam is finished.
"""
