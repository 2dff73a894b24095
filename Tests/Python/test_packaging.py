"""The wheel: what is in it, on which systems it says that it runs, and what missing parts say."""

import base64
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "Sources" / "Python"
sys.path.insert(0, str(SOURCE / "backend"))

import keepsake_build  # noqa: E402
from keepsake_build import binary, platforms  # noqa: E402
from keepsake_build.elf import ELFFile, NotELF  # noqa: E402
from keepsake_build.metadata import version  # noqa: E402

VERSION = version(SOURCE / "src")


def elf(machine=62, libraries=("libc.so.6",), versions=("GLIBC_2.34",)):
    """The bytes of a file with a dynamic section that needs these, at an address of its own."""
    base, headers = 0x400000, 64
    strings = b"\0"

    def name(text):
        nonlocal strings
        strings += text.encode() + b"\0"
        return len(strings) - len(text) - 1

    needed = [(1, name(library)) for library in libraries]
    names = [name(one) for one in versions]
    dynamic_at = headers + 2 * 56
    dynamic_size = 16 * (len(needed) + 3)
    versions_at = dynamic_at + dynamic_size
    table = struct.pack("<HHIII", 1, len(names), 1, 16, 0)
    for index, at in enumerate(names):
        last = index + 1 == len(names)
        table += struct.pack("<IHHII", 0, 0, 0, at, 0 if last else 16)
    strings_at = versions_at + len(table)
    entries = [*needed, (5, base + strings_at), (0x6FFFFFFE, base + versions_at), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    size = strings_at + len(strings)
    file_header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, headers, 0, 0, 64, 56, 2, 0, 0, 0
    )
    loaded = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 4096)
    section = struct.pack("<IIQQQQQQ", 2, 6, dynamic_at, base + dynamic_at, 0, dynamic_size, dynamic_size, 8)
    return file_header + loaded + section + dynamic + table + strings


def write(path, content):
    path.write_bytes(content)
    path.chmod(0o755)
    return path


class TestWhatABinaryNeeds:
    def test_libraries_and_versions_are_read_from_the_dynamic_section(self):
        file = ELFFile(elf(183, ["libc.so.6", "libm.so.6"], ["GLIBC_2.35", "GLIBC_2.4"]))
        assert file.machine == "aarch64"
        assert file.needed_libraries == ["libc.so.6", "libm.so.6"]
        assert file.needed_versions == ["GLIBC_2.35", "GLIBC_2.4"]

    @pytest.mark.parametrize("program", ["sh", "python3", "git", "gcc", "swift"])
    def test_real_programs_are_read_as_readelf_reads_them(self, program):
        path, readelf = shutil.which(program), shutil.which("readelf")
        if path is None or readelf is None:
            pytest.skip("{} or readelf is not installed".format(program))
        content = Path(os.path.realpath(path)).read_bytes()
        if content[:4] != b"\x7fELF":
            pytest.skip("{} is a script".format(program))
        listing = subprocess.run(
            [readelf, "-VdW", os.path.realpath(path)], capture_output=True, text=True, check=True
        ).stdout
        needs = listing[listing.find("Version needs section") :]
        file = ELFFile(content)
        assert set(file.needed_versions) == {
            words[words.index("Name:") + 1] for words in map(str.split, needs.splitlines()) if "Name:" in words
        }
        assert file.needed_libraries == [
            line[line.index("[") + 1 : -1] for line in listing.splitlines() if "(NEEDED)" in line
        ]

    def test_a_file_that_is_cut_anywhere_is_refused_or_read(self):
        whole = elf()
        for length in range(len(whole)):
            try:
                ELFFile(whole[:length])
            except NotELF:
                pass

    def test_what_is_no_elf_file_is_refused(self):
        for content in (b"", b"#!/bin/sh\n", elf()[:5] + b"\x02" + elf()[6:], elf(machine=8)):
            with pytest.raises(NotELF):
                ELFFile(content)


