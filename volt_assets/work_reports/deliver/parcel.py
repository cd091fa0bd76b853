"""What one message is made of: whose it is, which file of the range it stands for, and what it says.

Belongs here: which file each audience gets. An audience never gets another one's: nothing else of the set is opened here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from volt_assets.delivery_settings import Delivery
from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.settings import Settings
from volt_assets.work_reports.deliver.short_form import ShortForm, short_form
from volt_assets.work_reports.models import EnrichedData, EnrichedPerson
from volt_assets.work_reports.revision_store import REVISIONS, read_index

PERSON = "individual"
# Audience -> name of the report's revisions, Markdown, page; those of a person are named by their slug.
_FILES = {
    "lead": ("team_summary", "reports/team_summary.md", "reports/report.html"),
    "team": ("views/team", "reports/views/team.md", "reports/views/team.html"),
    "operations": ("views/operations", "reports/views/operations.md", "reports/views/operations.html"),
}
# Most mail servers take no more.
_LARGEST_ATTACHMENT = 8_000_000
_NO_TIME = "nobody tracked any time"


@dataclass(frozen=True)
class Addressee:
    """One message of one delivery, whatever the revision. Holds no name and no address: this is what is kept."""

    delivery: str
    report: str
    user_id: int | None = None

    def __str__(self) -> str:
        """For lines people read."""
        return self.delivery if self.user_id is None else f"{self.delivery} to user {self.user_id}"


@dataclass(frozen=True)
class Parcel:
    """One revision of one report for one addressee."""

    key: str
    addressee: Addressee
    delivery: Delivery
    revision: int
    form_of: Callable[[], ShortForm]
    """Reads the report; most parcels are only looked at to see whether they are due."""
    recipients: tuple[str, ...]
    """E-mail addresses, as written; of a person's own channel those of the person."""
    zone: ZoneInfo
    markdown: AnyPath
    page: AnyPath | None
    """The HTML, when there is one."""
    path: str
    """Of the page, or of the Markdown, relative to the folder of the range."""
    link: str
    nothing: str | None = None
    """Why there is nothing worth a message in it; None when there is."""
    shortfalls: tuple[str, ...] = ()
    """What is missing in a report that is delivered although it is incomplete."""
    replaces: int | None = None
    """The revision that the addressee has."""

    @cached_property
    def form(self) -> ShortForm:
        """What the message says of the report."""
        return self.form_of()

    @cached_property
    def is_attached(self) -> bool:
        """Whether the page itself goes along: in an e-mail, where no address leads to it, and when it is not too large."""
        has_address = self.link.startswith(("http://", "https://"))
        if self.delivery.channel != "email" or has_address or self.page is None:
            return False
        return self.page.stat().st_size <= _LARGEST_ATTACHMENT

    @property
    def idempotency_key(self) -> str:
        """Equal for every try of the same revision to the same addressee: 32 hex digits."""
        one = self.addressee
        text = json.dumps([self.key, one.delivery, one.report, one.user_id, self.revision])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class RangeFiles:
    """The files of one range."""

    key: str
    folder: AnyPath
    settings: Settings

    def whole(self) -> EnrichedData:
        """People, zones and sums. Raises StoredDataError."""
        path = self.folder / "enriched_data.json"
        try:
            return EnrichedData.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise StoredDataError(f"{path}: cannot be read", hint="make enriched_data of this range again") from error

    def parcels(self, name: str, delivery: Delivery, data: EnrichedData) -> Iterator[Parcel]:
        """What the delivery is to bring. Raises StoredDataError for a report that is not there."""
        if delivery.audience != "person":
            zone = ZoneInfo(delivery.timezone or self.settings.timezone)
            files = _FILES[delivery.audience]
            nothing = None if data.statistics.total_duration_seconds else _NO_TIME
            if delivery.audience == "team":
                nothing = nothing or self._held_back(files[1])
            yield self._parcel(Addressee(name, files[0]), delivery, files, recipients=delivery.to, zone=zone, nothing=nothing)
            return
        for person in data.people:
            base = f"{PERSON}/{person.slug}"
            files = (base, f"reports/{base}.md", f"reports/{base}.html")
            recipients = (person.email,) if person.email else ()
            zone = ZoneInfo(delivery.timezone) if delivery.timezone else self._zone_of(person)
            nothing = None if person.statistics.total_duration_seconds else _NO_TIME
            addressee = Addressee(name, PERSON, person.user_id)
            yield self._parcel(addressee, delivery, files, recipients=recipients, zone=zone, nothing=nothing)

    def _parcel(
        self,
        addressee: Addressee,
        delivery: Delivery,
        files: tuple[str, str, str],
        *,
        recipients: tuple[str, ...],
        zone: ZoneInfo,
        nothing: str | None,
    ) -> Parcel:
        name, markdown, page = files
        current = read_index(self.folder / REVISIONS).reports.get(name)
        source = self.folder / markdown
        if not source.is_file():
            raise StoredDataError(f"{markdown} is not there", hint="run the range again")
        if current is None:
            raise StoredDataError(f"{markdown} has no revision", hint="run the range again")
        has_page = (self.folder / page).is_file()
        path = page if has_page else markdown
        base = self.settings.delivery.link_base_url
        return Parcel(
            key=self.key,
            addressee=addressee,
            delivery=delivery,
            revision=current.number,
            form_of=lambda: short_form(source.read_bytes().decode(errors="replace")),
            recipients=recipients,
            zone=zone,
            markdown=source,
            page=self.folder / page if has_page else None,
            path=path,
            link=f"{base}/{self.key}/{path}" if base else str(self.folder / path),
            nothing=nothing,
        )

    def _held_back(self, markdown: str) -> str | None:
        """A team's view of so few people that it shows no figure says so in its document; what operations gets is of use all the same."""
        try:
            held_back = json.loads((self.folder / markdown).with_suffix(".json").read_bytes()).get("held_back")
        except (OSError, ValueError, AttributeError):
            return None
        return f"the view shows no figure: {held_back}" if held_back else None

    def _zone_of(self, person: EnrichedPerson) -> ZoneInfo:
        """The zone Toggl knows of the person; what it says may be no zone at all."""
        try:
            return ZoneInfo(person.zone or self.settings.timezone)
        except (KeyError, ValueError, OSError):
            return self.settings.zone
