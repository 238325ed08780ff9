"""The services an office offers: for each, a form as JSON Schema and where its first values come from."""
