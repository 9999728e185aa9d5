"""PURE. Blackboard: pools in both of their dialects, alone or in a package, and the text for uploading questions.

The newer dialect is QTI 1.2 with Blackboard's own words and is read by ``formats.canvas``; ``pool`` reads the older
one, ``upload`` the text with tabs.
"""

from exambank.interchange.formats.blackboard.reading import read

__all__ = ["read"]
