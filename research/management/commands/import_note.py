from research import note_files
from research.management.base import TextsCommand
from research.text_files import Files, TextsPlan


class Command(TextsCommand):
    help = "Read notes from Markdown files: a dry run that says what becomes of them; --apply writes it."
    files_help = "named subject-topic-YYMMDD.md"

    def plan_files(self, files: Files) -> TextsPlan:
        return note_files.plan_files(files)
