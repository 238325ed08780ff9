"""Documents that exist only as drawings, and a camera that photographs them; for tests, demo and measurement."""
