"""These tests drive build/*/bin/dialix-echo, not a stack: ctest runs them (name: server) and says where it is."""
import os

import pytest

collect_ignore_glob = [] if os.environ.get("DIALIX_ECHO") else ["test_*.py"]

if os.environ.get("DIALIX_ECHO"):
    from server_under_test import Nginx, Server

    @pytest.fixture
    def start(tmp_path_factory, request):
        """start(**options) runs dialix-echo with --option value and waits until it serves."""
        folder = tmp_path_factory.mktemp("server")
        servers = []

        def run(wait=True, **options):
            server = Server(folder, options)
            servers.append(server)
            if wait:
                server.wait_for_event("serving")
            return server

        yield run
        for server in servers:
            server.end()

    @pytest.fixture
    def nginx(tmp_path_factory):
        """nginx(server) puts nginx with kept connections before a server."""
        running = []

        def run(server, **settings):
            running.append(Nginx(tmp_path_factory.mktemp("nginx"), server.socket, **settings))
            return running[-1]

        yield run
        for each in running:
            each.end()
