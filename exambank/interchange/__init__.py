"""Files in and out: question banks, people and component marks from Excel or CSV; results and banks back out.

Words: a *sheet* is a file read into rows of texts; a *draft* is one row understood as an item; a *batch* is a file that
was read and shown and waits for somebody to accept it. Every row of a file is accepted, warned of or refused, and the
three add up; nothing of a file is in the bank before a person has seen the preview, and then it goes in as a whole.

Promise to the others: nothing here writes another package's tables; items go through ``bank.service``, people through
``accounts.service``, component marks through ``courses.service``. Formulas are never computed, macros never read.

The parsers (``sheet``, ``bank_sheet``, ``people_sheet``, ``marks_sheet``) are pure. What they find wrong is data, a
code with values; ``messages`` makes sentences of it.
"""
