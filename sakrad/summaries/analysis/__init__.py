"""What the machine can tell of answers, computed here and from nothing else. Pure: texts in, proposals with their reasons out."""
