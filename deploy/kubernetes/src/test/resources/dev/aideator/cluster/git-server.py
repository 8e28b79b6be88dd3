"""Serves a small repository as a forge does: git's own http-backend behind a server of a few lines."""
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = "/tmp/repositories"
FILES = {
    "README.md": "# Sample\n\nA small repository for agents to look at.\n",
    "src/Main.java": "class Main {\n    public static void main(String[] args) {\n        // TODO: greet somebody\n        System.out.println(\"Hello\");\n    }\n}\n",
    "src/test/MainTest.java": "class MainTest {\n    void greets() {}\n}\n",
    "tools/run.sh": "#!/bin/sh\nset -e\necho running\n",
}


def git(*arguments, **more):
    subprocess.run(["git", "-C", f"{ROOT}/sample.git", *arguments], check=True, **more)


def make_repository():
    os.makedirs(f"{ROOT}/sample.git")
    git("init", "--quiet", "--initial-branch", "main")
    for name, text in FILES.items():
        path = f"{ROOT}/sample.git/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    git("add", "--all")
    git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "A sample")


class Backend(BaseHTTPRequestHandler):
    def answer(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environment = os.environ | {
            "GIT_PROJECT_ROOT": ROOT,
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        out = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200")[:3]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer


make_repository()
ThreadingHTTPServer(("", 8080), Backend).serve_forever()
