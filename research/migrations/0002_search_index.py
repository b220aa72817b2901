"""The full-text index beside the passages: FTS5 on SQLite, tsvector on PostgreSQL; `research.search` writes and reads it."""

from django.db import migrations

CREATE = {
    "sqlite": ["CREATE VIRTUAL TABLE research_index USING fts5(tokens, tokenize = 'ascii')"],
    "postgresql": [
        "CREATE TABLE research_index (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)",
        "CREATE INDEX research_index_tokens ON research_index USING gin (tokens)",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE research_index")


class Migration(migrations.Migration):
    dependencies = [("research", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
