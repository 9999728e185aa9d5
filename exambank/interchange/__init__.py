"""Files in and out: banks of questions in many formats, people and component marks from tables; results and banks out.

Words: a *source* is a file at the door; a *reading* is what was found in it, an *entry* one item of it; a *draft* is an
item as our bank keeps it; what we cannot play is kept *raw*. A *batch* is a file that was read and shown and waits for
somebody to accept it. Every entry is accepted, warned of, kept raw or refused, and the four add up; nothing of a file
is in the bank before a person has seen the preview, and then it goes in as a whole.

Promise to the others: nothing here writes another package's tables; items go through ``bank.service``, people through
``accounts.service``, component marks through ``courses.service``. Formulas are never computed, macros never read,
scripts never run, addresses never fetched.

Pure are ``neutral`` (the model), ``formats`` (a package each), ``texts`` and ``math`` (HTML and formulas between the
worlds), ``safety`` (archives, XML). What they find wrong is data, a code with values; ``messages`` makes sentences of
it. Files of strangers are read in a child process with limits (``reading_child``), started by a job.
"""
