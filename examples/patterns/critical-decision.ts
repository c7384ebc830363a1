/** Critical decision: everything runs by itself but the one step that must not. */
import { bot, run, say } from "./crew.ts";

await run(async () => {
  const agents = bot();
  const change = { tool_name: "update_pricing", tool_args: { plan: "team", from: 49, to: 59 } };
  say("Analysed the market.");
  const decision = await agents.checkpoint(
    "tool",
    { ...change, policy_note: "Every customer sees it at once" },
    {
      priority: "critical",
      source: { workflow: "pricing", session: "q1" },
    },
  );
  if (decision.action === "reject") return say(`Prices stay: ${decision.reason}`);
  const { to } = (decision.action === "edit" ? decision.edited : change.tool_args) as { to: number };
  say(`The team plan costs ${to} now.`);
});
