"""Asset key and partition <-> path; JSON, Markdown and HTML. Knows no domain.

`work_reports/toggl_aggregated` of partition K lies at `<base>/work_reports/K/toggl_aggregated.json`, Markdown and HTML in
the partition's `reports/` folder. Outputs of single ops go to `<base>/.volt/scratch/<run id>/` and are removed by the run.
"""

import json
import os
import re
import typing
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import BaseModel, TypeAdapter, ValidationError
from upath import UPath

from volt_assets.environment import data_dir
from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically, write_parts_atomically
from volt_assets.resilience.parsed_documents import DOCUMENTS

_CHUNK_BYTES = 256 * 1024
_FOLDER_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Watcher(typing.Protocol):
    """Who wants to know what became of the files of a run."""

    def written(self, context: dg.OutputContext) -> None:
        """All files of an output are there."""
        ...

    def broke(self, context: dg.InputContext | dg.OutputContext, error: Exception) -> None:
        """An input could not be read, or an output not be written: outside the body of the step."""
        ...


def nothing_is_own(path: AnyPath) -> bool:
    """Of no file it is known who wrote it."""
    del path
    return False


class PartitionFolderIOManager(dg.UPathIOManager):
    """One folder per partition, one file per asset, each written whole or not at all."""

    folder: str = ""
    leaves: typing.ClassVar[tuple[str, ...]] = ()
    """Patterns of the files of an asset `{name}` in the folder of its partition, its own one first."""
    watchers: Sequence[Watcher] = ()
    is_own: Callable[[AnyPath], bool] = staticmethod(nothing_is_own)
    """Whether a file was written by this project; others lie in the folders of people's reports and are never removed."""

    def remove_stale(self, context: dg.OutputContext, stale: Iterable[AnyPath]) -> None:
        """Remove files that an output no longer has, as far as they are our own; their names may be people's, which no log is to hold."""
        own = list(filter(self.is_own, stale))
        for path in own:
            path.unlink()
        context.log.debug("%d files are no longer part of the report: removed", len(own))

    def get_path_for_partition(self, context: dg.InputContext | dg.OutputContext, path: UPath, partition: str) -> UPath:
        """Put the partition before the asset's name, and this manager's folder between them."""
        del context
        base = self.make_safe_partition_path(path.parent, partition)
        return base / self.folder / path.name if self.folder else base / path.name

    def make_safe_partition_path(self, base_path: UPath, partition: str) -> UPath:
        """The folder of a partition. Raises StoredDataError for a key that would lead elsewhere: anybody can type one into the UI."""
        if not _FOLDER_NAME.fullmatch(partition):
            raise StoredDataError(f"partition '{partition[:80]}' is not the name of a folder", hint="remove the key and add a valid one")
        return base_path / partition

    def get_op_output_relative_path(self, context: dg.InputContext | dg.OutputContext) -> UPath:
        """Keep what ops hand to each other apart from what assets store."""
        return UPath(".volt", "scratch", *context.get_identifier())

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write one file per partition key, so that a run over several keys works too."""
        if context.has_asset_partitions and len(context.asset_partition_keys) > 1:
            raise StoredDataError(
                f"{context.asset_key.to_user_string()}: one output cannot stand for {len(context.asset_partition_keys)} ranges",
                hint="materialize one range key at a time, or use a backfill",
            )
        with self._watched(context):
            super().handle_output(context, obj)
        for watcher in self.watchers:
            watcher.written(context)

    def load_input(self, context: dg.InputContext) -> Any:
        """Read what an input stands for."""
        with self._watched(context):
            return super().load_input(context)

    @contextmanager
    def _watched(self, context: dg.InputContext | dg.OutputContext) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            for watcher in self.watchers:
                watcher.broke(context, error)
            raise

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Read the bytes and turn them into what the asset's annotation asks for."""
        try:
            return self.parse(context, self.content(context, path))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            place = f" at '{'.'.join(map(str, problem['loc']))}'" if problem["loc"] else ""
            raise StoredDataError(
                f"{path}: cannot be trusted: {problem['msg']}{place}", hint="make the asset of this file again"
            ) from error
        except UnicodeDecodeError as error:
            raise StoredDataError(f"{path}: is not text in UTF-8 (byte {error.start})", hint="make the asset of this file again") from error
        except FileNotFoundError as error:
            name = context.asset_key.to_user_string() if context.has_asset_key else str(path)
            raise StoredDataError(f"{path}: not there; {name} has to be made first", hint=f"materialize {name} for this key") from error

    def content(self, context: dg.InputContext, path: UPath) -> bytes:
        """What of the file is read."""
        del context
        return path.read_bytes()

    @abstractmethod
    def parse(self, context: dg.InputContext, content: bytes) -> Any:
        """What the bytes stand for."""


