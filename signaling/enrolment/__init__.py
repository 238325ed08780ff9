"""Booths whose authority has enrolled them: a console says which key a booth of its own regions has.

registry   the table, beside the booths of `directory.toml`
endpoints  registering, revoking and listing over REST
"""
