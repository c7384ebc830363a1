"""HITL callbacks through hitl-bot, with nothing but Python's standard library.

    from hitl_callback import hitl_callback
    response = hitl_callback("confirm", {"summary": "Publish the skill"}, job_id="job_1")

HITL_URL is the bot's address and HITL_TOKEN an agent's token; or HITL_URL is a capability address
(`hitl connections url NAME`), which needs no token. Raises TimeoutError when nobody decided in time; whatever else goes
wrong is an exception, too: silence is never an approval.
"""

import asyncio
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

WAIT = 60  # seconds that one request is held open; the question itself waits longer
PATIENCE = 120  # seconds that a bot which does not answer is tried again


def hitl_callback(checkpoint: str, payload: dict, job_id: str) -> dict:
    url = f"{os.environ['HITL_URL'].rstrip('/')}/callbacks/{urllib.parse.quote(checkpoint, safe='')}?wait={WAIT}"
    body = json.dumps({"payload": payload, "job_id": job_id}).encode()
    headers = {"Content-Type": "application/json"}
    if "HITL_TOKEN" in os.environ:
        headers["Authorization"] = f"Bearer {os.environ['HITL_TOKEN']}"
    last_answer = time.monotonic()
    while True:
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=WAIT + 30) as response:
                status, said = response.status, json.load(response)
        except urllib.error.HTTPError as error:
            said = json.load(error)
            if error.code == 408 and said.get("code") == "timed_out":
                raise TimeoutError(said["detail"]) from None
            if error.code < 500 and error.code != 429:
                raise RuntimeError(f"{said.get('code')}: {said.get('detail')}") from None
            status = error.code
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            status, said = 0, {"detail": str(error)}
        if status == 200:
            return said
        if status == 202:  # still waiting: the same call joins the same question
            last_answer = time.monotonic()
            continue
        if time.monotonic() - last_answer > PATIENCE:
            raise RuntimeError(f"hitl-bot does not answer: {said.get('detail')}")
        time.sleep(1)


async def async_hitl_callback(checkpoint: str, payload: dict, job_id: str) -> dict:
    """The same for asyncio, without holding up its loop."""
    return await asyncio.to_thread(hitl_callback, checkpoint, payload, job_id)


if __name__ == "__main__":
    # A workflow of one checkpoint: python3 hitl_callback.py confirm '{"summary": "Publish?"}' job_1
    kind, sent, job = sys.argv[1:4]
    print(json.dumps(hitl_callback(kind, json.loads(sent), job)))
