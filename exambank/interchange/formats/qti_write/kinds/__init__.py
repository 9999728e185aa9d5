"""PURE. Each kind of item as QTI writes it, and the way back: one pair of functions a kind, side by side."""
