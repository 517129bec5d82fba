"""The authority's answers, commitments and progress."""
