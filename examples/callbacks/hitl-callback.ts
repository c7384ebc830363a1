/**
 * HITL callbacks through hitl-bot, on nothing but `fetch`:
 *
 *   const response = await hitlCallback("confirm", { summary: "Publish the skill" })
 *
 * HITL_URL is the bot's address and HITL_TOKEN an agent's token; or HITL_URL is a capability address
 * (`hitl connections url NAME`), which needs no token. Throws TimedOut when nobody decided in time; whatever else goes
 * wrong is thrown, too: silence is never an approval.
 */
import { randomUUID } from "node:crypto";

export type HitlResponse = { answers: Record<string, string> } | { action: string; feedback?: string };

export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** Seconds that one request is held open; the question itself waits longer. */
const WAIT = 60;
/** Ms that a bot which does not answer is tried again. */
const PATIENCE = 120_000;
/** Of a program that runs one workflow; others give each its own. */
const JOB = randomUUID();

export async function hitlCallback(checkpoint: string, payload: object, jobId: string = JOB): Promise<HitlResponse> {
  const { HITL_URL = "http://127.0.0.1:8787", HITL_TOKEN } = process.env;
  const url = `${HITL_URL.replace(/\/+$/, "")}/callbacks/${encodeURIComponent(checkpoint)}?wait=${WAIT}`;
  const headers = {
    "content-type": "application/json",
    ...(HITL_TOKEN === undefined ? {} : { authorization: `Bearer ${HITL_TOKEN}` }),
  };
  const body = JSON.stringify({ payload, job_id: jobId });
  let lastAnswer = performance.now();
  for (;;) {
    const signal = AbortSignal.timeout((WAIT + 30) * 1_000);
    const response = await fetch(url, { method: "POST", headers, body, signal }).catch(() => undefined);
    const status = response?.status ?? 0;
    const said = Object(await response?.json().catch(() => undefined)) as HitlResponse | Problem;
    if (status === 200 && ("answers" in said || "action" in said)) return said;
    const { code = String(status), detail = "no word of hitl-bot" } = said as Problem;
    if (status === 408 && code === "timed_out") throw new TimedOut(detail);
    if (status >= 400 && status < 500 && status !== 429) throw new Error(`${code}: ${detail}`);
    // Still waiting: the same call joins the same question.
    if (status === 202) lastAnswer = performance.now();
    else if (performance.now() - lastAnswer > PATIENCE) throw new Error(`hitl-bot does not answer: ${detail}`);
    else await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

interface Problem {
  code?: string;
  detail?: string;
}

if (import.meta.main) {
  const [checkpoint = "", payload = "{}", jobId] = process.argv.slice(2);
  console.log(JSON.stringify(await hitlCallback(checkpoint, JSON.parse(payload), jobId)));
}
