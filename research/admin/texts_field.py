"""The field of a form for texts: files, or a ZIP of them, as they come from any machine."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from research.text_files import Files

MOST_BYTES, MOST_FILES = 20 * 1024 * 1024, 500


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Texts, or a ZIP of them, of which those with one of the endings are taken."""

    def __init__(self, endings: tuple[str, ...], **kwargs: Any) -> None:
        self.endings = endings
        attrs = {"accept": ",".join((*endings, ".zip"))}
        super().__init__(widget=ManyFiles(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Files:
        uploads = data if isinstance(data, list) else [data]
        files: Files = []
        for upload in uploads:
            file = super().clean(upload, initial)
            try:
                files += read_upload(file, self.endings)
            except ValueError as error:
                raise forms.ValidationError(f"{file.name}: {error}") from error
        if len(files) > MOST_FILES or sum(len(data) for _name, data in files) > MOST_BYTES:
            raise forms.ValidationError(too_much())
        return files


def read_upload(upload: UploadedFile, endings: tuple[str, ...]) -> Files:
    """The file's texts, by name. Raises ValueError with what to do."""
    name = upload.name or ""
    if (upload.size or 0) > MOST_BYTES:
        raise ValueError(too_much())
    data = upload.read()
    if not name.lower().endswith(".zip"):
        return [(name, data)]
    try:
        return read_zip(data, endings)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ValueError(_("This ZIP cannot be read; pack it again, without a password.")) from error


def read_zip(data: bytes, endings: tuple[str, ...]) -> Files:
    files: Files = []
    room = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(entry_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()]
        wanted = [
            (file, entry)
            for name, entry in entries
            if (file := PurePosixPath(name).name).lower().endswith(endings) and not file.startswith(".")
        ]
        if len(wanted) > MOST_FILES:
            raise ValueError(too_much())
        for name, entry in wanted:
            with archive.open(entry) as packed:
                content = packed.read(room + 1)
            room -= len(content)
            if room < 0:
                raise ValueError(too_much())
            files.append((name, content))
    if not files:
        raise ValueError(_("There is no file in it that ends in %s.") % ", ".join(endings))
    return files


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Packers in Chinese Windows write names in GB18030 and do not say so; zipfile takes them for CP437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def too_much() -> str:
    return _("That is too much at once: at most %(files)s files and %(megabytes)s MB.") % {
        "files": MOST_FILES,
        "megabytes": MOST_BYTES // 1024 // 1024,
    }
