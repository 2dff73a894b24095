"""What the gates share: the sites, a browser, and what it saw on their pages."""

import pytest
from playwright.sync_api import sync_playwright

import sites as building
from visits import CHROMIUM, DESK, visit_all

BROWSED = ["demo", "recorded", "hostile"]


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    return building.build(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="session", params=[*BROWSED, "large"])
def site(request, sites):
    return sites[request.param]


@pytest.fixture(scope="session")
def all_visits(sites):
    pages = [page for name in BROWSED for page in sites[name].samples]
    return visit_all(pages, sites["demo"].project.parent)


@pytest.fixture(scope="session", params=BROWSED)
def visits(request, all_visits):
    return [visit for visit in all_visits if visit.page.site.name == request.param]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, sites):
    """Opens a page of a site."""
    contexts = []

    def open_page(name, path, viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.goto((sites[name].root / path.split("#")[0]).as_uri()
                 + ("#" + path.split("#")[1] if "#" in path else ""))
        return tab

    yield open_page
    for context in contexts:
        context.close()
