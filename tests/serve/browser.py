# SPDX-License-Identifier: MIT
"""Chromium without a window, led over its pipe (DevTools protocol): pages as people have them."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
         "--disable-dev-shm-usage", "--remote-debugging-pipe"]
AXE = "4.10.2"


def chromium():
    """The program, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None


def get_axe(folder):
    """The text of npm's axe-core, or None where it cannot be had."""
    file = Path(folder, "node_modules/axe-core/axe.min.js")
    if not file.exists():
        Path(folder).mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
                            f"axe-core@{AXE}"], capture_output=True, timeout=180, check=True)
        except (OSError, subprocess.SubprocessError):
            pass
    return file.read_text() if file.exists() else None


class Browser:
    """A Chromium of its own, gone at the end of the block."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="glia-browser-")
        ours_out, theirs_in = os.pipe()[::-1]
        theirs_out, ours_in = os.pipe()[::-1]
        # It reads descriptor 3 and writes to 4; the shell puts the pipes there.
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self.process = subprocess.Popen(
            ["bash", "-c", script, chromium(), *FLAGS, f"--user-data-dir={self.home}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.out, self.into, self.data, self.number, self.heard = ours_out, ours_in, b"", 0, []
        os.set_blocking(self.into, False)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.home, ignore_errors=True)

    def listen(self, end):
        """The next message."""
        while b"\0" not in self.data:
            try:
                more = os.read(self.into, 1 << 20)
                if not more:
                    raise AssertionError("the browser has ended")
                self.data += more
            except BlockingIOError:
                if time.time() > end:
                    raise AssertionError("the browser does not answer") from None
                time.sleep(0.005)
        line, _, self.data = self.data.partition(b"\0")
        return json.loads(line)

    def call(self, method, session=None, seconds=60, **parameters):
        self.number += 1
        wanted = {"id": self.number, "method": method, "params": parameters}
        if session:
            wanted["sessionId"] = session
        os.write(self.out, json.dumps(wanted).encode() + b"\0")
        end = time.time() + seconds
        while True:
            told = self.listen(end)
            if told.get("id") != self.number:
                self.heard.append(told)
                continue
            if "error" in told:
                raise AssertionError(method, told["error"])
            return told["result"]

    def page(self, *arguments, **named):
        return Page(self, *arguments, **named)


class Page:
    """A tab. `width` and `height` in CSS pixels."""

    def __init__(self, browser, width=1280, height=900, dark=False):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def resize(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)

    def open(self, url, ready="document.readyState === 'complete'"):
        self.call("Page.navigate", url=url)
        self.wait_for(f"location.href !== 'about:blank' && {ready}")

    def run(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True,
                          seconds=120)
        if "exceptionDetails" in found:
            raise AssertionError(expression[:200], found["exceptionDetails"])
        return found["result"].get("value")

    def wait_for(self, expression, seconds=60):
        end = time.time() + seconds
        while True:
            try:
                if found := self.run(expression):
                    return found
            except AssertionError:  # between two pages there is nothing to ask
                if time.time() > end:
                    raise
            if time.time() > end:
                raise AssertionError(f"it does not come to: {expression}", self.run("document.body.innerText")[:3000])
            time.sleep(0.1)

    def press(self, key, code=None):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13, " ": 32}.get(key, 0))

    def complaints(self):
        """What the browser has to say against the page: errors of scripts, what its policy forbids."""
        told = []
        for message in self.browser.heard:
            if message.get("sessionId") != self.session:
                continue
            parameters = message.get("params", {})
            if message["method"] == "Runtime.exceptionThrown":
                told.append(parameters["exceptionDetails"].get("text", "an exception"))
            if message["method"] == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                told.append(parameters["entry"]["text"])
        return told

    def bytes_received(self):
        """That came over the net for this page up to now."""
        self.run("1")
        return sum(message["params"].get("encodedDataLength", 0) for message in self.browser.heard
                   if message.get("sessionId") == self.session and message["method"] == "Network.loadingFinished")

    def violations(self, axe):
        """Of accessibility, serious ones and worse, by axe-core: "rule: element"."""
        self.run(axe + "; 1")
        found = self.run("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
                         ".filter(v => ['serious', 'critical'].includes(v.impact))"
                         ".flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' | '"
                         " + (n.failureSummary || '').slice(0, 300))))")
        return found

    def overflow(self):
        """By how many pixels the page is wider than its window."""
        return self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def picture(self, file, whole=True):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole, **(
            {"clip": dict(self.call("Page.getLayoutMetrics")["cssContentSize"], scale=1)} if whole else {}))["data"]
        Path(file).write_bytes(base64.b64decode(data))
