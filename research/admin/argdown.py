"""Argdown in the admin: theses with their arguments come in from files, and go out to them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from research import argdown_files
from research.admin.exports import ExportAdmin, FileFormat
from research.admin.text_upload import TextUpload
from research.admin.texts_field import FilesField
from research.plans import Plan
from research.rows import Row
from research.text_files import Files, TextsPlan

ENDINGS = (".argdown", ".ad", ".adown", ".txt", ".md")


class ArgdownForm(forms.Form):
    boards = FilesField(endings=ENDINGS, label=gettext_lazy("Argdown files, or a ZIP of them"))


class Argdown(FileFormat):
    """The theses that are exported, each with its arguments."""

    title, extension, content_type = "Argdown", "argdown", "text/plain; charset=utf-8"

    def stream(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
        return argdown_files.written(rows)


class ArgdownAdmin(TextUpload):
    """For the theses' admin."""

    change_list_template: Any = "admin/research/thesis/change_list.html"
    export_formats = [*ExportAdmin.export_formats, Argdown]
    upload_name, upload_field, texts_form = "argdown", "boards", ArgdownForm
    upload_title = gettext_lazy("Theses from Argdown")
    upload_template = "admin/research/thesis/argdown.html"
    upload_table = "theses from Argdown"

    def plan_texts(self, files: Files, plan: Plan) -> TextsPlan:
        return argdown_files.plan_files(files, plan)
