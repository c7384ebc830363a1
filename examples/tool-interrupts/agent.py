"""An agent that asks a person before it runs a tool: Python 3.9 or later, its standard library only.

Each protected call is sent to the bot's `POST /interrupts` and waits there. Accept runs the tool, Reject skips it, and
the agent goes on either way. What is not an Accept in so many words is a Reject: silence, a time-out, a withdrawal.

    HITL_URL=http://127.0.0.1:8787 HITL_TOKEN=… python3 examples/tool-interrupts/agent.py

Without HITL_TOKEN, HITL_URL is the agent's own address, as `hitl connections url NAME` prints it.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

BOT = os.environ.get("HITL_URL", "http://127.0.0.1:8787").rstrip("/")
TOKEN = os.environ.get("HITL_TOKEN")
THREAD = os.environ.get("THREAD_ID", f"thread-{int(time.time())}")
NOTES = {"delete_file": "File deletion is irreversible", "send_email": "External communication requires review"}

# What the model decided to call, one after the other.
CALLS = [
    ("list_files", {"path": "/tmp"}),
    ("delete_file", {"path": "/tmp/test.txt"}),
    ("send_email", {"to": "team@example.com", "subject": "Cleaned up"}),
]


def post(body: bytes) -> dict:
    headers = {"Content-Type": "application/json"}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    request = urllib.request.Request(f"{BOT}/interrupts?wait=50", body, headers)
    with urllib.request.urlopen(request, timeout=65) as response:
        return json.load(response)


def decided(tool_name: str, tool_args: dict) -> dict:
    """Asks, and waits however long that takes. The same interrupt again is the same question, so a repeat is safe."""
    interrupt = {
        "id": f"int_{uuid.uuid4().hex}",
        "tool_name": tool_name,
        "tool_args": tool_args,
        "policy_note": NOTES.get(tool_name),
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    body = json.dumps({"thread_id": THREAD, "interrupt": interrupt}).encode()
    while True:
        try:
            answer = post(body)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise
        except OSError:
            pass
        else:
            if answer["status"] != "pending":
                return answer
            continue
        time.sleep(1)


def run(tool_name: str, tool_args: dict) -> None:
    """Where the tool would do its work."""
    print(f"{tool_name}: ran with {json.dumps(tool_args)}", flush=True)


def main() -> int:
    for tool_name, tool_args in CALLS:
        answer = decided(tool_name, tool_args)
        if answer.get("approved") is True and answer.get("action") == "Accept":
            run(tool_name, answer.get("tool_args", tool_args))
        else:
            why = "nobody decided in time" if answer.get("timed_out") else answer.get("reason", "rejected")
            print(f"{tool_name}: skipped, {why}", flush=True)
    print("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