class TestPlatformTag:
    @pytest.mark.parametrize(
        "versions, machine, tag",
        [
            (["GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.9"], 62, "manylinux_2_34_x86_64"),
            (["GLIBC_2.17"], 183, "manylinux_2_17_aarch64"),
            (["GLIBC_2.2.5"], 62, "manylinux_2_2_x86_64"),
            (["GLIBC_2.34", "GLIBC_ABI_DT_RELR"], 62, "manylinux_2_36_x86_64"),
        ],
    )
    def test_names_the_oldest_c_library_that_has_all(self, tmp_path, versions, machine, tag):
        path = write(tmp_path / "keepsake", elf(machine, versions=versions))
        assert platforms.platform_tag(path) == tag

    def test_a_binary_that_needs_other_libraries_promises_nothing_elsewhere(self, tmp_path):
        path = write(tmp_path / "keepsake", elf(libraries=["libswiftCore.so", "libc.so.6"]))
        assert platforms.platform_tag(path) == "linux_x86_64"

    def test_a_binary_for_macos_runs_on_the_release_that_built_it(self, tmp_path, monkeypatch):
        monkeypatch.setattr(platforms.platform, "mac_ver", lambda: ("14.5", ("", "", ""), "arm64"))
        monkeypatch.setattr(platforms.platform, "machine", lambda: "arm64")
        path = write(tmp_path / "keepsake", b"\xcf\xfa\xed\xfe" + bytes(60))
        assert platforms.platform_tag(path) == "macosx_14_0_arm64"


class TestFindingTheBinary:
    def test_the_environment_names_it(self, tmp_path):
        path = write(tmp_path / "chosen", b"")
        assert binary.find_or_build(tmp_path, {"KEEPSAKE_BIN": str(path)}, shutil.which) == path

    def test_it_is_built_where_swift_is(self, tmp_path):
        (tmp_path / ".ci").mkdir()
        write(tmp_path / ".ci" / "release", b"#!/bin/sh\necho building >&2\necho /built/keepsake\n")
        found = binary.find_or_build(tmp_path, {}, lambda name: "/usr/bin/" + name)
        assert found == Path("/built/keepsake")

    @pytest.mark.parametrize(
        "environment, release, swift, said",
        [
            ({"KEEPSAKE_BIN": "/nowhere"}, "exit 0", True, "KEEPSAKE_BIN is /nowhere, which is no program"),
            ({}, None, True, "Install from a complete checkout"),
            ({}, "exit 0", False, "Swift is missing.*Install Swift 6.2 or newer"),
            ({}, "exit 3", True, "went wrong.*3.*Run .*release by itself"),
        ],
    )
    def test_what_is_missing_is_said(self, tmp_path, environment, release, swift, said):
        if release is not None:
            (tmp_path / ".ci").mkdir()
            write(tmp_path / ".ci" / "release", "#!/bin/sh\n{}\n".format(release).encode())
        with pytest.raises(binary.Unbuildable, match=said):
            binary.find_or_build(tmp_path, environment, lambda name: name if swift else None)


@pytest.fixture
def carried(tmp_path, monkeypatch):
    path = write(tmp_path / "binary", elf(versions=["GLIBC_2.34"]))
    monkeypatch.setenv("KEEPSAKE_BIN", str(path))
    return path


