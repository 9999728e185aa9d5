"""Our statistics beside R's, field by field, and what they cost beside two Python packages.

    python -m bench.psychometrics REFERENCE_FOLDER [--largest 50000] [--compare-only]

The folder holds ``data/<set>/*.csv`` and ``ref/<set>.{ctt,distractors,irt,dif}.json``. One line a field: the worst
difference over all sets and models, and the tolerance; then CPU seconds of fits with exact errors on simulated answers,
one core, and, where the packages girth and mirt are installed (``pip install girth mirt``, for this alone), theirs. A
difference beyond its tolerance exits with 1.
"""
