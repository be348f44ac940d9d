"""Names of matters (事项): are two of them about the same thing, and which items does a zone list?

A name is read into what it is about (thing), what is done (action) and what sets it apart (aspects);
two names agree only where all of these do. Nothing is decided by how alike the letters are.
"""

from checks.matters.assignment import Match, match
from checks.matters.comparing import relation_of, same_matter, similarity
from checks.matters.normal import normal_form, printed_form

__all__ = ["Match", "match", "normal_form", "printed_form", "relation_of", "same_matter", "similarity"]
