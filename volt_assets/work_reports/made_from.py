"""What each asset of a range was made from: digests that tell later whether making it again could give anything else.

```
<data>/.volt/made_from/<range key>/<asset>.json
```
Belongs here: the record of one asset, its files as they were left, where it lies. Does not: what an asset reads (asset_reads.py), the
judgement (staleness.py). A record that is lost costs one unnecessary run of its asset and nothing else, so it lies among the caches. It
holds names of settings and files of ours, digests and figures: nothing of a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import Field, ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.document import Frozen, digest

Figures = Mapping[str, int | float | bool | None]
# A document says when it was looked at and by which run: its own version stands for it instead of its bytes.
_BY_VERSION = ".json"
# Other figures tell of one run: what it downloaded, what it spent.
_OF_THE_DATA = ("is_reconciled", "dead_lettered_items")


class FilesLeft(Frozen):
    """The files of one pattern as the asset left them."""

    count: int
    digest: str
    """Over their names and sizes."""


class MadeFrom(Frozen):
    """The record of one asset."""

    asset: str
    run_id: str
    made_at: datetime
    code_version: str
    version: str
    """Equal exactly when documents and texts are: what a later asset compares its input with."""
    inputs: dict[str, str]
    """Asset -> its version when it was read."""
    reads: dict[str, str]
    """What else was read, `kind name` -> digest."""
    files: dict[str, FilesLeft]
    """By pattern, relative to the folder of the range."""
    statistics: dict[str, int | float | bool | None] = Field(default_factory=dict)
    again: str | None = None
    """Why it is to be made again in any case, e.g. that a model did not answer."""


class MadeFromStore:
    """The records of one range."""

    def __init__(self, data: DataFolder, key: str) -> None:
        """Nothing is made before the first record is kept."""
        self.range_folder = data.of_range(key)
        self._folder = data.cache("made_from") / key

    def read(self, asset: str) -> MadeFrom | None:
        """The record; None when there is none or it cannot be read."""
        try:
            return MadeFrom.model_validate_json((self._folder / f"{asset}.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None

    def read_all(self, assets: Iterable[str]) -> dict[str, MadeFrom]:
        """The records there are."""
        found = {asset: self.read(asset) for asset in assets}
        return {asset: record for asset, record in found.items() if record is not None}

    def lacking(self, assets: Iterable[str]) -> dict[str, int | float | bool | None]:
        """What decides whether a run is whole, of assets that it leaves as they are."""
        known = {name: value for record in self.read_all(assets).values() for name, value in record.statistics.items()}
        return {name: known[name] for name in _OF_THE_DATA if name in known}

    def keep(self, record: MadeFrom) -> None:
        """Replace the record of an asset. After a loss of power the asset is simply made again."""
        write_atomically(self._folder / f"{record.asset}.json", record.model_dump_json(indent=1).encode() + b"\n", durable=False)

    def forget(self, asset: str) -> None:
        """The asset's files are about to change: until they are there, nobody knows what they were made from."""
        (self._folder / f"{asset}.json").unlink(missing_ok=True)


def files_left(folder: AnyPath, patterns: Iterable[str]) -> dict[str, FilesLeft]:
    """The files below the folder of a range, by pattern."""
    found = {}
    for pattern in patterns:
        sizes = sorted(f"{path.name} {path.stat().st_size}" for path in folder.glob(pattern))
        found[pattern] = FilesLeft(count=len(sizes), digest=digest("\n".join(sizes).encode()))
    return found


def version_left(folder: AnyPath, patterns: Iterable[str], data_version: str) -> str:
    """The version of what an asset left behind: of its document, and of the bytes of its texts."""
    sha = hashlib.sha256(data_version.encode())
    for pattern in patterns:
        if not pattern.endswith(_BY_VERSION):
            files: list[AnyPath] = [*folder.glob(pattern)]
            for path in sorted(files, key=str):
                sha.update(path.read_bytes())
    return sha.hexdigest()[:16]
