/**
 * HITL callbacks through hitl-bot, on nothing but `fetch`:
 *
 *   const response = await hitlCallback("confirm", { summary: "Publish the skill" }, "job_1")
 *
 * HITL_URL is the bot's address and HITL_TOKEN an agent's token; or HITL_URL is a capability address
 * (`hitl connections url NAME`), which needs no token. Throws TimedOut when nobody decided in time; whatever else goes
 * wrong is thrown, too: silence is never an approval.
 */
export type HitlResponse = { answers: Record<string, string> } | { action: string; feedback?: string };

export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** Seconds that one request is held open; the question itself waits longer. */
const WAIT = 60;
/** Ms that a bot which does not answer is tried again. */
const PATIENCE = 120_000;

export async function hitlCallback(checkpoint: string, payload: object, jobId: string): Promise<HitlResponse> {
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
    const said = await response?.json().catch(() => undefined);
    if (status === 200 && said !== undefined) return said;
    if (status === 408 && said?.code === "timed_out") throw new TimedOut(said.detail);
    if (status >= 400 && status < 500 && status !== 429) throw new Error(`${said?.code}: ${said?.detail}`);
    // Still waiting: the same call joins the same question.
    if (status === 202) lastAnswer = performance.now();
    else if (performance.now() - lastAnswer > PATIENCE) throw new Error("hitl-bot does not answer");
    else await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

if (import.meta.main) {
  const [checkpoint = "", payload = "{}", jobId = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await hitlCallback(checkpoint, JSON.parse(payload), jobId)));
}
