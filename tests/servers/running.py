"""PostgreSQL and `chroma run` on loopback, in temporary folders: started, stopped and restarted by tests."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

PASSWORD = "open-sesame"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgresql_programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the path."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).resolve().parent if found else places[-1].parent if places else None


class Server:
    """A server that a test may stop and start again; it keeps its port and its data."""

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Postgres(Server):
    """A cluster of its own. As root it runs as another user, since PostgreSQL refuses to run as root."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="article-qa-postgresql-"))
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.port = free_port()
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            "initdb", "--username=qa", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--log={self._folder / 'log'}", "--options", options, "start")

    def stop(self) -> None:
        """As when it crashes: whoever is connected is cut off."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg://qa:{password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """The URL of a new, empty database."""
        import psycopg
        import psycopg.sql

        where = f"postgresql://qa:{PASSWORD}@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))
        return self.url(database)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self._folder / 'data'}", *words]
        with tempfile.TemporaryFile() as told:  # a pipe would stay open in the server
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                cwd="/",
                **self._as,
                timeout=90,
            )
            told.seek(0)
            assert done.returncode == 0, f"{program}: {told.read().decode()}"


class Chroma(Server):
    """`chroma run`, as it comes with the package."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = str(Path(sys.executable).with_name("chroma"))
        command = [program, "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, "chroma run ended at once"
            time.sleep(0.1)
        raise AssertionError("chroma run did not start")

    def stop(self) -> None:
        """As when it crashes."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def empty(self) -> None:
        """Remove every collection."""
        import chromadb

        client = chromadb.HttpClient("127.0.0.1", self.port)
        for collection in client.list_collections():
            client.delete_collection(collection.name)
