import { expect, it } from "vitest";
import { CONFIRM, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

const YAML = `
policies:
  - name: brisk
    quorum: 2
    remind: [1s]
    escalate: [{ after: 2s, to: ["person:eve"] }]
    warn: 4s
    timeout: 7s
`;

it("time reminds those who have not answered, calls for help, warns on the card, and says so below it", async () => {
  await withBot(
    async ({ slack, card: raise, act, says, ended }) => {
      const { id, card } = await raise({ ...CONFIRM, title: "Publish", requested_by: "person:dave" });
      await act(id, { action: "proceed" });
      const inPerson = (user: string) => slack.directMessages(user).map(({ text }) => text.replace(/, \d+s left/, ""));
      const below = () => slack.thread(card).map(({ blocks }) => wordsIn(blocks));
      await slack.until(() => inPerson("U0CAROL").length > 0, "a reminder to Carol");
      await slack.until(() => below().some((line) => line.includes("still waits for carol.")), "a line below the card");
      await slack.until(() => inPerson("U0EVE").length > 0, "a call to Eve");
      await slack.until(() => below().some((line) => line.includes("it goes to eve as well")), "a line below the card");
      await says(card, "expires in ");
      expect(await ended(id)).toMatchObject({ status: "expired" });
      await says(card, "Timed out");
      await slack.until(() => inPerson("U0DAVE").length > 0, "the outcome");
      expect(inPerson("U0CAROL")).toEqual(["Still waiting: Publish"]);
      expect(inPerson("U0EVE")).toEqual(["Escalated to you: Publish"]);
      // Bob has voted; Dave asked, and only hears how it ended.
      expect(inPerson("U0BOB")).toEqual([]);
      expect(inPerson("U0DAVE")).toEqual([expect.stringContaining("Publish: It timed out")]);
      const [reminder] = slack.directMessages("U0CAROL");
      if (reminder !== undefined) await slack.reply("U0CAROL", reminder, "approve");
      await slack.until(
        () => slack.ephemerals("U0CAROL").some(({ blocks }) => wordsIn(blocks).includes("/hitl pending")),
        "help for whoever decides below a reminder",
      );
      expect(slack.troubles).toEqual([]);
    },
    { yaml: YAML },
  );
});
