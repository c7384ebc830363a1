"""A pipeline that pauses at its phase boundaries: Python 3.9 or later, its standard library only.

It knows nothing of the bot, which watches `GET /pipeline/v2/events` and resolves each checkpoint here. While nobody has
resolved it the build stays paused, for as long as that takes; nothing but an answer that says so lets it go on.

    PIPE_TOKEN=… PIPE_PORT=8901 python3 examples/pipeline/pipeline.py
"""

import hmac
import json
import os
import queue
import sys
import threading
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

TOKEN = os.environ["PIPE_TOKEN"]
PORT = int(os.environ.get("PIPE_PORT", "8901"))
PHASES = ["planning", "design", "release"]
HITL_PHASES = ["planning", "release"]
SESSION = f"session_{uuid.uuid4().hex[:8]}"
ACTIONS = ("approve", "modify", "reject")

lock = threading.Condition()
checkpoints: dict = {}
listeners: list = []


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        if not self.known():
            self.say(401, {"detail": "who are you?"})
        elif url.path == "/pipeline/v2/events":
            self.stream()
        elif url.path == "/api/checkpoints":
            status = parse_qs(url.query).get("status", [None])[0]
            with lock:
                found = [each for each in checkpoints.values() if status in (None, each["status"])]
            self.say(200, {"checkpoints": found})
        else:
            found = checkpoints.get(url.path.rpartition("/")[2])
            self.say(404 if found is None else 200, found or {"detail": "no such checkpoint"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = self.path.split("/")
        with lock:
            found = checkpoints.get(parts[4]) if len(parts) == 6 and parts[5] == "resolve" else None
            if not self.known():
                self.say(401, {"detail": "who are you?"})
            elif found is None:
                self.say(404, {"detail": "no such checkpoint"})
            elif body.get("action") not in ACTIONS:
                self.say(422, {"detail": f"action must be one of {', '.join(ACTIONS)}"})
            elif found["status"] != "pending":
                self.say(409, {"detail": "already resolved"})
            else:
                found.update(status="resolved", action=body["action"], feedback=body.get("feedback"))
                lock.notify_all()
                self.say(200, {"status": "resumed"})

    def known(self) -> bool:
        return hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {TOKEN}")

    def say(self, status: int, value: dict):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self):
        mine: "queue.Queue[dict]" = queue.Queue()
        listeners.append(mine)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        try:
            while True:
                try:
                    event = mine.get(timeout=15)
                    self.wfile.write(f"event: checkpoint\ndata: {json.dumps(event)}\n\n".encode())
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                self.wfile.flush()
        except OSError:
            listeners.remove(mine)

    def log_message(self, *_):
        pass


def review(phase: str, outputs: dict) -> dict:
    """Pauses until somebody has resolved it, and answers how."""
    event = {
        "checkpoint_id": f"chk_{uuid.uuid4().hex[:8]}",
        "phase": phase,
        "type": "hitl",
        "summary": f"The agents of {phase} have completed. Review before the build goes on.",
        "outputs": outputs,
    }
    with lock:
        now = datetime.now(timezone.utc).isoformat()
        found = {**event, "session_id": SESSION, "status": "pending", "created_at": now}
        checkpoints[event["checkpoint_id"]] = found
        for listener in list(listeners):
            listener.put(event)
        print(f"{phase}: paused", flush=True)
        lock.wait_for(lambda: found["status"] != "pending")
        return found


def main() -> int:
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Api)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    requirements: list = []
    for phase in PHASES:
        direction = "as planned"
        while phase in HITL_PHASES:
            found = review(phase, {"ArchitectureAgent": f"{direction}; {', '.join(requirements) or 'nothing more'}"})
            print(f"{phase}: {found['action']} {found['feedback'] or ''}".strip(), flush=True)
            if found["action"] == "reject":
                direction = found["feedback"]
                continue
            if found["feedback"]:
                requirements.append(found["feedback"])
            break
        print(f"{phase}: done, {direction}", flush=True)
    print(f"built with: {', '.join(requirements) or 'nothing more'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
