"""Points, findings, citations."""
