"""A Harbor environment without a container engine: each command runs in bubblewrap on this machine.

The files that the task's Dockerfile copies are in a temporary directory, which is mounted over a read-only host. The
host's toolchains replace those of the image. There is no network. The Dockerfile may contain FROM, WORKDIR, COPY and
ENV; other instructions are errors. Use it with `--env host_environment:HostEnvironment` and this directory on PYTHONPATH.
"""

import asyncio
import json
import os
import shlex
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from harbor.environments.base import BaseEnvironment, ExecResult
from harbor.environments.capabilities import EnvironmentCapabilities, EnvironmentResourceCapabilities

# Top directories of the host that a task's files may not cover, or that bubblewrap makes.
SYSTEM = {"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "sys", "usr"}
# Images often have applications there; on hosts it is empty.
SOURCES = "usr/src"
# Variables of the host that locate its toolchains.
PASSED = ["PATH", "RUSTUP_HOME", "CARGO_HOME", "PYENV_ROOT", "GOROOT", "JAVA_HOME"]
OFFLINE = {"CARGO_NET_OFFLINE": "true", "GOPROXY": "off", "GOTOOLCHAIN": "local"}


class HostEnvironment(BaseEnvironment):
    @staticmethod
    def type() -> str:
        return "host"

    @classmethod
    def preflight(cls) -> None:
        if shutil.which("bwrap") is None:
            raise SystemExit("bubblewrap is not installed")

    @classmethod
    def resource_capabilities(cls) -> EnvironmentResourceCapabilities:
        return EnvironmentResourceCapabilities()

    @property
    def capabilities(self) -> EnvironmentCapabilities:
        return EnvironmentCapabilities(mounted=True, disable_internet=True)

    def _validate_definition(self) -> None:
        dockerfile = self.environment_dir / "Dockerfile"
        if not dockerfile.is_file():
            raise FileNotFoundError(f"{self.environment_dir} has no Dockerfile")
        if (self.environment_dir / "docker-compose.yaml").exists():
            raise ValueError(f"{self.environment_dir} needs Docker Compose")
        self._steps = []
        for line in dockerfile.read_text().replace("\\\n", " ").splitlines():
            name, _, value = line.strip().partition(" ")
            if not name or name.startswith("#"):
                continue
            if name not in {"FROM", "WORKDIR", "COPY", "ENV"}:
                raise ValueError(f"{dockerfile}: {name} needs a container engine")
            self._steps.append((name, value.strip()))

    async def start(self, force_build: bool) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="host-environment-"))
        self._workdir = PurePosixPath("/")
        self._image_env: dict[str, str] = {}
        for top in ("tmp", "tests", "solution", "logs"):
            (self._root / top).mkdir()
        for name, value in self._steps:
            match name:
                case "WORKDIR":
                    self._workdir = self._workdir / value
                    self._inside(self._workdir).mkdir(parents=True, exist_ok=True)
                case "ENV":
                    self._image_env |= dict(pair.split("=", 1) for pair in shlex.split(value))
                case "COPY":
                    self._copy(value)

    def _copy(self, value: str) -> None:
        words = json.loads(value) if value.startswith("[") else value.split()
        *sources, target = words
        if any(word.startswith("--") for word in words):
            raise ValueError(f"COPY {value} has flags")
        into = self._inside(self._workdir / target)
        context = self.environment_dir.resolve()
        for path in [found.resolve() for source in sources for found in self._matches(context, source)]:
            if not path.is_relative_to(context):
                raise ValueError(f"COPY {value} leads out of {context}")
            if path.is_dir():
                shutil.copytree(path, into, symlinks=True, dirs_exist_ok=True)
            else:
                file = into / path.name if target.endswith("/") or into.is_dir() else into
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, file)

    def _matches(self, context: Path, source: str) -> list[Path]:
        return sorted(context.glob(source)) if "*" in source else [context / source]

    def _inside(self, path: str | PurePosixPath) -> Path:
        """The path on this machine of a path in the environment."""
        parts = PurePosixPath(os.path.normpath(path)).relative_to("/").parts
        if not parts or (parts[0] in SYSTEM and "/".join(parts[:2]) != SOURCES):
            raise ValueError(f"{path} belongs to the image's system")
        for mount in self._mounts:
            below = PurePosixPath("/", *parts)
            if below.is_relative_to(mount["target"]):
                return Path(mount["source"], below.relative_to(mount["target"]))
        return self._root.joinpath(*parts)

    async def stop(self, delete: bool) -> None:
        if delete and hasattr(self, "_root"):
            shutil.rmtree(self._root, ignore_errors=True)

    async def upload_file(self, source_path, target_path) -> None:
        target = self._inside(target_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source_path, target)

    async def upload_dir(self, source_dir, target_dir) -> None:
        shutil.copytree(source_dir, self._inside(target_dir), symlinks=True, dirs_exist_ok=True)

    async def download_file(self, source_path, target_path) -> None:
        Path(target_path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self._inside(source_path), target_path)

    async def download_dir(self, source_dir, target_dir) -> None:
        shutil.copytree(self._inside(source_dir), target_dir, symlinks=True, dirs_exist_ok=True)

    def _bubblewrap(self, cwd: str) -> list[str]:
        own = sorted(SOURCES if path.name == "usr" else path.name for path in self._root.iterdir())
        argv = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        argv += ["--tmpfs", "/", "--proc", "/proc", "--dev", "/dev"]
        for entry in sorted(Path("/").iterdir()):
            if entry.name in {"proc", "dev", "sys", "run", *own}:
                continue
            if entry.is_symlink():
                argv += ["--symlink", os.readlink(entry), str(entry)]
            else:
                argv += ["--ro-bind", str(entry), str(entry)]
        for name in own:
            argv += ["--bind", str(self._root / name), f"/{name}"]
        # Toolchains below a directory that the environment replaces, such as /tmp.
        for tool_dir in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
            if len(tool_dir.parts) > 1 and tool_dir.parts[1] in own and tool_dir.is_dir():
                argv += ["--ro-bind", str(tool_dir), str(tool_dir)]
        for mount in self._mounts:
            argv += ["--ro-bind" if mount.get("read_only") else "--bind", mount["source"], mount["target"]]
        return [*argv, "--chdir", cwd]

    async def exec(self, command, cwd=None, env=None, timeout_sec=None, user=None) -> ExecResult:
        where = cwd or self.task_env_config.workdir or str(self._workdir)
        variables = {name: os.environ[name] for name in PASSED if name in os.environ}
        variables |= {**OFFLINE, "HOME": "/tmp", "LANG": "C.UTF-8", **self._image_env, **(self._merge_env(env) or {})}
        process = await asyncio.create_subprocess_exec(
            *self._bubblewrap(where),
            "bash",
            "-c",
            command,
            env=variables,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            stdout, stderr = await asyncio.wait_for(process.communicate(), timeout_sec)
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
            await process.wait()
            raise
        return ExecResult(stdout=stdout.decode(), stderr=stderr.decode(), return_code=process.returncode or 0)
