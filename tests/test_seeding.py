"""The seed that is put back for a test is the one that was imported."""

import pytest
from django.db import connection, transaction

from research.models import Revision, VersionFile
from tests.seeding import all_rows, import_seed, put_back

pytestmark = pytest.mark.django_db


def test_rows_are_put_back_as_they_were():
    with transaction.atomic():
        import_seed()
        imported = all_rows()
        transaction.set_rollback(True)
    assert not Revision.objects.exists()
    with connection.cursor() as cursor:  # as a test that commits leaves it
        cursor.execute(
            "INSERT INTO research_index (rowid, tokens) VALUES (%s, %s)", imported["research_index"][1][0]
        )
    put_back(imported)
    assert all_rows() == imported
    assert len(imported["research_index"][1]) > 100
    assert VersionFile.objects.exists()
