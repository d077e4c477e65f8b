"""People who type their password right while others flood the log-in: what login_flood.py measures of them."""
import collections
import random
import threading
import time

import requests

import harness
import measures

PATIENCE = 30  # s that one log-in may take
RETRIES = 5  # of the web app, while it is told that many people log in


class FromAddress(requests.adapters.HTTPAdapter):
    """Connections from this address of ours."""
    def __init__(self, source):
        self.source = source
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.source, 0), **kwargs)


class Right:
    """People who type their password right. Each kind has names and addresses of its own, so that none is throttled or known
    by another's doing. Its result: how many got in, of how many, and how long that took."""

    def __init__(self, url, names, password, seconds):
        self.url, self.password, self.seconds = url, password, seconds
        self.kinds = {"device": names[:4], "network": names[4::3], "stranger": names[5::3], "retries": names[6::3]}
        self.cookies = {}
        for name in self.kinds["device"]:
            client = harness.Client(url)
            client.call("POST", "/auth/login", json={"login": name, "password": self.password})
            self.cookies[name] = client.http.cookies["dialix-device"]
        self.count, self.lock = 0, threading.Lock()
        self.answers = {}

    def once(self, kind, name, source):
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", FromAddress(source))
        if kind == "device":
            session.headers["Cookie"] = f"dialix-device={self.cookies[name]}"
        try:
            answer = session.post(f"{self.url}/api/v1/auth/login", json={"login": name, "password": self.password}, headers={"Origin": self.url}, timeout=PATIENCE)
            return answer.status_code
        except OSError as error:
            return type(error).__name__

    def one(self, kind, number):
        name = self.kinds[kind][number % len(self.kinds[kind])]
        with self.lock:
            self.count += 1
            # 127.240.0.1 and up: where nobody was. The harness itself logs in from 127.0.0.1, and so makes its network known.
            source = "127.0.0.1" if kind == "network" else f"127.{240 + self.count // 60_000}.{self.count // 250 % 250}.{1 + self.count % 250}"
        began = time.monotonic()
        status = self.once(kind, name, source)
        for tried in range(RETRIES if kind == "retries" else 0):
            if status not in (429, 503):
                break
            time.sleep(0.5 + 0.5 * tried + random.random())
            status = self.once(kind, name, source)
        with self.lock:
            self.answers[kind].append((status, time.monotonic() - began))

    def work(self, kind, began):
        running = []
        for number in range(self.seconds // 2):
            time.sleep(max(0.0, began + 2 * number - time.monotonic()))
            running.append(threading.Thread(target=self.one, args=(kind, number)))
            running[-1].start()
        for thread in running:
            thread.join()

    def phase(self, began):
        """Threads that do it, started."""
        self.answers = {kind: [] for kind in self.kinds}
        threads = [threading.Thread(target=self.work, args=(kind, began)) for kind in self.kinds]
        for thread in threads:
            thread.start()
        return threads

    def told(self):
        lines = {}
        for kind, answers in self.answers.items():
            good = sorted(seconds for status, seconds in answers if status == 200)
            lines[kind] = (len(good), len(answers), f"{measures.percentile(good, 0.5):.2f}/{good[-1]:.2f}" if good else "-",
                           dict(collections.Counter(status for status, _ in answers)))
        return lines
