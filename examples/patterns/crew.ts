/**
 * What the patterns share: the bot they ask, and a crew of agents that only pretends to work. In a program of your own
 * the first line reads `import { hitl } from "hitl-bot/client"`.
 */
import { type Hitl, HitlError, hitl, TimedOut } from "../../src/client.ts";

export { TimedOut };

/** Of HITL_URL and HITL_TOKEN. */
export function bot(): Hitl {
  const { HITL_URL = "http://127.0.0.1:8787", HITL_TOKEN = "" } = process.env;
  return hitl({ url: HITL_URL, token: HITL_TOKEN });
}

/** One agent's piece of work. */
export interface Work {
  agent: string;
  output: string | Record<string, string | number>;
  context: Record<string, string | number>;
}

export function say(line: string): void {
  console.log(line);
}

/** Ends with what the pattern has to say; without an approval nothing of it happened. */
export async function run(pattern: () => Promise<void>): Promise<void> {
  try {
    await pattern();
  } catch (error) {
    if (!(error instanceof HitlError)) throw error;
    say(`Stopped: ${error.detail}`);
    process.exitCode = 1;
  }
}
