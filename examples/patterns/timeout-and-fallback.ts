/** Time-out and fallback: silence is handled on time, by the policy, and the program is told that it was silence. */
import { bot, run, say, TimedOut } from "./crew.ts";

const [priority = "normal"] = process.argv.slice(2);

await run(async () => {
  try {
    const decision = await bot().checkpoint(
      "confirm",
      { summary: "Post the weekly summary to all customers" },
      {
        priority: priority === "high" ? "high" : "normal",
        source: { workflow: "weekly", session: `week-47-${priority}` },
      },
    );
    say(decision.action === "proceed" ? "Posted." : "Not posted.");
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    say("Nobody decided in time; the summary waits for next week.");
  }
});