@typing.runtime_checkable
class DocumentInParts(typing.Protocol):
    """A document too large to be held as one text."""

    def parts(self) -> Iterator[bytes]:
        """The bytes of the file, in order."""
        ...


class JsonIOManager(PartitionFolderIOManager):
    """Pydantic documents as indented JSON."""

    extension = ".json"
    leaves: typing.ClassVar[tuple[str, ...]] = ("{name}.json",)

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write a model, a document that comes in parts, or anything pydantic can serialise."""
        del context
        if isinstance(obj, DocumentInParts):
            write_parts_atomically(path, obj.parts())
            return
        content = obj.model_dump_json(indent=2).encode() if isinstance(obj, BaseModel) else TypeAdapter(Any).dump_json(obj, indent=2)
        write_atomically(path, content + b"\n")

    def parse(self, context: dg.InputContext, content: bytes) -> Any:
        """The annotated model; a bare `list` or `dict` stays JSON."""
        kind = self._kind(context)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return DOCUMENTS.parsed(kind, content, kind.model_validate_json)
        return TypeAdapter(Any if kind in (typing.Any, type(None)) else kind).validate_json(content)

    def content(self, context: dg.InputContext, path: UPath) -> bytes:
        """All of the file, or the head of a document that may be too large to be held."""
        read_up_to = getattr(self._kind(context), "read_up_to", None)
        return path.read_bytes() if read_up_to is None else json_head(path, read_up_to)

    @staticmethod
    def _kind(context: dg.InputContext) -> Any:
        # What ops hand over is read as what was handed: a fan-in's own annotation is the list of all of them.
        handed = context.upstream_output if not context.has_asset_key else None
        return (handed or context).dagster_type.typing_type


def json_head(path: AnyPath, read_up_to: str) -> bytes:
    """An indented JSON object without its top-level key `read_up_to` and what follows it; all of it when it has no such key."""
    # A line break inside a text is written as \\n, so this can only be a key of the outermost object.
    key, head = f',\n  "{read_up_to}":'.encode(), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            searched_from, head = max(0, len(head) - len(key)), head + chunk
            if (end := head.find(key, searched_from)) >= 0:
                return head[:end] + b"\n}"
    return _head_by_parsing(head, read_up_to)


def _head_by_parsing(content: bytes, read_up_to: str) -> bytes:
    """The same for a file that somebody wrote in another layout."""
    try:
        found = json.loads(content)
    except ValueError:  # whoever reads the bytes says what is wrong with them
        return content
    if not isinstance(found, dict) or read_up_to not in found:
        return content
    names = list(found)
    return json.dumps({name: found[name] for name in names[: names.index(read_up_to)]}).encode()


class TextWithDocument(typing.Protocol):
    """A report as Markdown, with what it rests on as JSON."""

    @property
    def markdown(self) -> str:
        """The text."""
        ...

    @property
    def document(self) -> BaseModel:
        """What is stored as JSON beside it."""
        ...


class MarkdownIOManager(PartitionFolderIOManager):
    """One Markdown file per asset, and one JSON document of the same name beside it where the asset has one."""

    extension = ".md"
    folder = "reports"
    leaves: typing.ClassVar[tuple[str, ...]] = ("reports/{name}.md", "reports/{name}.json")

    def dump_to_path(self, context: dg.OutputContext, obj: str | TextWithDocument, path: UPath) -> None:
        """Write the text in UTF-8, after the document: a text that is there has its document."""
        del context
        if isinstance(obj, str):
            write_atomically(path, obj.encode())
            return
        write_atomically(path.with_suffix(".json"), obj.document.model_dump_json(indent=2).encode() + b"\n")
        write_atomically(path, obj.markdown.encode())

    def parse(self, context: dg.InputContext, content: bytes) -> str:
        """The text."""
        del context
        return content.decode()


class ReportWithTables(TextWithDocument, typing.Protocol):
    """A report whose tables are CSV files of their own."""

    @property
    def files(self) -> typing.Mapping[str, bytes]:
        """The files by their name."""
        ...


class TablesIOManager(MarkdownIOManager):
    """A report, its document, and a folder of its name with its tables; ours that are no longer among them disappear."""

    leaves = (*MarkdownIOManager.leaves, "reports/{name}/*.csv")

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write the tables of a `ReportWithTables`, remove the stale ones, write the report last."""
        folder = path.parent / path.stem
        for name, content in obj.files.items():
            write_atomically(folder / name, content)
        self.remove_stale(context, [file for file in folder.glob("*.csv") if file.name not in obj.files])
        super().dump_to_path(context, obj, path)


