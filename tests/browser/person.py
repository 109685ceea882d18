"""One person at one browser: pages that must load cleanly, be accessible, and look right."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.browser import shots
from tests.browser.site import Site
from tests.personas import PASSWORD

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = ("serious", "critical")
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class Person:
    """A browser context of somebody. `faults` are console errors and failed requests so far."""

    def __init__(self, browser: Browser, site: Site, username: str, *, scripts: bool = True):
        self.site = site
        self.username = username
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport=DESK,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            base_url=site.url,
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        self.has_scripts = scripts
        self.expected: set[int] = set()
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Another window of the same person, watched as well."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._on_failed)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = REFUSED.match(message.text)
        if refused and int(refused[1]) in self.expected:
            return
        self.faults.append(f"{message.type}: {message.text} ({self.page.url})")

    def _on_failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page left while it was loading
            self.faults.append(f"request: {request.url} {request.failure}")

    @contextmanager
    def refusals(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are what the test wants."""
        self.expected |= set(statuses)
        yield
        self.page.wait_for_timeout(100)
        self.expected -= set(statuses)

    # ---- going places
    def log_in(self, password: str = PASSWORD) -> None:
        self.page.goto("/login/")
        self.page.get_by_label("账号").fill(self.username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.locator("h1")).not_to_have_text("登录")

    def goto(self, path: str, status: int = 200) -> None:
        self.expected.add(status)
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        self.expected.discard(status)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    # ---- looking at a page
    def look(self, name: str, *, whole: bool = True) -> None:
        """A screenshot of the page; what axe calls serious is kept as a fault."""
        if self.has_scripts:
            self.page.evaluate("window.scrollTo(0, 0)")
        shots.take(self.page, name, whole=whole)
        if self.has_scripts:
            self.check_access(name)

    def look_on_phone(self, name: str) -> None:
        """The same page 390 px wide: nothing scrolls sideways."""
        self.page.set_viewport_size(PHONE)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.look(f"{name}-phone")
        self.page.set_viewport_size(DESK)
        assert width <= PHONE["width"], f"{name}: {width} px wide on a phone"

    def check_access(self, name: str) -> None:
        """Whatever axe finds serious on the page becomes a fault."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        for rule in found["violations"]:
            if rule["impact"] in SERIOUS:
                for node in rule["nodes"]:
                    self.faults.append(
                        f"{name}: {rule['id']} ({rule['help']}): {node['html'][:200]}"
                    )

    def check_quiet(self) -> None:
        """No script error, nothing refused or failed to load, nothing serious for axe."""
        assert not self.faults, "\n".join(self.faults)

    def close(self) -> None:
        self.context.close()
