"""The form in which an entry of a file is mended: what all kinds have, and a part for each kind.

It works on drafts, before there is an item: the bank's own form works on items. Both speak the same names in the page
("options-1-text"), so that the page's script serves both.
"""

from exambank.interchange.entry_form.form import EntryForm, kinds_to_choose, start_draft
from exambank.interchange.entry_form.kinds import PARTS, part_of
from exambank.interchange.entry_form.rows import Column, Part, Row, RowSet

__all__ = ["PARTS", "Column", "EntryForm", "Part", "Row", "RowSet", "kinds_to_choose", "part_of", "start_draft"]
