"""Image, composition and the page about them say what the code does."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import yaml
from streamlit.config import get_config_options

from runs.limits import Limits
from tests import image
from tests.browser.server import free_port, launched

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
ROWS = dict(re.findall(r"^\| `(SAM_SPS_\w+)` \| ([^|]+) \|", TEXT, flags=re.MULTILINE))
NAME = re.compile(r"SAM_SPS_[A-Z_]+")


def read_by_the_code() -> set[str]:
    """The variables that stand in the code as strings of their own."""
    return {
        node.value
        for folder in ("lab", "runs", "neural")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value)
    }


def test_the_table_names_every_setting_and_no_other() -> None:
    assert set(ROWS) == read_by_the_code()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAM_SPS_MAX_MINUTES", Limits.minutes),
        ("SAM_SPS_MAX_WORKER_MB", Limits.worker_mb),
        ("SAM_SPS_MAX_RUNS_PER_VISITOR", Limits.per_visitor),
        ("SAM_SPS_MAX_RUNS", Limits.in_all),
        ("SAM_SPS_MAX_STORE_MB", Limits.store_mb),
    ],
)
def test_the_defaults_are_those_of_the_code(name: str, value: float) -> None:
    assert float(ROWS[name]) == value


@pytest.mark.parametrize("test", re.findall(r"`(tests/\S+::\w+)`", TEXT))
def test_what_a_failure_costs_is_held_by_a_test_that_exists(test: str) -> None:
    file, name = test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_image_runs_the_app_as_nobody_in_particular() -> None:
    assert image.of("USER") == ["10001:10001"]
    streamlit, run, script, *options = json.loads(image.of("CMD")[0])
    assert (streamlit, run) == (".venv/bin/streamlit", "run")
    assert (ROOT / script).is_file()
    known = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert all(option in known for option in options[::2])
    assert options[options.index("--server.port") + 1] == image.of("EXPOSE")[0]
    assert "/healthz" in image.of("HEALTHCHECK")[0]


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The app as the campus server's unit starts it, on a free port; the port and the process."""
    _streamlit, _run, _script, *options = re.findall(r"^ExecStart=(.*)$", TEXT, flags=re.MULTILINE)[0].split()
    at, port = options.index("--server.port"), free_port()
    with launched(port, tmp_path, options=options[:at] + options[at + 2 :]) as process:
        yield port, process


def health_check(port: int) -> int:
    """Exit status of the image's health check."""
    command = json.loads(image.of("HEALTHCHECK")[0].partition(" CMD ")[2])
    program = command[-1].replace(image.of("EXPOSE")[0], str(port))
    return subprocess.run([sys.executable, *command[1:-1], program], stderr=subprocess.DEVNULL).returncode


def test_the_campus_servers_app_is_reached_through_its_proxy_alone_and_believes_it(
    campus: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = campus
    headers = {"Accept": "text/html", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with urlopen(Request(f"http://127.0.0.1:{port}/", headers=headers)) as answer:
        assert "; Secure" in answer.headers["Set-Cookie"]
    with socket.socket() as elsewhere:
        elsewhere.settimeout(5)
        assert elsewhere.connect_ex(("127.0.0.2", port)) != 0
    assert health_check(port) == 0
    process.terminate()
    process.wait(timeout=20)
    assert health_check(port) != 0


def test_streamlit_has_every_setting_of_its_own_that_is_named() -> None:
    known = {option.env_var for option in get_config_options().values()}
    named = set(re.findall(r"STREAMLIT_[A-Z_]+", TEXT))
    assert named
    assert named <= known


def test_the_image_holds_what_the_app_needs_and_no_tests() -> None:
    held = image.context()
    assert {"app.py", "requirements.txt", "assets/style.css", ".streamlit/config.toml"} <= set(held)
    assert not [name for name in held if name.startswith(("tests/", ".ci/"))]


def test_the_composition_is_what_the_page_says() -> None:
    services = COMPOSE["services"]
    profiles = {name: service.get("profiles", []) for name, service in services.items()}
    assert profiles == {"app": [], "proxy": ["tls"], "scheduler": ["dask"], "worker": ["dask"]}
    assert services["app"]["read_only"]
    assert {volume.partition(":")[2] for volume in services["app"]["volumes"]} == set(image.of("VOLUME"))
    assert set(COMPOSE["volumes"]) == {"data", "certificates"}
    named = set(NAME.findall((ROOT / "compose.yaml").read_text())) | set(services["app"]["environment"])
    assert {name for name in named if name.startswith("SAM_SPS")} <= set(ROWS)
    assert (ROOT / services["worker"]["environment"]["DASK_CONFIG"]).is_file()
    assert services["worker"]["volumes"] == services["app"]["volumes"], (
        "it resumes from the app's checkpoints"
    )


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_dask_has_the_command_of_the_composition(name: str) -> None:
    program, *arguments = COMPOSE["services"][name]["command"].split()
    assert Path(program).name == "dask"
    options = [one for one in arguments if one.startswith("--")]
    known = subprocess.run(
        [sys.executable, "-m", "dask", arguments[0], "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert all(option in known for option in options)


def test_the_dockerfile_has_no_lint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
