"""PURE numpy/scipy. Papers from a pool by a specification: drawn, balanced, ordered; or proof of why it cannot be."""
