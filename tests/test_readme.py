"""The README, carried out: its files are written, its programs run, its servers do the main job.

The README is read from top to bottom, as a person would who tries it:

- a block under a line such as "`edge.yaml`:" is the content of that file;
- a ``sh`` block is a line of commands each, and every command must be one that this module knows how to try, in a
  directory with the files so far;
- ``yaml``, ``toml`` and ``json`` blocks must be well-formed, and a ``yaml`` file a distribution that loads;
- a ``python`` block without a name is run as a program.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from edgeware.config.loading import load
from tests.fixtures.keys import pair
from tests.servers.process import PATIENCE, REPOSITORY, Server, serving

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = REPOSITORY / "README.md"
EXAMPLES = REPOSITORY / "examples"
PICTURE = EXAMPLES / "shared" / "images" / "product.png"

# What a reader has already, and the README therefore leaves out: a Django project with the two views, a pair of keys,
# requests to send again.
AT_HAND: Mapping[str, str] = {
    "requests.txt": "curl http://127.0.0.1:8080/images/product.png\ncurl http://127.0.0.1:8080/api/products\n",
    "private.pem": pair().private,
    "public.pem": pair().public,
    "mysite/__init__.py": "",
    "mysite/settings.py": 'ALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "mysite.urls"\nSECRET_KEY = "test"\n',
    "mysite/urls.py": """
from pathlib import Path
from django.http import HttpResponse, JsonResponse
from django.urls import path

urlpatterns = [
    path("api/products", lambda request: JsonResponse({"id": "mug"})),
    path(
        "images/product.png",
        lambda request: HttpResponse(Path("images/product.png").read_bytes(), content_type="image/png"),
    ),
]
""",
}


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, the file that it is, and the files that stand before it."""

    line: int
    section: str
    language: str
    text: str
    file: str | None
    files: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.section}-line-{self.line}"


FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(?P<title>.+)$", re.MULTILINE)
FILE_NAME = re.compile(r"^`(?P<file>[\w./-]+)`:$")


def blocks(text: str) -> Iterator[Block]:
    files = dict(AT_HAND)
    for match in FENCE.finditer(text):
        before = text[: match.start()]
        headings = [heading["title"] for heading in HEADING.finditer(FENCE.sub("", before))]
        above = before.rstrip().rpartition("\n")[2]
        named = FILE_NAME.match(above)
        file = named["file"] if named else None
        yield Block(
            line=before.count("\n") + 1,
            section=headings[-1] if headings else "",
            language=match["language"],
            text=match["text"],
            file=file,
            files=dict(files),
        )
        if file:
            files[file] = match["text"]


def commands(block: Block) -> list[str]:
    joined = block.text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


BLOCKS = list(blocks(README.read_text(encoding="utf-8")))
SHELL = [(block, command) for block in BLOCKS if block.language == "sh" for command in commands(block)]


