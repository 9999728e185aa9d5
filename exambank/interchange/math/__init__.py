"""PURE. Formulas between LaTeX (what the bank keeps), MathML (packages, web pages) and OMML (Word)."""

from exambank.interchange.math.converting import latex_of_mathml, latex_of_omml, mathml_of_latex, omml_of_latex
from exambank.interchange.math.tree import MathProblem

__all__ = ["MathProblem", "latex_of_mathml", "latex_of_omml", "mathml_of_latex", "omml_of_latex"]
