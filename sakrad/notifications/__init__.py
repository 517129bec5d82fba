"""Who is told what, the mailer and the worker."""
