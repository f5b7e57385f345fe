"""Every setting of the project, typed, with its unit, default and reason. No logic of any stage belongs here.

Settings come from the environment (prefix ``IVZ_``) or from ``settings.env`` in the data folder, in that order.
"""

from __future__ import annotations

import os
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

TIMEZONE = "Europe/Amsterdam"
"""The zone of every wall-clock time in the weekmonitor; partitions and schedules follow it."""

PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings; the unit is in the name or in the description."""

    model_config = SettingsConfigDict(env_prefix="IVZ_", extra="ignore", frozen=True)

    data_dir: Path = Field(PROJECT_FOLDER / "data", description="Folder that holds everything the project reads and writes.")
    today: date | None = Field(
        None, description="Simulated current date; gates, partitions and freshness follow it. Unset: the real clock."
    )

    # Region
    regio_code: str = Field("TWENTE", description="Key of the region in the area dimension.")
    regio_naam: str = Field("Twente", description="Name of the region as dashboards show it.")
    first_date: date = Field(date(2015, 1, 1), description="First registration date of the history the police supply.")
    rd_x_min: int = Field(217_000, description="Metres RD New; western edge of the region with a margin of about 3 km.")
    rd_x_max: int = Field(272_000, description="Metres RD New; eastern edge.")
    rd_y_min: int = Field(453_000, description="Metres RD New; southern edge.")
    rd_y_max: int = Field(502_000, description="Metres RD New; northern edge.")

    # CBS: kerncijfers wijken en buurten
    cbs_host: str = Field(
        "opendata.cbs.nl", description="Host of the CBS tables; empty: no host is asked, what was fetched before is used."
    )
    cbs_https: bool = Field(True, description="Whether that host is spoken to over HTTPS.")
    cbs_files: Path | None = Field(
        None, description="Folder with CBS tables as they were served, to read instead of asking the host (the sample region)."
    )
    cbs_timeout_seconds: float = Field(30, description="Seconds to wait for an answer of CBS.")
    cbs_attempts: int = Field(4, ge=1, description="Times a request is tried when the fault may pass by itself.")
    cbs_pause_seconds: float = Field(2, ge=0, description="Seconds before the second attempt; doubled before each next one.")
    cbs_whole_country: bool = Field(False, description="Fetch every area of the country instead of the region's.")

    # Open figures of the police, served as CBS serves its tables and asked in the same manner
    politie_host: str = Field(
        "dataderden.cbs.nl",
        description="Host of the open police tables; empty: no host is asked, what was fetched before is used.",
    )
    politie_files: Path | None = Field(
        None, description="Folder with open police tables as they were served, to read instead of asking the host."
    )

    # Reading a workbook: a hostile or broken file may cost time and memory, never the run
    workbook_password: SecretStr | None = Field(None, description="Password of protected workbooks.")
    workbook_max_bytes: int = Field(200_000_000, description="Bytes; a year of Twente is about 8 MB.")
    workbook_max_unpacked_bytes: int = Field(2_000_000_000, description="Bytes after unzipping; stops a zip bomb.")
    workbook_max_rows: int = Field(1_048_576, description="Rows; the most that one Excel sheet can hold.")
    reading_memory_bytes: int = Field(6_000_000_000, description="Address space of the reading process, bytes.")
    reading_timeout_seconds: int = Field(600, description="Seconds after which the reading process is stopped.")
    refused_days: int = Field(14, description="Days that a refused file is kept for the supplier to look at.")

    loaded_days: int = Field(14, description="Days that a loaded file is kept; its rows are in the warehouse by then.")
    protected_days: int = Field(
        14, description="Days that workbooks for the police and failing rows of a gate are kept; both can be made again."
    )

    # People decide about what replaces suspiciously much
    hold_share: float = Field(
        0.25,
        description="Share of the known incidents in a delivery's span that it may change or remove before it is held.",
    )
    hold_minimum: int = Field(20, description="Known incidents in the span below which a share says too little to hold.")

    # Gates: what a careful analyst would stop for
    volume_low: float = Field(0.55, description="Lowest ratio of a week's incidents to the same weeks of earlier years.")
    volume_high: float = Field(1.8, description="Highest such ratio; New Year and a hot summer stay below it.")
    minimum_counted: int = Field(
        20, description="Rows that a share must stand for before it can stop anything: one bad row of 28 is no change in a file."
    )
    drop_low: float = Field(
        0.2, description="Lowest ratio of a municipality's or a subcategory's week to what is usual (where 20 or more are)."
    )
    max_share_unknown_buurt: float = Field(0.08, description="Share of incidents without a known neighbourhood, per week.")
    max_share_quarantined: float = Field(0.03, description="Share of a delivery's rows that may be rejected.")
    class_jump_high: float = Field(
        4.0,
        description="Times its own average of the 26 weeks before that a subcategory may jump in a week (from 50 incidents on).",
    )
    min_share_readable: float = Field(
        0.95, description="Share of a delivery's rows with a readable date or a known class; below it the file changed."
    )
    min_share_in_cover: float = Field(0.9, description="Share of a delivery's rows registered in the period it says it covers.")
    max_share_unknown_delivery: float = Field(
        0.2, description="Share of a delivery's rows without a recognised neighbourhood; above it a column shifted."
    )
    xy_tolerance_metres: float = Field(
        50, description="Metres RD New that a point may lie outside its neighbourhood: borders run along the middle of a street."
    )
    min_share_xy_in_buurt: float = Field(
        0.9, description="Share of a municipality's located incidents that lie in the neighbourhood they were registered in."
    )
    max_share_not_tiled: float = Field(
        0.01, description="Share of a municipality's surface that its neighbourhoods leave open or cover twice."
    )
    max_dagdeel_share: float = Field(0.65, description="Share of one part of the day in a week; above it times were defaulted.")

    # Publication
    keep_releases: int = Field(8, ge=1, description="Releases kept for rollback.")

    # One writer
    engine_memory_bytes: int = Field(
        4_000_000_000,
        ge=500_000_000,
        description="Bytes the engine may take in a run before it writes to disk; Python comes on top.",
    )
    lock_timeout_seconds: float = Field(60, description="Seconds a run waits for another run to release the warehouse.")

    @property
    def landing_folder(self) -> Path:
        """Where the weekly files are dropped."""
        return self.data_dir / "landing" / "weekmonitor"

    @property
    def refused_folder(self) -> Path:
        """Where a refused file lies beside the reason; protected, swept after ``refused_days``."""
        return self.data_dir / "landing" / "refused"

    @property
    def archive_folder(self) -> Path:
        """Where a loaded file is kept; protected."""
        return self.data_dir / "landing" / "loaded"

    @property
    def warehouse_folder(self) -> Path:
        """The warehouse and its lock; protected, never opened by BI."""
        return self.data_dir / "warehouse"

    @property
    def protected_folder(self) -> Path:
        """Row values that people may need (quarantine workbooks, failing rows of a gate); owner only."""
        return self.data_dir / "protected"

    @property
    def quality_folder(self) -> Path:
        """Static pages of the gates: aggregates and references, no row values."""
        return self.data_dir / "quality"

    @property
    def published_folder(self) -> Path:
        """What BI tools open."""
        return self.data_dir / "published"

    @property
    def sample_folder(self) -> Path:
        """The generated workbooks of the sample region and their manifest."""
        return self.data_dir / "sample"

    @property
    def buurten_csv(self) -> Path:
        """List of the region's neighbourhoods (buurt_code, buurt_naam, wijk_code, wijk_naam, gemeente_code); optional."""
        return self.data_dir / "reference" / "buurten.csv"

    @property
    def gemeenten_csv(self) -> Path:
        """List of the region's municipalities (gemeente_code, gemeente_naam), when the region is not Twente; optional."""
        return self.data_dir / "reference" / "gemeenten.csv"

    @property
    def cbs_folder(self) -> Path:
        """Tables of CBS as they were fetched, per table and date of change."""
        return self.data_dir / "cbs"

    @property
    def politie_folder(self) -> Path:
        """Open tables of the police as they were fetched, per table and date of change."""
        return self.data_dir / "politie"

    @property
    def boundaries_folder(self) -> Path:
        """CBS wijk- en buurtkaart as GeoPackage or GeoJSON in RD New, a file per year with the year in its name; optional."""
        return self.data_dir / "reference" / "grenzen"

    @property
    def crosswalk_csv(self) -> Path:
        """What is known locally of changed neighbourhood codes; goes before what CBS and the maps say; optional."""
        return self.data_dir / "reference" / "buurt_omzetting.csv"

    @property
    def basisteams_csv(self) -> Path:
        """Basisteam of the police per municipality (gemeente_code, basisteam); without it there is no such level."""
        return self.data_dir / "reference" / "basisteams.csv"

    @property
    def enrichment_landing_folder(self) -> Path:
        """Where workbooks of municipalities and partners are dropped."""
        return self.data_dir / "landing" / "verrijking"

    @property
    def mappings_folder(self) -> Path:
        """Mapping files for workbooks that are not made from the template, one per kind of workbook; optional."""
        return self.data_dir / "reference" / "verrijking"

    @property
    def themes_folder(self) -> Path:
        """The user's own themes, one TOML file each; one with the name of a theme of the project replaces it; optional."""
        return self.data_dir / "reference" / "themas"

    def current_date(self) -> date:
        """Today in the region, or the simulated date."""
        return self.today or datetime.now(ZoneInfo(TIMEZONE)).date()

    def now(self) -> datetime:
        """This moment as local wall-clock time; noon of the simulated date when one is set."""
        if self.today:
            return datetime.combine(self.today, time(12))
        return datetime.now(ZoneInfo(TIMEZONE)).replace(tzinfo=None, microsecond=0)


def load_settings() -> Settings:
    """Settings of this process: the environment first, then ``settings.env`` in the data folder."""
    data_dir = Path(os.environ.get("IVZ_DATA_DIR") or PROJECT_FOLDER / "data").expanduser().resolve()
    return Settings(_env_file=data_dir / "settings.env", data_dir=data_dir)  # type: ignore[call-arg]
