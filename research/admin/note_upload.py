"""Notes uploaded as Markdown files or a ZIP of them: what would become of each line, then the writing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from research import note_files
from research.admin.text_upload import TextUpload
from research.admin.texts_field import FilesField
from research.plans import Plan
from research.text_files import Files, TextsPlan

ENDINGS = (".md", ".markdown", ".txt")


class UploadForm(forms.Form):
    notes = FilesField(endings=ENDINGS, label=gettext_lazy("Markdown files, or a ZIP of them"))


class NoteUpload(TextUpload):
    change_list_template: Any = "admin/research/note/change_list.html"
    upload_name, upload_field, texts_form = "upload", "notes", UploadForm
    upload_title = gettext_lazy("Notes from Markdown")
    upload_template = "admin/research/note/upload.html"
    upload_table = "notes from Markdown"

    def plan_texts(self, files: Files, plan: Plan) -> TextsPlan:
        return note_files.plan_files(files, plan)