class TestTheWheel:
    def test_carries_sources_types_and_the_binary(self, tmp_path, carried):
        name = keepsake_build.build_wheel(str(tmp_path))
        assert name == "keepsake-{}-py3-none-manylinux_2_34_x86_64.whl".format(VERSION)
        with zipfile.ZipFile(tmp_path / name) as wheel:
            names = wheel.namelist()
            assert {"keepsake/py.typed", "keepsake/_values.py", "keepsake/bin/keepsake"} <= set(names)
            assert not [one for one in names if "__pycache__" in one or one.endswith(".pyc")]
            assert wheel.read("keepsake/bin/keepsake") == carried.read_bytes()
            assert wheel.getinfo("keepsake/bin/keepsake").external_attr >> 16 == 0o100755
            points = wheel.read("keepsake-{}.dist-info/entry_points.txt".format(VERSION))
            assert b"keepsake = keepsake._command:main" in points

    def test_records_every_file_with_its_hash(self, tmp_path, carried):
        name = keepsake_build.build_wheel(str(tmp_path))
        with zipfile.ZipFile(tmp_path / name) as wheel:
            record = "keepsake-{}.dist-info/RECORD".format(VERSION)
            rows = [line.split(",") for line in wheel.read(record).decode().splitlines()]
            assert [row[0] for row in rows] == wheel.namelist()
            for path, digest, size in rows[:-1]:
                content = wheel.read(path)
                expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
                assert (digest, int(size)) == ("sha256=" + expected.decode(), len(content))
            assert rows[-1] == [record, "", ""]

    def test_the_same_content_makes_the_same_bytes(self, tmp_path, carried):
        content = []
        for folder in (tmp_path / "first", tmp_path / "second"):
            folder.mkdir()
            content.append((folder / keepsake_build.build_wheel(str(folder))).read_bytes())
        assert content[0] == content[1]

    def test_its_metadata_is_there_without_a_binary(self, tmp_path, monkeypatch):
        monkeypatch.delenv("KEEPSAKE_BIN", raising=False)
        folder = keepsake_build.prepare_metadata_for_build_wheel(str(tmp_path))
        lines = (tmp_path / folder / "METADATA").read_text().splitlines()
        assert "Name: keepsake" in lines and "Version: " + VERSION in lines
        assert "Requires-Python: >=3.9" in lines

    def test_an_editable_one_points_to_the_sources_and_the_binary(self, tmp_path, monkeypatch, carried):
        sources = tmp_path / "src"
        (sources / "keepsake").mkdir(parents=True)
        shutil.copy(SOURCE / "src" / "keepsake" / "_version.py", sources / "keepsake")
        monkeypatch.setattr(keepsake_build, "SOURCES", sources)
        for _ in range(2):
            name = keepsake_build.build_editable(str(tmp_path))
            assert (sources / "keepsake" / "bin" / "keepsake").resolve() == carried.resolve()
        with zipfile.ZipFile(tmp_path / name) as wheel:
            assert wheel.read("__editable__.keepsake.pth").decode() == "{}\n".format(sources)

    def test_there_is_no_source_distribution(self, tmp_path):
        with pytest.raises(keepsake_build.UnsupportedOperation, match="pip wheel ./Sources/Python"):
            keepsake_build.build_sdist(str(tmp_path))


class TestTheSources:
    def test_have_strict_types_in_the_backend_too(self):
        pytest.importorskip("mypy")
        check(sys.executable, "-m", "mypy", "--no-incremental", "--config-file", "pyproject.toml", "backend")

    def test_run_on_python_3_9(self):
        pytest.importorskip("vermin")
        check(
            Path(sys.executable).parent / "vermin", "-t=3.9-", "--no-tips", "--eval-annotations", "src", "backend"
        )


def check(*command):
    result = subprocess.run(
        command, cwd=SOURCE, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stdout + result.stderr


def pip(*arguments, environment):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
    )


@pytest.mark.skipif("KEEPSAKE_BIN" not in os.environ, reason="KEEPSAKE_BIN is not set")
class TestPip:
    """pip itself, with the real binary and no network."""

    def test_installs_a_command_and_a_module_that_find_the_binary(self, tmp_path):
        target = tmp_path / "site"
        environment = {**os.environ, "PIP_NO_INDEX": "1"}
        result = pip("install", "--target", target, SOURCE, environment=environment)
        assert result.returncode == 0, result.stdout
        carried = target / "keepsake" / "bin" / "keepsake"
        assert carried.read_bytes() == Path(os.environ["KEEPSAKE_BIN"]).read_bytes()
        clean = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(target)}
        command = subprocess.run(
            [target / "bin" / "keepsake", "--version"], env=clean, capture_output=True, text=True, cwd=tmp_path
        )
        assert command.returncode == 0, command.stderr
        assert command.stdout.startswith("keepsake version ")
        code = "from keepsake._binary import binary_path; print(binary_path())"
        found = subprocess.run(
            [sys.executable, "-c", code], env=clean, capture_output=True, text=True, cwd=tmp_path, check=True
        )
        assert found.stdout.strip() == str(carried)

    def test_says_what_is_missing_where_swift_is_not(self, tmp_path):
        environment = {key: value for key, value in os.environ.items() if key != "KEEPSAKE_BIN"}
        environment.update(PATH=str(tmp_path), PIP_NO_INDEX="1")
        result = pip("install", "--target", tmp_path / "site", SOURCE, environment=environment)
        assert result.returncode != 0
        assert "Swift is missing" in result.stdout
        assert "Traceback" not in result.stdout
