"""The office: staff, cases, identity verification, documents and the web app."""
