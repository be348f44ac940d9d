"""What we keep: records, the SQLite store, evidence, views and hand-over files. Imports no other package."""
