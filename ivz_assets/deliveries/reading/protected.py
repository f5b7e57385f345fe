"""Files in an OLE2 container: old workbooks and anything with a password. Reading what comes out belongs elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .refusal import RefusedDelivery


def open_ole(path: Path, folder: Path, password: str | None) -> tuple[str, Path]:
    """What the container holds (``zip`` or ``xls``) and where: the file itself, or a decrypted copy in ``folder``."""
    import msoffcrypto  # only here: it costs a quarter of a second, and few files need it
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as container:
            streams = {"/".join(parts) for parts in container.listdir()}
    except Exception as error:  # olefile raises whatever its parsing stumbles over
        raise RefusedDelivery("beschadigd", value="the container of the workbook does not open") from error
    is_package = "EncryptedPackage" in streams
    if not is_package and not streams & {"Workbook", "Book"}:
        raise RefusedDelivery("geen_werkmap", value="an Office file of another kind")
    with path.open("rb") as source:
        try:
            document: Any = msoffcrypto.OfficeFile(source)
            encrypted = is_package or document.is_encrypted()
        except Exception as error:
            raise RefusedDelivery("beschadigd", value="the container of the workbook does not open") from error
        if not encrypted:
            return "xls", path
        if not password:
            raise RefusedDelivery("versleuteld")
        target = folder / ("decrypted.zip" if is_package else "decrypted.xls")
        decrypt(document, password, target)
    return ("zip" if is_package else "xls"), target


def decrypt(document: Any, password: str, target: Path) -> None:
    """Write the decrypted document; the folder and the umask keep it to the owner."""
    from msoffcrypto.exceptions import InvalidKeyError

    try:
        if target.suffix == ".zip":
            document.load_key(password=password, verify_password=True)
        else:  # .xls: always verified, and no such option
            document.load_key(password=password)
        with target.open("wb") as plain:
            document.decrypt(plain)
    except InvalidKeyError as error:
        raise RefusedDelivery("wachtwoord_onjuist") from error
    except Exception as error:
        raise RefusedDelivery("beschadigd", value="the protected workbook does not decrypt") from error
