"""Home: the desk of each role, and the few pages that belong to the whole house.

Owns no table and writes nothing. The desk gathers what waits for a person from the packages below (``desk``, a module
for each group of roles) and puts the most urgent first; several roles give one list. Beside it: how the system stands
(``system``), the audit chain for those who may read it (``records``), the school's certificate and the health check.
"""
