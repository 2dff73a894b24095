"""What the gates share: the sites, and what a browser saw on their pages."""

import pytest

import sites as building
from visits import visit_all

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
