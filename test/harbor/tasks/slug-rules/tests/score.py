"""Prints the share of the rules that hold."""

import sys

sys.path.insert(0, ".")
from slugs.slug import slugify

RULES = [("Crème brûlée", "creme-brulee"), ("  Two  words ", "two-words"), ("A - B", "a-b"), ("plain", "plain")]
print(sum(slugify(title) == slug for title, slug in RULES) / len(RULES))