class DocumentWithTexts(typing.Protocol):
    """A document whose texts, and the documents beside these, are files of their own, by file name without extension."""

    def texts(self) -> dict[str, str]:
        """The texts."""
        ...

    def documents(self) -> Mapping[str, BaseModel]:
        """The JSON beside the texts."""
        ...

    def without_texts(self) -> BaseModel:
        """What is stored as JSON."""
        ...


class MarkdownFolderIOManager(JsonIOManager):
    """A JSON document and, in a folder of their own, its Markdown files with their documents; ours that are no longer in it disappear."""

    texts_folder = "reports/individual"
    leaves = (*JsonIOManager.leaves, "reports/individual/*.md", "reports/individual/*.json")

    def dump_to_path(self, context: dg.OutputContext, obj: DocumentWithTexts, path: UPath) -> None:
        """Write the texts, remove the stale ones, write the document last."""
        folder = path.parent / self.texts_folder
        texts, documents = obj.texts(), obj.documents()
        for name, document in documents.items():
            write_atomically(folder / f"{name}.json", document.model_dump_json(indent=2).encode() + b"\n")
        for name, text in texts.items():
            write_atomically(folder / f"{name}.md", text.encode())
        stale_texts = [file for file in folder.glob("*.md") if file.stem not in texts]
        self.remove_stale(context, [*stale_texts, *(file for file in folder.glob("*.json") if file.stem not in documents)])
        super().dump_to_path(context, obj.without_texts(), path)


class PagesByPath(typing.Protocol):
    """A set of pages that link to each other."""

    @property
    def pages(self) -> typing.Mapping[str, str]:
        """HTML by its path in the set without extension; the first page is the asset's own."""

    @property
    def files(self) -> typing.Mapping[str, str]:
        """What else belongs to it, by its path in the set."""


class HtmlSetIOManager(PartitionFolderIOManager):
    """The page of an asset and the pages it leads to; ours that are no longer in the set disappear."""

    extension = ".html"
    folder = "reports"
    pages_folder = "individual"
    leaves = ("reports/{name}.html", "reports/individual/*.html", *(f"reports/views/*.{kind}" for kind in ("html", "md", "json")))

    def dump_to_path(self, context: dg.OutputContext, obj: PagesByPath, path: UPath) -> None:
        """Write the pages that are led to first and the asset's own one last; then remove the stale ones."""
        pages = {f"{name}.html": page for name, page in reversed(list(obj.pages.items()))}
        for name, text in {**obj.files, **pages}.items():
            write_atomically(path.parent / name, text.encode())
        folder = path.parent / self.pages_folder
        self.remove_stale(context, [file for file in folder.glob("*.html") if f"{self.pages_folder}/{file.stem}" not in obj.pages])

    def parse(self, context: dg.InputContext, content: bytes) -> str:
        """The asset's own page."""
        del context
        return content.decode()


IO_MANAGERS: dict[str, type[JsonIOManager | MarkdownIOManager | HtmlSetIOManager]] = {
    "volt_json": JsonIOManager,
    "volt_markdown": MarkdownIOManager,
    "volt_markdown_folder": MarkdownFolderIOManager,
    "volt_tables": TablesIOManager,
    "volt_html_set": HtmlSetIOManager,
}
"""By resource key. The names are long because others may have a `json` of their own in the same deployment."""


def local_data(
    kind: str,
    watchers: Sequence[Watcher] = (),
    location: Callable[[], str] = lambda: data_dir(os.environ),
    *,
    is_own: Callable[[AnyPath], bool] = nothing_is_own,
) -> dg.IOManagerDefinition:
    """The manager of one of the kinds of IO_MANAGERS, over the folder or URL that `location` gives when the run starts."""

    @dg.io_manager(description=IO_MANAGERS[kind].__doc__)
    def made(_context: dg.InitResourceContext) -> PartitionFolderIOManager:
        place = location()
        manager = IO_MANAGERS[kind](UPath(place) if "://" in place else UPath(Path(place)))
        manager.watchers, manager.is_own = tuple(watchers), is_own
        return manager

    return made
