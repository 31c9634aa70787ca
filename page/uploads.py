"""Files that visitors send: where they are kept, how many, and whose each is."""

import atexit
import os
import re
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from page.visitors import visitor_of

ROUTE = "/gradio_api/upload"
AT_ONCE = 8
OF_VISITOR = 8
OF_ALL = 32
"""Files that are kept; the oldest go. So the disk holds at most this many times MAX_SIZE_MB of them."""

_sent: OrderedDict[str, str] = OrderedDict()  # the path of each file that is kept, and its visitor
_changing = threading.Lock()


def sent_by(visitor: str, path: str) -> bool:
    """Whether this visitor sent the file at this path, written exactly as the upload was answered."""
    with _changing:
        return bool(visitor) and _sent.get(path) == visitor


def upload_routes() -> APIRouter:
    """The route that takes files, in gradio's place: it keeps nothing of a broken upload, and knows whose a file is."""
    router = APIRouter()

    @router.post(ROUTE)
    async def upload(request: Request) -> JSONResponse:
        async with request.form(max_files=AT_ONCE, max_fields=AT_ONCE) as form:
            parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            paths = [await run_in_threadpool(_keep, visitor_of(request), part.filename, part.file) for part in parts]
        return JSONResponse(paths)

    @router.get(f"{ROUTE}_progress")
    def progress() -> PlainTextResponse:
        """Nothing is told of how far an upload is: who may know it could not be told from its number."""
        return PlainTextResponse('data: {"msg": "done"}\n\n', media_type="text/event-stream")

    return router


def private_folder() -> Path:
    """The folder of the files, which gradio is told of too: readable by nobody else on this machine."""
    found = _folder()
    found.mkdir(mode=0o700, exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = str(found)
    return found


@asynccontextmanager
async def removed_at_the_end(_app: object) -> AsyncIterator[None]:
    """While the page is served; afterwards nothing that a visitor sent is left."""
    yield
    with _changing:
        _sent.clear()
    shutil.rmtree(_folder(), ignore_errors=True)


def plain_name(name: str | None) -> str:
    """A file's name without folders and without characters that mean something: `"../a b.txt"` → `"a b.txt"`."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    clean = re.sub(r"[^\w .()-]", "_", last).strip(" .")
    return f"{clean[:80]}{PurePosixPath(clean).suffix[:12]}" if len(clean) > 92 else clean or "file"


@cache
def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="article-qa-")).resolve()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _keep(visitor: str, name: str | None, content: BinaryIO) -> str:
    """The path of the file, written; what is too old for it to have room is removed."""
    folder = private_folder() / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    path = folder / plain_name(name)
    try:
        with path.open("xb") as file:
            shutil.copyfileobj(content, file)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    with _changing:
        _sent[str(path)] = visitor
        mine = [known for known, owner in _sent.items() if owner == visitor]
        gone = mine[:-OF_VISITOR]
        gone += [known for known in _sent if known not in gone][: max(0, len(_sent) - len(gone) - OF_ALL)]
        for known in gone:
            del _sent[known]
    for known in gone:
        with suppress(OSError):
            Path(known).unlink()
            Path(known).parent.rmdir()
    return str(path)
