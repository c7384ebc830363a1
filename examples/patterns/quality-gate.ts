/** Quality gate: a person has the last word before something happens that cannot be taken back. */
import { bot, run, say } from "./crew.ts";

await run(async () => {
  const draft = { subject: "Introducing our platform", body: "Dear {{first_name}}, we are excited to announce …" };
  const gate = await bot().checkpoint(
    "task",
    {
      agent: "Marketing Copywriter",
      output: draft,
      context: { product: "Platform", audience: "Mid-market CTOs", goal: "50 demo signups" },
    },
    { title: "Launch e-mail, ready to send", source: { workflow: "launch", session: "launch-1" } },
  );
  // An inline edit is approved as it was edited; the draft itself never goes out then.
  if (gate.action === "proceed") say(`Sent: ${draft.subject}`);
  else if (gate.action === "edit") say(`Sent as edited: ${JSON.stringify(gate.edited)}`);
  else say(`Not sent (${gate.action}).`);
});
