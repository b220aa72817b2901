from itertools import islice

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

from research.text import placeholders

# Tables with their titles and their Markdown, in which placeholders are found.
TEXTS = {
    "Organization": ("organizations", ["name", "aliases"], ["summary"]),
    "Mode": ("modes", ["name"], ["definition"]),
    "Industry": ("industries", ["name"], []),
    "Source": ("sources", ["title", "authors", "publisher", "container"], ["body"]),
    "Note": ("notes", ["title"], ["body"]),
    "Case": ("cases", ["title"], ["body"]),
    "Criterion": ("criteria", ["name", "group"], ["description"]),
    "Finding": ("findings", ["value"], ["body"]),
    "Comparison": ("comparisons", ["title"], ["intro"]),
    "Thesis": ("theses", ["statement"], ["body"]),
    "Argument": ("arguments", ["claim"], ["body"]),
    "Event": ("events", ["title"], ["body"]),
}


def parts(values):
    while part := list(islice(values, 500)):
        yield part


def fill_rows(apps, schema_editor):
    """Rows kept from before have no such cell; a merge compares whole rows."""
    for name in ("Draft", "Revision"):
        model = apps.get_model("research", name)
        for table, column in (("todos", "gap"), ("criteria", "shelf_life")):
            found = model.objects.filter(table=table).only("row").iterator(chunk_size=500)
            for batch in parts(found):
                for kept in batch:
                    kept.row.setdefault(column, "")
                model.objects.bulk_update(batch, ["row"])


def find_placeholders(apps, schema_editor):
    """Of all texts that were written before."""
    kept = apps.get_model("research", "Placeholder")
    for name, (table, lines, texts) in TEXTS.items():
        records = apps.get_model("research", name).objects.only("pk", *lines, *texts)
        for batch in parts(records.iterator(chunk_size=500)):
            kept.objects.bulk_create(
                kept(table=table, record_id=record.pk, word=word, excerpt=excerpt)
                for record in batch
                for word, excerpt in found_in(record, lines, texts).items()
            )


def found_in(record, lines, texts):
    found = [one for line in lines for one in placeholders.in_line(getattr(record, line))]
    found += [one for text in texts for one in placeholders.in_markdown(getattr(record, text))]
    return {one.word: one.excerpt for one in reversed(found)}


class Migration(migrations.Migration):
    dependencies = [
        ("research", "0012_batch_moved_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Placeholder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=30, verbose_name="table")),
                ("record_id", models.BigIntegerField(verbose_name="record")),
                ("word", models.CharField(max_length=20, verbose_name="word")),
                ("excerpt", models.CharField(max_length=200, verbose_name="text")),
            ],
            options={
                "verbose_name": "placeholder",
                "verbose_name_plural": "placeholders",
                "default_permissions": (),
                "ordering": ["table", "record_id", "id"],
            },
        ),
        migrations.AddField(
            model_name="criterion",
            name="shelf_life",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Months after which a figure is out of date and asked for anew; empty: never.",
                null=True,
                validators=[MinValueValidator(1), MaxValueValidator(1200)],
                verbose_name="shelf life",
            ),
        ),
        migrations.AddField(
            model_name="todo",
            name="gap",
            field=models.CharField(
                blank=True,
                help_text="What is missing, as the list of gaps names it; when it is there, the to-do is done.",
                max_length=500,
                verbose_name="gap",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("shelf_life", None), ("shelf_life__range", (1, 1200)), _connector="OR"),
                name="criterion_shelf_life_in_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="todo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "doing")), models.Q(("gap", ""), _negated=True)),
                fields=("gap",),
                name="todo_gap_once",
                violation_error_message="There is an unfinished to-do for this gap already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeholder",
            constraint=models.UniqueConstraint(
                fields=("table", "record_id", "word"), name="placeholder_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="placeholder",
            constraint=models.CheckConstraint(
                condition=models.Q(("word", ""), _negated=True), name="placeholder_word_given"
            ),
        ),
        migrations.RunPython(fill_rows, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(find_placeholders, migrations.RunPython.noop, elidable=True),
    ]
