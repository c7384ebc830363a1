"""A crew whose drafts are approved by people: Python 3.9 or later, its standard library only.

The draft is sent to the bot's `POST /approve`, signed; the decision comes back to `/resume`, as a deployed crew has it.
What is not an approval in so many words is none: the draft is written anew with the feedback, three times at most.

    HITL_URL=http://127.0.0.1:8787 HITL_CREWAI_SECRET=… CREW_TOKEN=… python3 examples/crewai/crew.py
"""

import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOT = os.environ.get("HITL_URL", "http://127.0.0.1:8787")
SECRET = os.environ["HITL_CREWAI_SECRET"].encode()
TOKEN = os.environ["CREW_TOKEN"]
PORT = int(os.environ.get("CREW_PORT", "8900"))
EXECUTION = f"exec-{int(time.time())}"
ROUNDS = 3

decisions: "queue.Queue[dict]" = queue.Queue()
seen: set = set()


class Resume(BaseHTTPRequestHandler):
    """`POST /resume`. A decision may be delivered more than once, under the same webhook-id."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {TOKEN}")
        if self.path == "/resume" and known and body.get("execution_id") == EXECUTION:
            if self.headers["webhook-id"] not in seen:
                seen.add(self.headers["webhook-id"])
                decisions.put(body)
            self.send_response(200)
        else:
            self.send_response(404 if known else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


def submit(task: dict) -> dict:
    """Sends a task's output for review, signed with the time at which it was sent."""
    body = json.dumps(task).encode()
    timestamp = str(int(time.time()))
    signature = hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Webhook-Signature": signature,
        "X-Webhook-Timestamp": timestamp,
    }
    with urllib.request.urlopen(urllib.request.Request(f"{BOT}/approve", body, headers), timeout=30) as response:
        return json.load(response)


def write(feedback: list) -> dict:
    """Where an agent would write: here every wish is appended."""
    return {"subject": "Introducing WalterSignal", "body": " ".join(["Dear {{first_name}}, we're excited.", *feedback])}


def main() -> int:
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Resume)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    feedback: list = []
    for _ in range(ROUNDS):
        task = {
            "task_id": "email_draft",
            "execution_id": EXECUTION,
            "agent": "Marketing Copywriter",
            "output": write(feedback),
            "context": {"product": "WalterSignal", "audience": "CTOs", "priority": "normal"},
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        answer = submit(task)
        print(f"{answer['status']}: {answer['url']}", flush=True)
        decision = decisions.get()
        if decision.get("is_approve") is True:
            print(f"approved: {task['output']['body']}")
            return 0
        print(f"not approved: {decision.get('human_feedback')}", flush=True)
        feedback.append(str(decision.get("human_feedback")))
    return 1


if __name__ == "__main__":
    sys.exit(main())
