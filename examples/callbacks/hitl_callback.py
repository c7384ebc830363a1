"""HITL callbacks through hitl-bot, with nothing but Python's standard library.

    from hitl_callback import hitl_callback
    response = await hitl_callback("confirm", {"summary": "Publish the skill"})

HITL_URL is the bot's address and HITL_TOKEN an agent's token; or HITL_URL is a capability address
(`hitl connections url NAME`), which needs no token. Raises TimeoutError when nobody decided in time; whatever else goes
wrong is an exception, too: silence is never an approval.
"""

import asyncio
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

WAIT = 60  # seconds that one request is held open; the question itself waits longer
PATIENCE = 120  # seconds that a bot which does not answer is tried again
JOB = str(uuid.uuid4())  # of a program that runs one workflow; others give each its own job_id


async def hitl_callback(checkpoint: str, payload: dict, job_id: str = JOB) -> dict:
    """Returns {"action": …, "feedback": …} or {"answers": {…}}."""
    return await asyncio.to_thread(ask, checkpoint, payload, job_id)


def ask(checkpoint: str, payload: dict, job_id: str = JOB) -> dict:
    """The same for a program without asyncio."""
    address = os.environ.get("HITL_URL", "http://127.0.0.1:8787").rstrip("/")
    url = f"{address}/callbacks/{urllib.parse.quote(checkpoint, safe='')}?wait={WAIT}"
    body = json.dumps({"payload": payload, "job_id": job_id}).encode()
    headers = {"Content-Type": "application/json"}
    if "HITL_TOKEN" in os.environ:
        headers["Authorization"] = f"Bearer {os.environ['HITL_TOKEN']}"
    last_answer = time.monotonic()
    while True:
        status, said = post(url, body, headers)
        if status == 200 and ("action" in said or "answers" in said):
            return said
        code, detail = said.get("code", status), said.get("detail", "no word of hitl-bot")
        if status == 408 and code == "timed_out":
            raise TimeoutError(detail)
        if 400 <= status < 500 and status != 429:
            raise RuntimeError(f"{code}: {detail}")
        if status == 202:  # still waiting: the same call joins the same question
            last_answer = time.monotonic()
        elif time.monotonic() - last_answer > PATIENCE:
            raise RuntimeError(f"hitl-bot does not answer: {detail}")
        else:
            time.sleep(1)


def post(url: str, body: bytes, headers: dict) -> tuple[int, dict]:
    """The status and what was said; 0: nothing was."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=WAIT + 30) as response:
            return response.status, read(response)
    except urllib.error.HTTPError as error:
        return error.code, read(error)
    except (OSError, http.client.HTTPException) as error:
        return 0, {"detail": str(error)}


def read(response) -> dict:
    try:
        said = json.load(response)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


if __name__ == "__main__":
    # A workflow of one checkpoint: python3 hitl_callback.py confirm '{"summary": "Publish?"}' job_1
    kind, sent, job = sys.argv[1:4]
    print(json.dumps(asyncio.run(hitl_callback(kind, json.loads(sent), job))))
