"""Gates that every site of `keepsake report` passes: in a browser, and as files.

    KEEPSAKE_BIN=.build/debug/keepsake KEEPSAKE_ORACLE=$(.ci/oracle) \\
        "$(.ci/browser)/bin/python" -m pytest Tests/Browser -q
"""

import gzip

import pytest

import generated
from sites import KEEPSAKE

pytestmark = pytest.mark.skipif(KEEPSAKE is None, reason="KEEPSAKE_BIN is not set")

# Kilobytes of 1,000 bytes, as written and as a web server sends them.
BUDGETS = {
    "index.html": (150, 25), "best.html": (150, 25), "compare/best.html": (250, 80),
    # Every page loads it once: light, dark, print and forced colours.
    "css": (12, 4),
}
# All scripts of a page together. One draws charts itself, of whatever readers choose.
SCRIPT_BUDGET = (20, 7)
CHOSEN_BUDGET = (35, 14)
EXPERIMENT_BUDGET = (250, 60)


def problems(visits, found):
    """The pages on which `found` has something to say, with what it says."""
    return ["%s: %s" % (visit.page, found(visit)) for visit in visits if found(visit)]


@pytest.mark.parametrize("way", ["light", "light, unfolded", "dark", "dark, without the script"])
def test_axe_finds_nothing(visits, way):
    found = problems(visits, lambda visit: "\n   ".join(visit.violations[way]))
    assert not found, "\n".join(found)


def test_a_site_with_a_baseline_is_among_them(sites):
    index = (sites["recorded"].root / "index.html").read_text()
    assert 'class="number delta' in index and ">baseline</span>" in index


def test_the_console_stays_empty(visits):
    found = problems(visits, lambda visit: visit.console)
    assert not found, "\n".join(found)


def test_no_request_fails(visits):
    found = problems(visits, lambda visit: visit.failed)
    assert not found, "\n".join(found)


def test_no_request_leaves_the_folder(visits):
    found = problems(visits, lambda visit: [
        url for url in visit.requests if not url.startswith(visit.page.site.root.as_uri() + "/")
    ])
    assert not found, "\n".join(found)


def test_no_dialog_opens(visits):
    found = problems(visits, lambda visit: visit.dialogs)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("way", ["script", "no script", "Jenkins"])
def test_a_phone_never_scrolls_the_page_sideways(visits, way):
    found = problems(
        visits, lambda visit: visit.phone_widths[way][0] > visit.phone_widths[way][1]
        and "%d of %d pixels" % tuple(visit.phone_widths[way]))
    assert not found, "\n".join(found)


def test_under_jenkins_a_page_looks_as_without_script(visits):
    found = problems(visits, lambda visit: visit.jenkins != visit.plain)
    assert not found, "\n".join(found)


def test_print_is_dark_on_white_even_in_dark_mode(visits):
    def wrong(visit):
        colours = visit.printed
        if colours["surface"] not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"):
            return colours
        marks = [value for value in (colours["text"], colours["ticks"]) if value]
        dark = all(sum(map(int, value[4:-1].split(","))) < 3 * 128 for value in marks)
        light = colours["halo"] in (None, "rgb(255, 255, 255)")
        return None if dark and light else colours

    found = problems(visits, wrong)
    assert not found, "\n".join(found)
    assert all(visit.pdf.startswith(b"%PDF") for visit in visits)


def test_hostile_names_are_shown_as_text(all_visits):
    pages = {}
    for visit in all_visits:
        if visit.page.site.name == "hostile":
            pages.setdefault(visit.page.kind, []).append(visit.shown_text)
    assert any(generated.SCRIPT.replace("/", "") in text for text in pages["health"])
    for kind in ["experiment", "compare", "index"]:
        assert any(generated.SCRIPT in text for text in pages[kind]), kind
    for kind in ["experiment", "compare"]:
        assert any(generated.BRACES in text for text in pages[kind]), kind
        assert any(generated.EMOJI in text for text in pages[kind]), kind
        assert any(generated.LONG in text for text in pages[kind]), kind


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_shared_files_keep_to_their_budgets(sites, name):
    site = sites["large"]
    paths = [path for path in site.files if path == name or
             path.startswith("assets/ks.") and path.endswith("." + name)]
    assert len(paths) == 1
    assert_small(site, paths, BUDGETS[name])


def test_experiments_keep_to_their_budget(sites):
    for page in sites["large"].pages:
        if page.kind == "experiment":
            assert_small(page.site, [page.path], EXPERIMENT_BUDGET)


def test_scripts_of_a_page_keep_to_their_budget(sites):
    kinds = set()
    for page in sites["demo"].pages:
        names = [attributes["src"].replace("../", "") for tag, attributes in page.markup.elements
                 if tag == "script"]
        stems = {name.split(".")[0] for name in names}
        # The first page, where charts of notes are read besides the table.
        if {"assets/table", "assets/readouts"} <= stems:
            assert page.path == "index.html"
            continue
        kinds.add(page.kind)
        assert_small(page.site, names, CHOSEN_BUDGET if page.kind == "chosen" else SCRIPT_BUDGET)
    assert kinds >= {"chosen", "index", "experiment", "compare", "parameters", "health"}


def assert_small(site, paths, budget):
    """Of several files the sum."""
    files = [(site.root / path).read_bytes() for path in paths]
    raw = sum(map(len, files)) / 1000
    small = sum(len(gzip.compress(file, 9, mtime=0)) for file in files) / 1000
    assert raw <= budget[0] and small <= budget[1], "%s: %.1f KB, %.1f gz" % (paths, raw, small)