def of(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where a reader tries things; the picture is there."""
    (tmp_path / "images").mkdir()
    shutil.copy(PICTURE, tmp_path / "images")
    return tmp_path


def write(files: Mapping[str, str], directory: Path) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(arguments: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, *arguments], cwd=directory, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    return result


# --- the shell ------------------------------------------------------------------------------------------------------

PORT_OPTIONS: Mapping[str, str] = {
    "edgeware": "--port {port}",
    "flask": "--port {port}",
    "gunicorn": "--bind 127.0.0.1:{port}",
    "uvicorn": "--port {port}",
}


def do_the_main_job(server: Server) -> None:
    for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
        picture = server.get("/images/product.png")
        assert (picture.status, picture.header("X-Cache")) == (200, x_cache), server.log
        assert picture.header("Strict-Transport-Security") == "max-age=63072000; includeSubdomains; preload"
        assert picture.header("Content-Security-Policy") == "default-src 'self';"
        assert picture.body == PICTURE.read_bytes()
    products = server.get("/api/products")
    assert (products.status, products.header("X-Cache")) == (200, "Miss from cloudfront"), server.log
    assert products.header("Content-Security-Policy") is None


def try_server(words: list[str], directory: Path) -> None:
    command = [*words, *PORT_OPTIONS[words[0]].split()]
    with serving(command, directory / "log", cwd=directory) as server:
        do_the_main_job(server)


def try_edgeware(words: list[str], directory: Path) -> None:
    if words[1] == "run":
        try_server(words, directory)
    else:
        run(["-m", *words], directory)


def try_pytest(words: list[str], directory: Path) -> None:
    run(["-m", *words, "-p", "no:cacheprovider"], directory)


def try_pip(words: list[str], directory: Path) -> None:
    """``pip install 'edgeware[x]'``: the name and the extras are there. Nothing is installed."""
    assert words[1] == "install"
    check_requirements(words[2:])


def try_curl(words: list[str], directory: Path) -> None:
    """The two requests that the first example prints; tests/test_examples.py sends them."""
    assert words[:2] == ["curl", "-i"]
    text = (EXAMPLES / "fastapi_shop" / "main.py").read_text(encoding="utf-8")
    path = words[2].removeprefix("http://127.0.0.1:8000")
    assert f'print(f"curl -i http://127.0.0.1:{{port}}{path}"' in text


def try_setup(words: list[str], directory: Path) -> None:
    """A line that sets up ``.venv`` and goes on. What it installs and what it starts are there."""
    make, install, start = " ".join(words).split(" && ")
    assert make == "python3 -m venv .venv"
    assert install.startswith(".venv/bin/pip install -q ")
    check_requirements(word for word in install.split()[4:] if word not in {"-q", "-e"})
    if start == ".venv/bin/tox":
        assert (REPOSITORY / "tox.ini").is_file()
    else:
        interpreter, script = start.split()
        assert interpreter == ".venv/bin/python"
        assert (REPOSITORY / script).is_file()


def check_requirements(requirements: Iterator[str] | list[str]) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in requirements:
        match = re.fullmatch(r"(?P<name>[\w.-]+)(\[(?P<extras>[\w,-]+)\])?", requirement)
        assert match, requirement
        assert match["name"] in {".", project["name"], "fastapi", "tox"}
        assert set((match["extras"] or "").split(",")) - {""} <= set(project["optional-dependencies"])


TRY: Mapping[str, Callable[[list[str], Path], None]] = {
    "curl": try_curl,
    "edgeware": try_edgeware,
    "flask": try_server,
    "gunicorn": try_server,
    "pip": try_pip,
    "pytest": try_pytest,
    "python3": try_setup,
    "uvicorn": try_server,
}


@pytest.mark.parametrize(("block", "command"), SHELL, ids=[f"{block}-{command[:40]}" for block, command in SHELL])
def test_each_command_works_in_a_directory_with_the_files_so_far(block: Block, command: str, directory: Path) -> None:
    words = shlex.split(command)
    assert words[0] in TRY, f"README.md:{block.line}: this test does not know how to try {command!r}"
    write(block.files, directory)
    TRY[words[0]](words, directory)


def test_the_two_commands_of_the_readme_are_there_and_the_second_is_what_ci_runs() -> None:
    lines = [command for _, command in SHELL if command.startswith("python3 ")]
    assert len(lines) == 2
    assert (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == lines[1]
    assert lines[1] in (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")


# --- the other languages --------------------------------------------------------------------------------------------


def test_every_block_is_in_a_language_that_is_tried_here() -> None:
    unknown = [
        str(block) for block in BLOCKS if block.language not in {"sh", "python", "yaml", "toml", "json", "js", "http"}
    ]
    assert unknown == []
    assert [str(block) for block in of("js") if block.file is None] == []


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_each_yaml_block_is_a_distribution_that_loads(block: Block, directory: Path) -> None:
    assert isinstance(yaml.safe_load(block.text), dict)
    functions = {b.file: b.text for b in of("js", "python") if b.file and b.file.startswith("functions/")}
    name = block.file or "edge.yaml"
    write({**block.files, **functions, name: block.text}, directory)
    assert load(directory / name).behaviors


def test_each_python_block_without_a_name_runs(directory: Path) -> None:
    for block in of("python"):
        if block.file is None:
            write({**block.files, "block.py": block.text}, directory)
            run(["block.py"], directory)


def test_data_blocks_are_well_formed() -> None:
    for block in of("toml"):
        assert tomllib.loads(block.text), block
    for block in of("json"):
        assert json.loads(block.text), block


def test_the_links_of_the_readme_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []


# --- and these tests themselves -------------------------------------------------------------------------------------


def test_blocks_are_found_with_their_section_their_file_and_the_files_before() -> None:
    text = (
        "# A\n\n`x/y.yaml`:\n\n```yaml\nkey: 1\n```\n\n## B\n\n```sh\n# a comment\nedgeware \\\n  check x/y.yaml\n```\n"
    )
    first, second = blocks(text)
    assert (first.section, first.language, first.text, first.file) == ("A", "yaml", "key: 1\n", "x/y.yaml")
    assert (first.line, second.line) == (5, 11)
    assert "x/y.yaml" not in first.files
    assert (second.section, second.file, second.files["x/y.yaml"]) == ("B", None, "key: 1\n")
    assert [shlex.split(command) for command in commands(second)] == [["edgeware", "check", "x/y.yaml"]]


@pytest.mark.parametrize(
    "command",
    [
        "pip install 'edgeware[nosuchextra]'",
        "curl -i http://127.0.0.1:8000/nowhere",
        "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/python nowhere.py",
        "pytest nowhere.py",
        "uvicorn nowhere:app",
    ],
)
def test_a_command_that_does_not_work_is_noticed(command: str, directory: Path) -> None:
    words = shlex.split(command)
    with pytest.raises(AssertionError):
        TRY[words[0]](words, directory)
