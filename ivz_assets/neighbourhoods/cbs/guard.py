"""One page of an answer of CBS: asked of the right host, in time, again when that may help, and looked into.

It stands where cbsodata opens a ``requests.Session`` for each page: cbsodata has no time limit, no second attempt and follows
every link. Which table is asked, and why, is not known here.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

import requests
from requests import exceptions
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ivz_assets.neighbourhoods.cbs.service import CbsPermanent, CbsTransient, CbsUnreachable

TOTAL = 10
"""Times the limit on silence that a whole page may take: a server that sends a byte now and then is never silent."""

PLAIN = "(),'"
"""Characters of a filter that an address may hold as they are; cbsodata escapes them, which makes it a quarter longer."""

MOVED = (301, 308)
"""Redirects for good; the others are how a site shows that it is being repaired."""

WAIT = (408, 429)
"""Refusals that say: later."""


@dataclass(frozen=True)
class Manners:
    """How a host is asked: seconds of silence that are borne, times a page is asked, seconds before the second time.

    ``setting`` is the setting that names the host, for messages.
    """

    host: str
    https: bool
    timeout_seconds: float
    attempts: int
    pause_seconds: float
    setting: str = "cbs_host"


def is_loopback(host: str) -> bool:
    """Whether the host, with or without a port, is this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def open_session(host: str) -> requests.Session:
    """A session that goes through the proxies of the environment (``NO_PROXY`` included), but to this machine directly."""
    session = requests.Session()
    session.trust_env = not is_loopback(host)
    return session


class PageGuard:
    """Answers cbsodata's ``Session().send(request)`` for one resource of which it may read several pages."""

    def __init__(self, session: requests.Session, manners: Manners, resource: str, count: Callable[[], None]) -> None:
        """As given: the connection, how to ask, the resource for messages, and who counts the requests."""
        self._session = session
        self._manners = manners
        self._resource = resource
        self._count = count
        self._read: set[str] = set()

    def send(self, request: requests.PreparedRequest, **ignored: Any) -> requests.Response:
        """Asks one page.

        Args:
            request: the page; its address comes from cbsodata, or from the page before.
            ignored: what cbsodata would send along: proxies as they were when it was imported.

        Raises:
            CbsTransient: the attempts are used up.
            CbsPermanent: asking again does not help.
        """
        self._settle_address(request)
        self._read.add(_plain(request.url))
        manners = self._manners
        retrying = Retrying(
            stop=stop_after_attempt(manners.attempts),
            wait=wait_exponential(multiplier=manners.pause_seconds),
            retry=retry_if_exception_type(CbsTransient),
            reraise=True,
        )
        return retrying(self._attempt, request)

    def _settle_address(self, request: requests.PreparedRequest) -> None:
        address = urlsplit(request.url or "")
        host = str(address.netloc)
        if host.lower() != self._manners.host.lower():
            raise self._permanent(f"the next page would be asked of {host}", "Look whether CBS moved its service")
        # Behind a proxy of their own, services are known to write links to themselves with http.
        url = address._replace(scheme="https" if self._manners.https else "http").geturl()
        for character in PLAIN:
            url = url.replace(quote(character, safe=""), character)
        request.url = url

    def _attempt(self, request: requests.PreparedRequest) -> requests.Response:
        self._count()
        response = self._answer(request)
        self._check_status(response)
        response.encoding = "utf-8"
        self._check_page(response)
        return response

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        silence = self._manners.timeout_seconds
        environment = self._session.merge_environment_settings(str(request.url), {}, None, None, None)
        try:
            return _within(
                TOTAL * silence,
                lambda: self._session.send(request, timeout=silence, allow_redirects=False, **environment),
            )
        except TimeoutError:
            raise self._transient(f"the answer was not complete after {TOTAL * silence:g} s", CbsUnreachable) from None
        except exceptions.Timeout:
            raise self._transient(f"no answer within {silence:g} s", CbsUnreachable) from None
        except exceptions.ConnectionError as error:
            if isinstance(_bottom(error), TimeoutError):
                raise self._transient(f"no answer within {silence:g} s", CbsUnreachable) from None
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                remedy = "Have REQUESTS_CA_BUNDLE point to the certificates of your organisation"
                raise self._permanent("its certificate is not trusted", remedy) from None
            raise self._transient(f"no connection ({_cause(error)})", CbsUnreachable) from None
        except (exceptions.ChunkedEncodingError, exceptions.ContentDecodingError) as error:
            raise self._transient(f"the answer broke off ({_cause(error)})") from None
        except exceptions.RequestException as error:
            raise self._permanent(
                f"it cannot be asked ({_cause(error)})", f"Look at the setting {self._manners.setting}"
            ) from None

    def _check_status(self, response: requests.Response) -> None:
        status = f"{response.status_code} {response.reason}".strip()
        if response.status_code == 200:
            return
        if response.status_code == 404:
            look = f"Look the table up in the catalogue of CBS, and at the setting {self._manners.setting}"
            raise self._permanent(f"answered {status}", look)
        if response.status_code in MOVED:
            address = response.headers.get("Location")
            raise self._permanent(
                f"answered {status} to {address}", f"Look at the settings {self._manners.setting} and cbs_https"
            )
        if response.status_code in WAIT or response.status_code >= 500 or response.is_redirect:
            raise self._transient(f"answered {status}")
        raise self._permanent(f"answered {status}", "Look whether CBS changed its service")

    def _check_page(self, response: requests.Response) -> None:
        text = response.text
        try:
            page = json.loads(text)
        except ValueError:
            seen = "an HTML page" if text.lstrip().startswith("<") else f"JSON that breaks off after {len(text)} characters"
            raise self._transient(f"answered {seen} instead of a table") from None
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise self._transient("answered JSON without the list 'value'")
        if (link := page.get("odata.nextLink")) is None:
            return
        if not page["value"] or _plain(link) in self._read:
            # Followed as it is, such a link would be followed for ever.
            raise self._transient(f"page {len(self._read)} gives a page that was already read as the next one")

    def _transient(self, seen: str, kind: type[CbsTransient] = CbsTransient) -> CbsTransient:
        times = "once" if self._manners.attempts == 1 else f"{self._manners.attempts} times"
        return kind(f"{self._where}: {seen}; asked {times}. It may pass by itself, run again later")

    def _permanent(self, seen: str, remedy: str) -> CbsPermanent:
        return CbsPermanent(f"{self._where}: {seen}. {remedy}")

    @property
    def _where(self) -> str:
        return f"{self._manners.host}, {self._resource}"


def _plain(url: str | None) -> str:
    """An address in one spelling: cbsodata and CBS do not escape the same characters."""
    return unquote_plus(url or "").split("://")[-1].casefold()


def _bottom(error: BaseException) -> BaseException:
    """What it was at the bottom; the layers above repeat the whole address."""
    while deeper := error.__cause__ or error.__context__:
        error = deeper
    return error


def _cause(error: BaseException) -> str:
    cause = _bottom(error)
    return " ".join(str(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).split())


def _within(seconds: float, work: Callable[[], requests.Response]) -> requests.Response:
    """Does the work in a thread that is left behind when it takes longer: a blocked read has no other end.

    Raises:
        TimeoutError: it took longer; whatever the work raises otherwise.
    """
    answer: Future[requests.Response] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    return answer.result(timeout=seconds)
