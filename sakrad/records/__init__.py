"""Receipt series, review before publication, masks."""
