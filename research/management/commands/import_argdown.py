from research import argdown_files
from research.management.base import TextsCommand
from research.text_files import Files, TextsPlan


class Command(TextsCommand):
    help = "Read theses and arguments from Argdown: a dry run that says what would become; --apply writes it."

    def plan_files(self, files: Files) -> TextsPlan:
        return argdown_files.plan_files(files)
