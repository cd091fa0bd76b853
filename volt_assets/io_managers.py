"""Asset key and partition <-> path; JSON and Markdown. Knows no domain.

`work_reports/toggl_aggregated` of partition K lies at `<base>/work_reports/K/toggl_aggregated.json`, Markdown in the
partition's `reports/` folder. Outputs of single ops go to `<base>/.volt/scratch/<run id>/` and are removed by the run.
"""

import os
import typing
from abc import abstractmethod
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import BaseModel, TypeAdapter, ValidationError
from upath import UPath

from volt_assets.environment import data_dir
from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import write_atomically


class PartitionFolderIOManager(dg.UPathIOManager):
    """One folder per partition, one file per asset, each written whole or not at all."""

    folder: str = ""

    def get_path_for_partition(self, context: dg.InputContext | dg.OutputContext, path: UPath, partition: str) -> UPath:
        """Put the partition before the asset's name, and this manager's folder between them."""
        del context
        base = self.make_safe_partition_path(path.parent, partition)
        return base / self.folder / path.name if self.folder else base / path.name

    def get_op_output_relative_path(self, context: dg.InputContext | dg.OutputContext) -> UPath:
        """Keep what ops hand to each other apart from what assets store."""
        return UPath(".volt", "scratch", *context.get_identifier())

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write one file per partition key, so that a run over several keys works too."""
        if not context.has_asset_partitions or len(context.asset_partition_keys) == 1:
            super().handle_output(context, obj)
            return
        raise StoredDataError(
            f"{context.asset_key.to_user_string()}: one output cannot stand for {len(context.asset_partition_keys)} ranges",
            hint="materialize one range key at a time, or use a backfill",
        )

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Read the bytes and turn them into what the asset's annotation asks for."""
        try:
            return self.parse(context, path.read_bytes())
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in problem["loc"])
            raise StoredDataError(
                f"{path}: cannot be trusted: {problem['msg']} at '{place}'", hint="make the asset of this file again"
            ) from error
        except FileNotFoundError as error:
            name = context.asset_key.to_user_string() if context.has_asset_key else str(path)
            raise StoredDataError(f"{path}: not there; {name} has to be made first", hint=f"materialize {name} for this key") from error

    @abstractmethod
    def parse(self, context: dg.InputContext, content: bytes) -> Any:
        """What the bytes stand for."""


class JsonIOManager(PartitionFolderIOManager):
    """Pydantic documents as indented JSON."""

    extension = ".json"

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write a model, or anything pydantic can serialise."""
        del context
        content = obj.model_dump_json(indent=2).encode() if isinstance(obj, BaseModel) else TypeAdapter(Any).dump_json(obj, indent=2)
        write_atomically(path, content + b"\n")

    def parse(self, context: dg.InputContext, content: bytes) -> Any:
        """The annotated model; a bare `list` or `dict` stays JSON."""
        # What ops hand over is read as what was handed: a fan-in's own annotation is the list of all of them.
        handed = context.upstream_output if not context.has_asset_key else None
        kind = (handed or context).dagster_type.typing_type
        return TypeAdapter(Any if kind in (typing.Any, type(None)) else kind).validate_json(content)


class MarkdownIOManager(PartitionFolderIOManager):
    """One Markdown file per asset."""

    extension = ".md"
    folder = "reports"

    def dump_to_path(self, context: dg.OutputContext, obj: str, path: UPath) -> None:
        """Write the text in UTF-8."""
        del context
        write_atomically(path, obj.encode())

    def parse(self, context: dg.InputContext, content: bytes) -> str:
        """The text."""
        del context
        return content.decode()


class DocumentWithTexts(typing.Protocol):
    """A document whose texts are files of their own, by file name without extension."""

    def texts(self) -> dict[str, str]:
        """The texts."""
        ...

    def without_texts(self) -> BaseModel:
        """What is stored as JSON."""
        ...


class MarkdownFolderIOManager(JsonIOManager):
    """A JSON document and, in a folder of their own, its Markdown files; files that are no longer in it disappear."""

    texts_folder = "reports/individual"

    def dump_to_path(self, context: dg.OutputContext, obj: DocumentWithTexts, path: UPath) -> None:
        """Write the texts, remove the stale ones, write the document last."""
        folder = path.parent / self.texts_folder
        texts = obj.texts()
        for name, text in texts.items():
            write_atomically(folder / f"{name}.md", text.encode())
        for stale in [file for file in folder.glob("*.md") if file.stem not in texts]:
            context.log.info("%s is no longer part of the report: removed", stale.name)
            stale.unlink()
        super().dump_to_path(context, obj.without_texts(), path)


class LocalData(dg.ConfigurableIOManagerFactory[PartitionFolderIOManager]):
    """Makes the manager of `kind` over the folder that VOLT_DATA_DIR names when the run starts."""

    kind: str

    def create_io_manager(self, context: dg.InitResourceContext) -> PartitionFolderIOManager:
        """`json`, `markdown` or `markdown_folder`."""
        del context
        location = data_dir(os.environ)
        base = UPath(location) if "://" in location else UPath(Path(location))
        managers: dict[str, type[JsonIOManager | MarkdownIOManager]] = {
            "json": JsonIOManager,
            "markdown": MarkdownIOManager,
            "markdown_folder": MarkdownFolderIOManager,
        }
        return managers[self.kind](base)
