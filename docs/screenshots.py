"""Renews the README's pictures: the demo, the Dagster UI over it, and headless Chromium. Run it with ``make screenshots``."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
UNKNOWN_SHARE = 0.15
"""Share of neighbourhood codes taken out of the spoiled delivery: too many for the gate, too few to refuse the file."""


def main() -> None:
    """Demo, pictures of what passed, a spoiled delivery, a picture of what stopped it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium is needed for the pictures (Debian: apt-get install chromium)")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ivz-pictures-") as scratch:
        data = Path(scratch) / "data"
        environment = {**os.environ, "IVZ_DATA_DIR": str(data)}
        environment.pop("DAGSTER_HOME", None)
        port = _free_port()
        subprocess.run([sys.executable, "-m", "ivz_assets.cli", "demo"], env=environment, check=True)
        ui = subprocess.Popen(
            [sys.executable, "-m", "ivz_assets.cli", "ui", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            take = _camera(browser, Path(scratch) / "browser")
            take(
                f"{address}/assets/dashboard_figures?view=lineage&lineageScope=neighbors&lineageDepth=1",
                "assets.png",
                "1900,1500",
            )
            take(f"{address}/assets/incidents?view=checks&checkDetail=expectations", "check_passed.png")
            _inline_pictures(data)
            _spoil(data)
            subprocess.run([sys.executable, "-m", "ivz_assets.cli", "refresh"], env=environment, check=False)
            take(f"{address}/assets/incidents?view=checks&checkDetail=expectations", "check_failed.png")
        finally:
            ui.terminate()
            ui.wait(30)


def _inline_pictures(data: Path) -> None:
    """Pictures that assets hold in their metadata, as files."""
    from dagster import AssetKey, DagsterInstance

    with DagsterInstance.from_config(str(data / "dagster")) as instance:
        for asset, entry, name in (
            ("dashboard_figures", "trend", "trend.png"),
            ("dashboard_figures", "trechter", "funnel.png"),
            ("dashboard_hot_times", "drukke_uren", "hot_times.png"),
            ("dashboard_hot_spots", "kaart", "hot_spots.png"),
            ("dashboard_reporting_triangle", "driehoek", "triangle.png"),
        ):
            event = instance.get_latest_materialization_event(AssetKey(asset))
            assert event is not None
            assert event.asset_materialization is not None
            markdown = str(event.asset_materialization.metadata[entry].value)
            (PICTURES / name).write_bytes(base64.b64decode(markdown.split("base64,")[1].rstrip(")")))
            print(f"{name} <- {asset}")


def _spoil(data: Path) -> None:
    """Puts a delivery of the last week in the landing folder in which many neighbourhood codes are gone."""
    from openpyxl import load_workbook

    source = sorted((data / "sample").glob("weekmonitor_2026-W12_*.xlsx"))[-1]
    workbook = load_workbook(source)
    sheet = workbook.active
    assert sheet is not None
    step = round(1 / UNKNOWN_SHARE)
    for row in range(2, sheet.max_row + 1, step):
        sheet.cell(row, 3).value = None
    workbook.save(data / "landing" / "weekmonitor" / "weekmonitor_2026-W12_gecorrigeerd.xlsx")


def _camera(browser: str, profile: Path):  # type: ignore[no-untyped-def]
    """A function that takes a picture of an address; the profile starts empty, so nothing is remembered or asked."""
    quiet = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
    ]

    def take(address: str, name: str, size: str = "1500,1000") -> None:
        target = PICTURES / name
        target.unlink(missing_ok=True)
        command = [browser, *quiet, f"--user-data-dir={profile}", f"--window-size={size}", "--virtual-time-budget=30000"]
        subprocess.run([*command, f"--screenshot={target}", address], check=True, capture_output=True, timeout=180)
        print(f"{name} <- {address}")

    return take


def _wait_for(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=2):
                return
        except OSError:
            time.sleep(1)
    sys.exit(f"the Dagster UI did not answer on {address}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
