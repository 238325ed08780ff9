"""What lies in deploy/ is taken by the programs it is for, and every option in it exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from clerk_console.documents import authority

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAMS = {"fernamt-signaling": "signaling", "fernamt-console": "clerk_console", "fernamt-booth": "booth"}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text(encoding="utf-8"))
    return loaded


def commands() -> list[list[str]]:
    """The command lines of our programs in units, compose file and the page."""
    found = [
        shlex.split(line.removeprefix("ExecStart="))
        for unit in UNITS
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    found += [
        shlex.split(service["command"])
        for service in compose()["services"].values()
        if isinstance(service.get("command"), str)
    ]
    page = (ROOT / "docs/operate/several-machines.md").read_text(encoding="utf-8")
    found += [shlex.split(code) for code in re.findall(r"`(fernamt-[a-z]+ [^`]*)`", page)]
    # In a block of code, with the environment before them.
    found += [
        shlex.split(code) for code in re.findall(r"^ +(?:[A-Z_]+=\S+ )*(fernamt-[a-z]+ .*)$", page, re.MULTILINE)
    ]
    return found


@pytest.fixture(scope="module")
def options() -> dict[str, set[str]]:
    """The options each program says it has, and each command of the page."""
    named = {f"{program} {command}" for program, command in map(command_of, commands()) if command}
    asked = {name: [module] for name, module in PROGRAMS.items()}
    asked |= {name: [PROGRAMS[name.split()[0]], name.split()[1]] for name in named}
    helps = {
        name: subprocess.run([sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=True)
        for name, words in asked.items()
    }
    return {name: set(re.findall(r"--[a-z][a-z-]*", said.stdout)) for name, said in helps.items()}


def command_of(line: list[str]) -> tuple[str, str]:
    """The program, and which of its commands; "" for none."""
    return Path(line[0]).name, line[1] if line[1:] and re.fullmatch("[a-z]+", line[1]) else ""


def test_every_option_exists(options: dict[str, set[str]]) -> None:
    seen = set()
    for program, *arguments in commands():
        name = " ".join(command_of([program, *arguments])).strip()
        used = {argument.split("=")[0] for argument in arguments if argument.startswith("--")}
        assert used <= options[name], f"{name} has no {used - options[name]}"
        seen |= {(name, option) for option in used}
    assert {("fernamt-signaling move", "--data"), ("fernamt-booth", "--booth")} <= seen


def test_variables_of_the_environment_are_those_of_the_program() -> None:
    page = (ROOT / "docs/operate/several-machines.md").read_text(encoding="utf-8")
    for name in ("FERNAMT_DATABASE", "FERNAMT_BUS"):
        assert name in compose()["services"]["switchboard-1"]["environment"]
        assert f"{name}=" in page
        assert f'"{name}"' in (ROOT / "signaling/__main__.py").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    """Apart from where the program lies, which is not there on this machine."""
    text = unit.read_text(encoding="utf-8")
    (tmp_path / unit.name).write_text(re.sub(r"/opt/fernamt/bin/[a-z-]+", "/bin/true", text), encoding="utf-8")
    scope = ["--user"] if "graphical-session" in text else []
    checked = subprocess.run(
        ["systemd-analyze", *scope, "--man=no", "verify", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    complaints = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert (checked.returncode, complaints) == (0, [])


def test_the_compose_file_is_one() -> None:
    """By the Compose Specification's own schema."""
    file = str(DEPLOY / "compose/compose.yaml")
    checker = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*checker, file], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_the_compose_file_mounts_what_its_commands_read() -> None:
    for name, service in compose()["services"].items():
        if not isinstance(service.get("command"), str):
            continue
        mounted = [volume.split(":")[1] for volume in service["volumes"]]
        paths = [word for word in shlex.split(service["command"]) if word.startswith("/")]
        assert paths, name
        assert [path for path in paths if not path.startswith(tuple(mounted))] == [], name
        # As the units do it, apart from the address: a container's own is reached by the proxy.
        unit = next(unit for unit in UNITS if shlex.split(service["command"])[0] in unit.read_text(encoding="utf-8"))
        started = next(line for line in unit.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart="))
        assert _options(shlex.split(started)) == _options(shlex.split(service["command"])), name


def _options(line: list[str]) -> set[str]:
    return {word.split("=")[0] for word in line if word.startswith("--")}


def test_the_compose_file_is_whole() -> None:
    """Everything that is referred to is there: services, volumes, the build's files."""
    file = compose()
    services = file["services"]
    for name, service in services.items():
        assert ("image" in service) != ("build" in service), name
        assert set(service.get("depends_on", [])) <= set(services), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./config") or source in file["volumes"], volume
        if "build" in service:
            context = (DEPLOY / "compose" / service["build"]["context"]).resolve()
            assert context == ROOT
            assert (context / service["build"]["dockerfile"]).is_file()
    nodes = [name for name in services if name.startswith("switchboard-")]
    assert len(nodes) == 2
    own = {
        volume.split(":")[0] for name in nodes for volume in services[name]["volumes"] if not volume.startswith(".")
    }
    assert len(own) == 2, "each node needs a data folder of its own"


def test_configuration_of_the_first_run_is_derived_as_the_page_says(tmp_path: Path) -> None:
    page = (DEPLOY / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ +```sh\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    block = next(block for block in blocks if "sed" in block)
    # Only root can give files away: that is looked at, not done.
    lines = [line for line in block.splitlines() if "chown" not in line]
    user = re.search(r"--uid (\d+)", (DEPLOY / "compose/Dockerfile").read_text(encoding="utf-8"))
    owners = {int(owner) for owner in re.findall(r"chown -R (\d+):", block)}
    assert user and owners == {int(user[1]), int(compose()["services"]["coturn"]["user"].split(":")[0])}
    names = {"CONSOLE_HOST": "office.test", "SWITCHBOARD_HOST": "line.test", "TURN_HOST": "relay.test"}
    for name in names.values():
        (tmp_path / "certbot/live" / name).mkdir(parents=True)
        for file in ("fullchain.pem", "privkey.pem"):
            (tmp_path / "certbot/live" / name / file).touch()
    for folder in ("nginx", "coturn"):
        (tmp_path / folder).symlink_to(DEPLOY / folder)
    here = tmp_path / "compose"
    here.mkdir()
    (here / "secrets.env").write_text("".join(f"{key}={name}\n" for key, name in names.items()), encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "LETSENCRYPT": str(tmp_path / "certbot")}
    subprocess.run(["sh", "-euc", "\n".join(lines)], cwd=here, check=True, env=environment)

    nginx = (here / "config/nginx.conf").read_text(encoding="utf-8")
    services = compose()["services"]
    reached = re.findall(r"^ +server ([a-z0-9.-]+):\d+", nginx, re.MULTILINE)
    assert sorted(reached) == ["console", "switchboard-1", "switchboard-1", "switchboard-2", "switchboard-2"]
    assert set(reached) <= set(services)
    assert re.findall("server_name (.*);", nginx) == ["line.test", "office.test"]
    secret = (here / "config/turn.secret").read_text(encoding="utf-8")
    assert re.fullmatch("[0-9a-f]{64}", secret)
    relay = (here / "config/turnserver.conf").read_text(encoding="utf-8")
    assert f"\nstatic-auth-secret={secret}\n" in relay
    files = re.findall(r"/etc/letsencrypt/(\S+)", nginx + relay)
    assert len(files) == 6
    assert [file for file in files if not (here / "config/certificates" / file.rstrip(";")).exists()] == []
    # What is mounted by name is there now, apart from what the page has written by hand.
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert [file for file in mounted if file.startswith("./") and not (here / file).exists()] == []


def test_the_proxy_of_the_compose_file_is_trusted() -> None:
    file = compose()
    subnet = file["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert file["services"]["console"]["environment"]["FORWARDED_ALLOW_IPS"] == subnet
    assert f'trusted_proxies = ["{subnet}"]' in (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_the_image_is_built_from_what_the_package_needs_and_nothing_else() -> None:
    rules = (DEPLOY / "compose/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [rule for rule in rules if not rule.startswith("#")]
    assert rules[0] == "*"
    taken = {rule[1:] for rule in rules if rule.startswith("!")}
    assert [name for name in taken if not (ROOT / name).exists()] == []
    assert {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "scripts", "media"} <= taken
    assert set(PROGRAMS.values()) <= taken
    assert "deploy" not in taken


def test_packages_of_the_page_are_those_that_are_tested() -> None:
    """Those of scripts/setup, which demo and tests run with."""
    page = (DEPLOY / "README.md").read_text(encoding="utf-8").replace("\\\n", "")
    lines = re.findall(r"^apt install (.+)$", page, re.MULTILINE)
    assert len(lines) == 2
    known = re.split(r"[|\s]", (ROOT / "scripts/packages-debian.txt").read_text(encoding="utf-8"))
    assert set(" ".join(lines).split()) <= set(known)
    image = (DEPLOY / "compose/Dockerfile").read_text(encoding="utf-8")
    installed = set(re.findall(r"(?:lib|fonts-)[a-z0-9.-]+", image.split("--no-install-recommends")[1].split("&&")[0]))
    assert installed == set(lines[0].split()) - {"python3-venv"}


def test_the_authority_of_the_page_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    file = tmp_path / "authority.toml"
    file.write_text(page.split("## Letters\n")[1].split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert not authority.load(file).specimen


def test_programs_of_the_units_are_installed_by_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for program, *_ in commands():
        assert f"{Path(program).name} = " in project
