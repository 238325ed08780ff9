"""Documents: a case's facts set as a letter, printed to PDF/A and kept encrypted."""
