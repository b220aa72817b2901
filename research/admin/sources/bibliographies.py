"""Bibliographies in the admin: sources come in from them, as a file or pasted, and go out to them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import bibliographies
from research.admin.exports import ExportAdmin, FileFormat
from research.admin.imports import ImportAdmin, UploadForm
from research.rows import Row
from research.sheets import Sheet
from research.text.bibliography import FORMATS


class SourcesForm(UploadForm):
    import_file = forms.FileField(label=gettext_lazy("File to import"), required=False, allow_empty_file=True)
    pasted = forms.CharField(
        label=gettext_lazy("or paste BibTeX, RIS, CSL-JSON, NoteExpress, EndNote or RefWorks"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12, "spellcheck": "false"}),
    )
    field_order = ["import_file", "encoding", "pasted"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("import_file"), cleaned.get("pasted", "").strip()
        if file and text:
            raise ValidationError(_("Choose a file or paste text, not both."))
        if not file and not text and not self.errors:
            raise ValidationError(_("Choose a file, or paste text."))
        return cleaned

    def sent(self) -> tuple[str, Iterable[bytes]]:
        """What was pasted has no name."""
        if self.cleaned_data["import_file"]:
            return super().sent()
        return "", [self.cleaned_data["pasted"].encode("utf-8-sig")]


class BibliographyFormat(FileFormat):
    format: str

    def get_content_type(self) -> str:
        return FORMATS[self.format].content_type

    def stream(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
        return bibliographies.written(rows, self.format)


class BibTeX(BibliographyFormat):
    format, title, extension = "bibtex", "BibTeX", "bib"


class RIS(BibliographyFormat):
    format, title, extension = "ris", "RIS", "ris"


class CSLJSON(BibliographyFormat):
    """Beside the JSON of the table, whose name is `sources.json`."""

    format, title, extension = "csl-json", "CSL-JSON", "csl.json"


class BibliographyAdmin(ImportAdmin, ExportAdmin):
    upload_form = SourcesForm
    export_formats = [*ExportAdmin.export_formats, BibTeX, RIS, CSLJSON]

    def read_sheet(self, path: Path, name: str, encoding: str) -> Sheet:
        return bibliographies.read_sources(path, encoding=encoding, name=name)
