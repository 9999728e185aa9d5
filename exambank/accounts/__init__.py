"""Who: people and their roles, departments, signing in, one-time cards at the door.

Words: a *person* is a ``User``; a *role* is held through a ``RoleGrant`` (a head of department holds it for a
department); the *first password* is made by us, shown once on a *slip* and must be changed; a *door card* is a code
that lets a learner in once when the password is forgotten at the door of an exam.

Promises to the others: a password or a card code is never stored or logged in clear; one attacker cannot lock the
account of somebody at another address; a session whose ``session_version`` is old ends at its next request; somebody
always holds a role that manages people.
"""
