"""Which installed distributions are recorded: those that were imported, by whatever name."""

import importlib
import json
import sys

import pytest

from keepsake._packages import imported_packages


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site-packages folder of its own, first on the path; what is imported from it goes again."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        del sys.modules[name]


def install(site, name, version, files, information="{}-{}.dist-info", **others):
    for path in files:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text("")
    folder = site / information.format(name.replace("-", "_"), version)
    folder.mkdir()
    is_egg = folder.suffix == ".egg-info"
    header = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n\nName: not this\n".format(name, version)
    (folder / ("PKG-INFO" if is_egg else "METADATA")).write_text(header)
    if not is_egg:
        record = [*files, *["{}/{}".format(folder.name, other) for other in others]]
        (folder / "RECORD").write_text("".join("{},sha256=x,1\n".format(path) for path in record))
    for other, text in others.items():
        (folder / other.replace("_json", ".json").replace("_txt", ".txt")).write_text(text)


def packages(*names):
    """What is recorded of the distributions called `names`."""
    found = imported_packages()
    return {name: found[name] for name in names if name in found}


def test_a_distribution_is_recorded_when_a_module_of_it_is_imported(site):
    install(site, "PyYummy", "6.0", ["yummy/__init__.py", "yummy/loader.py"])
    assert packages("pyyummy") == {}
    importlib.import_module("yummy")
    assert packages("pyyummy") == {"pyyummy": "6.0"}


@pytest.mark.parametrize(
    "name, files, module, recorded",
    [
        ("scikit-yearn", ["skyearn/__init__.py"], "skyearn", "scikit-yearn"),
        ("Typing_Intentions", ["typing_intentions.py"], "typing_intentions", "typing-intentions"),
        ("ruamel.yummy", ["ruamelspace/yummy/__init__.py"], "ruamelspace.yummy", "ruamel.yummy"),
        ("deep", ["deepspace/a/b/c.py"], "deepspace.a.b.c", "deep"),
    ],
)
def test_names_are_those_of_setuptools(site, name, files, module, recorded):
    install(site, name, "1.2.3", files)
    importlib.import_module(module)
    assert packages(recorded) == {recorded: "1.2.3"}


def test_of_a_namespace_only_what_was_imported_is_recorded(site):
    install(site, "goggle-storage", "1", ["goggle/cloud/storage/__init__.py"])
    install(site, "goggle-auth", "2", ["goggle/auth/__init__.py"])
    install(site, "goggle", "3", ["goggle/search/__init__.py"])
    importlib.import_module("goggle.cloud.storage")
    assert packages("goggle", "goggle-storage", "goggle-auth") == {"goggle-storage": "1"}
    importlib.import_module("goggle.search")
    assert packages("goggle", "goggle-storage", "goggle-auth") == {"goggle-storage": "1", "goggle": "3"}


def test_a_module_of_the_program_is_not_mistaken_for_an_installed_one(site, tmp_path, monkeypatch):
    install(site, "plans", "1", ["plans/__init__.py"])
    own = tmp_path / "program"
    own.mkdir()
    (own / "plans.py").write_text("")
    monkeypatch.syspath_prepend(str(own))
    importlib.import_module("plans")
    assert packages("plans") == {}


def test_of_two_versions_the_one_that_was_imported_is_recorded(site, tmp_path, monkeypatch):
    install(site, "twice", "1", ["twice.py"])
    later = tmp_path / "other"
    later.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(later)])
    install(later, "twice", "2", ["twice.py"])
    importlib.import_module("twice")
    assert packages("twice") == {"twice": "1"}


class TestInstalledForEditing:
    def install(self, site, project, editable=True):
        install(
            site, "draft", "0.1", ["__editable___draft_finder.py"],
            direct_url_json=json.dumps({"url": project.as_uri(), "dir_info": {"editable": editable}}),
        )
        (project / "src").mkdir(parents=True)
        (project / "src" / "draftmodule.py").write_text("")

    def test_it_is_recorded_when_it_is_imported_from_where_it_is_edited(self, site, tmp_path, monkeypatch):
        project = tmp_path / "a project"
        self.install(site, project)
        monkeypatch.syspath_prepend(str(project / "src"))
        # A .pth file imports this at every start.
        importlib.import_module("__editable___draft_finder")
        assert packages("draft") == {}
        importlib.import_module("draftmodule")
        assert packages("draft") == {"draft": "0.1"}

    def test_a_virtual_environment_in_the_project_does_not_count(self, site, tmp_path):
        self.install(site, tmp_path)
        install(site, "other", "1", ["othermodule.py"])
        importlib.import_module("othermodule")
        assert packages("draft", "other") == {"other": "1"}

    def test_a_copy_from_a_folder_is_no_link_to_it(self, site, tmp_path, monkeypatch):
        project = tmp_path / "project"
        self.install(site, project, editable=False)
        monkeypatch.syspath_prepend(str(project / "src"))
        importlib.import_module("draftmodule")
        assert packages("draft") == {}

    def test_the_older_way_leaves_an_egg_info_folder_in_the_project(self, site):
        install(site, "Old-Draft", "0.2", ["olddraft.py"], "{0}.egg-info", top_level_txt="olddraft\n")
        importlib.import_module("olddraft")
        assert packages("old-draft") == {"old-draft": "0.2"}


def test_distutils_leaves_a_file_with_the_name_alone(site):
    (site / "ancient.py").write_text("")
    (site / "ancient-0.9-py3.11.egg-info").write_text("Metadata-Version: 1.0\nName: ancient\nVersion: 0.9\n")
    importlib.import_module("ancient")
    assert packages("ancient") == {"ancient": "0.9"}


@pytest.mark.parametrize("lost", ["RECORD", "METADATA"])
def test_a_damaged_installation_hides_only_itself(site, lost):
    install(site, "broken", "1", ["broken.py"])
    install(site, "sound", "1", ["sound.py"])
    (site / "broken-1.dist-info" / lost).unlink()
    (site / "torn-1.dist-info").mkdir()
    (site / "torn-1.dist-info" / "direct_url.json").write_text("{")
    importlib.import_module("broken")
    importlib.import_module("sound")
    assert packages("broken", "sound") == {"sound": "1"}


def test_modules_that_load_lazily_are_left_asleep(site, monkeypatch):
    class Lazy(type(sys)):
        def __getattr__(self, name):
            raise AssertionError("it was woken for " + name)

    monkeypatch.setitem(sys.modules, "lazy", Lazy("lazy"))
    monkeypatch.setitem(sys.modules, "nothing", None)
    monkeypatch.setitem(sys.modules, "strange", object())
    assert isinstance(imported_packages(), dict)


@pytest.mark.parametrize("folder", ["", "/nowhere", "/dev/null"])
def test_folders_that_are_not_there_are_passed_over(site, monkeypatch, tmp_path, folder):
    monkeypatch.setattr(sys, "path", [folder, *sys.path])
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    install(site, "here", "1", ["here.py"])
    importlib.import_module("here")
    assert packages("here") == {"here": "1"}


def test_what_is_really_installed_here():
    assert "pytest" in imported_packages()
    for module, name in [("sklearn", "scikit-learn"), ("yaml", "pyyaml"), ("dateutil", "python-dateutil")]:
        if module in sys.modules:
            assert name in imported_packages()
