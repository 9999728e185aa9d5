"""PURE. Papers as Word documents: the paper of a code with the school's header, its key, the table of all keys, the map
between codes. Questions are written by the same writer as a bank; here they stand in the order that a paper deals.
"""

from exambank.interchange.papers.arranging import arranged
from exambank.interchange.papers.key_files import write_key, write_key_table, write_map
from exambank.interchange.papers.paper import Entry, Paper, PrintHead, write_paper

__all__ = ["Entry", "Paper", "PrintHead", "arranged", "write_key", "write_key_table", "write_map", "write_paper"]
