"""Who is measured, side by side on one stack: each peer is its processes and an nginx of the product's in front of them.

Every peer serves /api/v1/dashboard for the cookie it is given. What they cost while idle is nothing: all of them run during the
whole bench, wrk speaks to one at a time.
"""
import json
import shutil
import subprocess
import urllib.parse
from pathlib import Path

import harness
from edge import Edge, connects, own, start, stop, wait_for

HERE = Path(__file__).resolve().parent / "peers"
PHP_FPM = "/usr/sbin/php-fpm8.2"
POOL = """[global]
daemonize = no
error_log = {folder}/fpm.log
[bench]
listen = {socket}
listen.mode = 0666
listen.backlog = 1024
pm = static
pm.max_children = {children}
env[BENCH_REDIS] = "{redis}"
env[BENCH_PDO] = "pgsql:host={host};dbname=dialix"
env[BENCH_PASSWORD] = "{password}"
"""
# opcache with the tracing JIT, no look at the files' times: php at its fastest.
PHP_SETTINGS = {"opcache.enable": "1", "opcache.jit": "tracing", "opcache.jit_buffer_size": "64M", "opcache.validate_timestamps": "0",
                "opcache.memory_consumption": "128", "realpath_cache_size": "4M", "expose_php": "0", "memory_limit": "128M"}


class Peers:
    """All peers of one bench; a context manager that ends what it started."""

    def __init__(self, stack, processes=2, threads=24):
        self.stack, self.processes, self.threads = stack, processes, threads
        self.folder = own(stack, stack.folder.resolve() / "bench")
        self.code = own(stack, self.folder / "code")
        for file in HERE.iterdir():
            shutil.copy(file, self.code)
        self.running, self.edges = [], {}
        settings = harness.stack_settings(stack)
        self.redis_socket = settings["REDIS_URL"].removeprefix("unix://")
        admin = urllib.parse.urlsplit(stack.env["DATABASE_ADMIN_URL"])
        self.password, self.pg_host = admin.password, urllib.parse.parse_qs(admin.query)["host"][0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in reversed(self.running):
            one.close() if isinstance(one, Edge) else stop(one)

    def url(self, name):
        return self.edges[name].url

    def behind(self, name, socket, process, kind="fastcgi", **how):
        """Keeps the process, waits for its socket, puts nginx before it."""
        if process is not None:
            self.running.append(process)
            wait_for(name, lambda: connects(path=socket), process=process, log=self.folder / f"{name}.log")
        self.edges[name] = Edge(self.stack, f"nginx-{name}", socket, kind, **how)
        self.running.append(self.edges[name])

    def compile_bare(self):
        subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-o", self.folder / "bare", HERE / "bare.cpp", "-lfcgi", "-lhiredis", "-lpthread"],
                       check=True)

    def start_bare(self, body):
        """The bytes that ours answers with, from memory and from Redis; and as a file of nginx's own."""
        (self.folder / "body.json").write_bytes(body)
        self.redis().set("bench:body", body)
        program, common = self.folder / "bare", (str(self.processes), str(self.threads))
        for name, source in (("echo", ("file", self.folder / "body.json")), ("redis", ("redis", self.redis_socket, "bench:body"))):
            socket = self.folder / f"{name}.sock"
            self.behind(name, socket, start(self.stack, self.folder, name, [program, socket, *common, *source]))
        static = own(self.stack, self.folder / "static/api/v1")
        (static / "dashboard").write_bytes(body)
        self.behind("static", "/nowhere", None, "static", root=self.folder / "static")

    def start_php(self, children=40):
        socket, config = self.folder / "php.sock", self.folder / "fpm.conf"
        config.write_text(POOL.format(folder=self.folder, socket=socket, children=children, redis=self.redis_socket, host=self.pg_host, password=self.password))
        options = [word for name, value in PHP_SETTINGS.items() for word in ("-d", f"{name}={value}")]
        process = start(self.stack, self.folder, "php", [PHP_FPM, "-F", "-y", config, *options])
        self.behind("php", socket, process, "php", script=self.code / "dashboard.php")

    def start_fastapi(self, workers):
        socket = self.folder / "fastapi.sock"
        env = {"BENCH_DATABASE": f"postgresql+asyncpg://postgres:{self.password}@/dialix", "BENCH_DATABASE_HOST": self.pg_host, "BENCH_REDIS": self.redis_socket}
        command = ["/usr/bin/python3", "-m", "uvicorn", "fastapi_app:app", "--app-dir", self.code, "--uds", socket, "--workers", str(workers), "--loop",
                   "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        self.behind("fastapi", socket, start(self.stack, self.folder, "fastapi", command, env), "proxy")

    def start_group(self, build, name, settings):
        """A second dialix-fcgi on the same database and Redis, with some settings of its own."""
        socket = self.folder / f"{name}.sock"
        process = start(self.stack, self.folder, name, [Path(build) / "dialix-fcgi"], {**settings, "FCGI_SOCKET": str(socket)})
        self.behind(name, socket, process)

    def start_uncached(self, build):
        """One that is told of no Redis at all."""
        self.start_group(build, "uncached", {"REDIS_URL": ""})

    def redis(self):
        import redis

        return redis.Redis(unix_socket_path=self.redis_socket)

    def let_in(self, token, company_id):
        """The session of the cookie, as the PHP and the FastAPI peer keep theirs."""
        session = {"account_id": "bench", "company_id": company_id, "role": "supervisor", "permissions": ["view_analytics", "view_records"]}
        self.redis().set(f"bench:session:{token}", json.dumps(session))
