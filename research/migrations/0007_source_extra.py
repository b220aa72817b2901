from django.db import migrations, models


def fill_rows(apps, schema_editor):
    """Rows kept from before have no such cell; a merge compares whole rows."""
    for name in ("Draft", "Revision"):
        model = apps.get_model("research", name)
        batch = []
        for kept in model.objects.filter(table="sources").only("row").iterator(chunk_size=500):
            kept.row.setdefault("extra", "")
            batch.append(kept)
            if len(batch) == 500:
                model.objects.bulk_update(batch, ["row"])
                batch = []
        model.objects.bulk_update(batch, ["row"])


class Migration(migrations.Migration):
    dependencies = [("research", "0006_roles")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="extra",
            field=models.TextField(
                blank=True,
                help_text="One a line, by their CSL names, as in Zotero's Extra: “volume: 27”, “page: 379-423”, “editor: 李四; Miller, Ann”. A line indented by two spaces goes on with the one above.",
                verbose_name="further fields",
            ),
        ),
        migrations.RunPython(fill_rows, migrations.RunPython.noop, elidable=True),
    ]
