"""Builds the sites that the gates look at, and reads their pages."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import generated

KEEPSAKE = os.path.abspath(os.environ["KEEPSAKE_BIN"]) if "KEEPSAKE_BIN" in os.environ else None
ORACLE = Path(os.environ.get("KEEPSAKE_ORACLE", Path.home() / ".cache" / "keepsake-oracle"))
RECORD = Path(__file__).resolve().parents[1] / "Interop" / "train_sklearn.py"


def run(*command, **options):
    result = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=300, **options
    )
    assert result.returncode == 0, "%s\n%s%s" % (command, result.stdout, result.stderr)
    return result.stdout


def report(project, folder, *arguments, **options):
    run(KEEPSAKE, "report", "-D", project, "-o", folder, *arguments, **options)


class Markup(HTMLParser):
    """The elements of a page, with what stands inside each script."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.ids = set()
        self.inline_scripts = []
        self.texts = []
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if "id" in dict(attributes):
            self.ids.add(dict(attributes)["id"])
        self._in_script = tag == "script"

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self._in_script = False

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script and data.strip():
            self.inline_scripts.append(data)
        self.texts.append(data)


@dataclass(frozen=True)
class Page:
    site: "Site"
    path: str

    @cached_property
    def text(self):
        return (self.site.root / self.path).read_text(encoding="utf-8")

    @cached_property
    def markup(self):
        return Markup(self.text)

    @cached_property
    def kind(self):
        return next(
            attributes["data-page"] for tag, attributes in self.markup.elements
            if tag == "body" and "data-page" in attributes
        )

    def __str__(self):
        return "%s/%s" % (self.site.name, self.path)


@dataclass(frozen=True)
class Site:
    name: str
    project: Path
    root: Path
    # What its report was made with.
    arguments: tuple = ()

    @cached_property
    def files(self):
        return sorted(path.relative_to(self.root).as_posix()
                      for path in self.root.rglob("*") if path.is_file())

    @cached_property
    def pages(self):
        return [Page(self, path) for path in self.files if path.endswith(".html")]

    @cached_property
    def samples(self):
        """Two pages of each kind, the longest and the shortest; all of the table's."""
        kinds = {}
        for page in self.pages:
            kinds.setdefault(page.kind, []).append(page)
        chosen = []
        for pages in kinds.values():
            pages.sort(key=lambda page: (len(page.text), page.path))
            chosen += [pages[-1]] if len(pages) == 1 else [pages[0], pages[-1]]
        return chosen


def build(folder):
    """The demo, a repository that 0.4.2 recorded with a baseline, a hostile and a large one."""
    # What reports keep between runs stays out of the home folder.
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")

    def demo():
        run(KEEPSAKE, "demo", folder / "demo")
        return Site("demo", folder / "demo", folder / "demo" / "report")

    def made(name, write, has_baseline=False):
        project = folder / name
        project.mkdir()
        write(project)
        arguments = ()
        if has_baseline:
            arguments = "--baseline", run(KEEPSAKE, "ls", "-q", "-D", project).split()[0]
        report(project, project / "report", *arguments)
        return Site(name, project, project / "report", arguments)

    def record(project):
        run(ORACLE / "bin" / "python", RECORD, "file://" + str(folder / "repository"), project)

    with ThreadPoolExecutor(2) as pool:
        sites = [
            pool.submit(made, "recorded", record, has_baseline=True), pool.submit(demo),
            pool.submit(made, "hostile", generated.write_hostile),
            pool.submit(made, "large", generated.write_large),
        ]
        return {site.name: site for site in (made.result() for made in sites)}


def svgs(page):
    return re.findall(r"<svg\b.*?</svg>", page.text, re.S)
