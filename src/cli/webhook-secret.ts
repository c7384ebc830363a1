/** `webhook-secret`: what receivers verify the calls to agents with. Read on the bot's own machine, never over HTTP. */
import { tell, type Verb } from "./verb.ts";

export const webhookSecret: Verb = {
  name: "webhook-secret",
  usage: "webhook-secret",
  summary: "the secret that receivers of callbacks verify them with",
  options: {},
  words: [0, 0],
  more: "Run it where the bot runs: it reads HITL_WEBHOOK_SECRET, or derives it from HITL_SECRET or the bot's folder.",
  async run(given, world) {
    const secret = world.webhookSecret();
    return tell(given, world, { secret }, secret);
  },
};
