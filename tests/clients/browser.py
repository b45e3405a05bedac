# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, told what to do over a pair of pipes by its DevTools protocol: messages in
JSON, each followed by a NUL.  What its pages complain about is kept."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

# It talks to nobody but the pages that it is told to open, and starts nothing that outlives it.
SWITCHES = """--headless --remote-debugging-pipe --no-first-run --no-default-browser-check --no-proxy-server
    --disable-background-networking --disable-component-update --disable-default-apps --disable-domain-reliability
    --disable-extensions --disable-sync --disable-breakpad --disable-dev-shm-usage --metrics-recording-only
    --password-store=basic --enable-unsafe-swiftshader --disable-features=Translate,OptimizationHints,MediaRouter
    --window-size=1200,900""".split()


# Keys without a letter: their codes, and the text that comes with them.
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "Home": (36, ""), "ArrowLeft": (37, ""),
        "ArrowUp": (38, ""), "ArrowRight": (39, ""), "ArrowDown": (40, "")}


class Browser:
    """`chromium`, which says in the file `log` what it has to say.  Used with `with`, which ends it."""

    def __init__(self, log):
        to_browser, self.write_fd = os.pipe()
        self.read_fd, from_browser = os.pipe()

        def hand_over():  # it reads from descriptor 3 and writes to 4
            spare = os.dup(to_browser), os.dup(from_browser)
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.place = tempfile.mkdtemp(prefix="chromium.", dir="/tmp")  # it makes sockets, whose paths are short
        command = ["chromium", *SWITCHES, f"--user-data-dir={self.place}/profile"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # which root cannot have
        self.log = open(log, "w", encoding="utf-8")
        self.process = subprocess.Popen(command + ["about:blank"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        close_fds=False, preexec_fn=hand_over, env={**os.environ, "TMPDIR": self.place})
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.last_id, self.pages = b"", 0, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.ask("Browser.close")
        except (EOFError, BrokenPipeError):
            pass
        os.close(self.write_fd)
        self.process.wait()
        os.close(self.read_fd)
        self.log.close()
        shutil.rmtree(self.place, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.buffer:
            got = os.read(self.read_fd, 1 << 16)
            if not got:
                raise EOFError(f"chromium has ended; {self.log.name} may say why")
            self.buffer += got
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, session=None, **arguments):
        self.last_id += 1
        own = self.last_id
        message = {"id": own, "method": method, "params": arguments}
        if session:
            message["sessionId"] = session
        os.write(self.write_fd, json.dumps(message).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == own:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            if message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].note(message["method"], message["params"])

    def page(self):
        return Page(self)


class Page:
    """A tab.  `requests` are the addresses that it asked for; `complaints` all that its console, its
    policies and its requests had to say."""

    def __init__(self, browser):
        self.browser, self.requests, self.complaints = browser, [], []
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.pages[self.session] = self
        for domain in "Page", "Runtime", "Log", "Network", "Audits":
            self.ask(f"{domain}.enable")

    def ask(self, method, **arguments):
        return self.browser.ask(method, self.session, **arguments)

    def note(self, event, about):
        if event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif event == "Network.loadingFailed" and not about.get("canceled"):
            self.complaints.append(f"a request failed: {about['errorText']} {about.get('blockedReason', '')}")
        elif event == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{about['entry']['source']}: {about['entry']['text']}")
        elif event == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning", "assert"):
            self.complaints.append(f"console: {[argument.get('value') for argument in about['args']]}")
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(f"an exception: {about['exceptionDetails']}")
        elif event == "Audits.issueAdded":
            self.complaints.append(f"an issue: {json.dumps(about['issue'])[:400]}")

    def open(self, address):
        """Until its load event was handled."""
        self.requests, self.complaints = [], []
        result = self.ask("Page.navigate", url=address)
        if result.get("errorText"):
            raise RuntimeError(f"{address}: {result['errorText']}")
        self.wait("document.readyState === 'complete'")

    def value(self, expression):
        """Of JavaScript; of a promise, what it promises."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def is_now(self, condition):
        """When the next frame is drawn.  While another page comes there is nothing to look at."""
        try:
            return self.value(f"new Promise(go => requestAnimationFrame(() => go(Boolean({condition}))))")
        except RuntimeError as error:
            if any(word in str(error) for word in ("navigated", "context", "collected", "destroyed")):
                return False
            raise

    def wait(self, condition):
        """As long as the test's hang guard lets it."""
        print(f"waiting for {condition}", file=sys.stderr)
        while not self.is_now(condition):
            pass

    def key(self, text):
        """A letter, or a key by its name."""
        code, text_of = KEYS.get(text, (0, text))
        for kind in "keyDown", "keyUp":
            self.ask("Input.dispatchKeyEvent", type=kind, key=text, text=text_of if kind == "keyDown" else "",
                     code=text if code else "", windowsVirtualKeyCode=code)

    def keys(self, text):
        for letter in text:
            self.key(letter)

    def click(self, selector, x=0.5, y=0.5):
        """With the pointer, on the first element that it selects: in its middle, or where that share of it is."""
        at = json.loads(self.value(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            element.scrollIntoView({{block: 'nearest'}});
            const box = element.getBoundingClientRect();
            return JSON.stringify({{x: box.x + box.width * {x}, y: box.y + box.height * {y}}});
        }})()"""))
        for kind in "mouseMoved", "mousePressed", "mouseReleased":
            self.ask("Input.dispatchMouseEvent", type=kind, button="none" if kind == "mouseMoved" else "left", clickCount=1, **at)

    def colours(self, scheme):
        """`light` or `dark`, as a reader's system has it."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, selector):
        """A PNG of what is seen of the first element that it selects."""
        box = self.value(f"JSON.stringify(document.querySelector('{selector}').getBoundingClientRect())")
        clip = {name: json.loads(box)[name] for name in ("x", "y", "width", "height")}
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", clip={**clip, "scale": 1})["data"])

    def clean(self, origin):
        """Nobody complained, and all requests went to `origin`."""
        self.value("1")  # what came before this was noted
        assert not self.complaints, self.complaints
        elsewhere = [url for url in self.requests if not url.startswith((origin, "data:"))]
        assert not elsewhere, f"asked elsewhere: {elsewhere}"
        assert self.requests, "asked nobody"
