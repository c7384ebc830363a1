/** Approval routing: who is asked follows from what was made; the program asks, and knows no names. */
import { bot, run, say } from "./crew.ts";

const [budget = "12000", risk = "low"] = process.argv.slice(2);

await run(async () => {
  const decision = await bot().checkpoint(
    "task",
    {
      agent: "Campaign Planner",
      output: { plan: "Q1 launch", budget: Number(budget), risk_level: risk },
      context: { campaign: "Q1 Launch" },
    },
    { title: `Campaign for ${budget}`, source: { workflow: "campaign", session: `campaign-${budget}-${risk}` } },
  );
  const by = decision.by.kind === "person" ? decision.by.person : decision.by.name;
  say(`${decision.outcome} by ${by}`);
});
