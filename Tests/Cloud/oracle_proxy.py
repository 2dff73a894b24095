"""Lets Keepsake 0.4.2 use an emulator of Cloud Storage.

Its Google library reads STORAGE_EMULATOR_HOST as a URL when it connects, and as host:port once it
has written something: it then asks for http://http//127.0.0.1:4443/storage/v1/... and uploads to
http://http/upload/.... As the proxy of such requests this server sends them where they belong.
"""

import http.client
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        url = urlsplit(self.path)
        path = re.sub(r"^//[^/]*", "", url.path) + ("?" + url.query if url.query else "")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self.chunks()
        headers = {
            name: value for name, value in self.headers.items()
            if name.lower() not in ("host", "transfer-encoding", "content-length", "proxy-connection", "connection")
        }
        connection = http.client.HTTPConnection(self.server.target, timeout=60)
        connection.request(self.command, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        connection.close()

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = forward

    def log_message(self, *_):
        pass


class OracleProxy:
    """The proxy, from `with` to its end."""

    def __init__(self, emulator):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.target = emulator[len("http://"):]
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def environment(base, emulator, proxy, folder):
    """The variables of 0.4.2: with the proxy, and with a `gcloud` in `folder` that names a project,
    which it asks for before it stores files."""
    gcloud = folder / "gcloud"
    gcloud.write_text("#!/bin/sh\necho test\n")
    gcloud.chmod(0o755)
    return {
        **base, "STORAGE_EMULATOR_HOST": emulator + "/storage/v1/", "HTTP_PROXY": proxy.url,
        "PATH": "%s:%s" % (folder, base["PATH"]), "NO_COLOR": "1",
    }
