"""`flask demo`: sample municipalities told through the commands."""
