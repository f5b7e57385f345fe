"""Reading a list of a region from CSV with every mistake named. What the lists mean is not decided here."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from pathlib import Path

TEXT = r".*\S.*"
"""Any text that is not empty."""


class WrongList(ValueError):
    """A list in the data folder cannot be used; the message tells which file, line and value, and what to do."""


def read_list(
    path: Path, columns: Mapping[str, str], *, optional: Collection[str] = (), key: str | None = None
) -> list[dict[str, str]]:
    """Rows of a list: its named columns, trimmed, without the other columns of the file.

    Args:
        path: UTF-8, with ``,`` or ``;`` between the columns (Excel writes the latter in Dutch).
        columns: names of the columns, each with the regular expression that its values match.
        optional: columns that may be absent or empty; they are then empty texts.
        key: the column whose values occur once.

    Raises:
        WrongList: the file does not hold such a list.
    """
    return [row for _, row in numbered_rows(path, columns, optional=optional, key=key)]


def numbered_rows(
    path: Path, columns: Mapping[str, str], *, optional: Collection[str] = (), key: str | None = None
) -> list[tuple[int, dict[str, str]]]:
    """As ``read_list``, each row with its line in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if header.count(";") > header.count(",") else ",")
            lines = [(reader.line_num, [value.strip() for value in values]) for values in reader]
    except UnicodeDecodeError:
        raise WrongList(f"{path}: this is not UTF-8; save it from Excel as 'CSV UTF-8'") from None
    except csv.Error as error:
        raise WrongList(f"{path}: this is not a CSV file ({error}); save it again as 'CSV UTF-8'") from None
    names = lines[0][1] if lines else []
    for name in columns:
        if name not in names and name not in optional:
            raise WrongList(f"{path}, line 1: there is no column {name}, only {', '.join(names)}; name the columns in line 1")
        if names.count(name) > 1:
            raise WrongList(f"{path}, line 1: column {name} occurs twice; remove one")
    found: list[tuple[int, dict[str, str]]] = []
    first: dict[str, int] = {}
    for line, values in lines[1:]:
        if not any(values):
            continue  # Excel leaves such lines at the end
        if len(values) > len(names):
            raise WrongList(
                f"{path}, line {line}: {len(values)} values for {len(names)} columns ({values[len(names)]!r} is too many); "
                "put double quotes around a value that holds the delimiter"
            )
        given = dict(zip(names, values, strict=False))
        row = {name: given.get(name, "") for name in columns}
        for name, pattern in columns.items():
            if not re.fullmatch(pattern, row[name]) and not (name in optional and not row[name]):
                raise WrongList(f"{path}, line {line}: {name} {row[name]!r} is not well-formed; correct it or remove the line")
        if key:
            if row[key] in first:
                raise WrongList(
                    f"{path}, line {line}: {key} {row[key]!r} is also on line {first[row[key]]}; remove one of the two"
                )
            first[row[key]] = line
        found.append((line, row))
    if not found:
        raise WrongList(f"{path}: the list has no rows; fill it, or remove the file to do without")
    return found
