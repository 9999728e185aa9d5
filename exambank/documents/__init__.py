"""Documents: the official papers of an exam, set as PDF.

Owns no table. A document is plain data (``service.contents``) poured into a fixed typst template by a child process
(``compile``) that has a time and a memory limit and sees nothing of ours. What a person typed is never read as markup.
The same content gives the same check code, and the same content printed at the same moment gives the same bytes.

Words: a *kind* (candidate list, result list, minutes, mark sheet, grade sheet) of a *place* (a room, or the exam); a
*printing* is the act, with its person, its copy number, its check code, and the head of the audit chain at that time.

Official papers are Vietnamese, whatever language their reader uses: their words live in ``service.wording`` and in the
templates, not in the catalogue. The report on an item is a working paper of its readers and speaks their language.
"""
