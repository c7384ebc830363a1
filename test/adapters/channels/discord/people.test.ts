import { describe, expect, it } from "vitest";
import { Refused } from "../../../../adapters/channels/discord/faults.ts";
import { makePeople } from "../../../../adapters/channels/discord/people.ts";
import type { Member, Presser } from "../../../../adapters/channels/discord/wire.ts";
import { type Bot, CONFIRM, told, withBot } from "./bot.ts";

const HOME = { application: "1100", bot: "1100", guilds: ["1", "2"], content: false };
const ANN: Presser = { user: "5", guild: "1", member: { roles: ["70"] }, name: "Ann", bot: false };

/** What Discord says when it is asked who is in which server; nobody is, unless told otherwise. */
function people(members: Record<string, Member> = {}) {
  const asked: string[] = [];
  const time = { now: 0 };
  const member = async (guild: string, user: string): Promise<Member> => {
    asked.push(`${guild}/${user}`);
    const found = members[`${guild}/${user}`];
    if (found === undefined) throw new Refused("the member", 404, 10_007);
    return found;
  };
  const { who } = makePeople({ member, home: HOME }, () => time.now);
  return {
    ...{ asked, time, members },
    /** What they count as, in a line. */
    async who(by: Presser): Promise<string> {
      const known = await who(by);
      if (known.type === "nobody") return known.why;
      const { platform, id, tenant, groups = [], member: full } = known.account;
      return [`${platform}:${id} of ${tenant}`, ...groups, ...(full ? ["full member"] : [])].join(", ");
    },
  };
}

describe("who acts in a server", () => {
  it("is who Discord says with the press itself, with the roles they have at that moment", async () => {
    const { who, asked } = people();
    expect(await who(ANN)).toBe("discord:5 of 1, discord-role:70, full member");
    expect(await who({ ...ANN, member: { roles: [] } })).toBe("discord:5 of 1, full member");
    expect(asked).toEqual([]);
  });

  it.each([
    ["a program", { bot: true }, "Bots do not decide here."],
    ["somebody in a server that is not connected", { guild: "9" }, "This server is not connected to this bot"],
    ["somebody of whom Discord tells no membership", { member: null }, "You are not in a server that is connected"],
    [
      "a newcomer, who is no full member",
      { member: { roles: ["70"], pending: true } },
      "discord:5 of 1, discord-role:70",
    ],
    ["a guest of a voice channel, who is none either", { member: { roles: [], flags: 16 } }, "discord:5 of 1"],
  ])("is %s", async (_, over, expected) => {
    const said = await people().who({ ...ANN, ...over });
    expect(said.startsWith(expected) && !said.includes("full member")).toBe(true);
  });
});

describe("who acts in a direct message", () => {
  const ALONE: Presser = { ...ANN, guild: null, member: null };

  it("is looked up in the connected servers, and what Discord said is a minute old at most", async () => {
    const { who, asked, time, members } = people({ "2/5": { roles: ["80"] } });
    expect(await who(ALONE)).toBe("discord:5 of 2, discord-role:80, full member");
    members["2/5"] = { roles: [] };
    time.now = 59_999;
    expect(await who(ALONE)).toBe("discord:5 of 2, discord-role:80, full member");
    expect(asked).toEqual(["1/5", "2/5"]);
    time.now = 60_000;
    expect(await who(ALONE)).toBe("discord:5 of 2, full member");
    delete members["2/5"];
    time.now = 120_000;
    expect(await who(ALONE)).toMatch(/^You are not in a server that is connected/);
  });

  it("is nobody while Discord does not answer, and that is asked again with the next press", async () => {
    const home = { ...HOME, guilds: ["1"] };
    const answers: Member[] = [{ roles: [] }];
    let asked = 0;
    const member = async (): Promise<Member> => {
      const answer = answers[asked - 1];
      asked += 1;
      if (answer === undefined) throw new Refused("the member", 503, 0);
      return answer;
    };
    const { who } = makePeople({ member, home }, () => 0);
    await expect(who(ALONE)).rejects.toThrow("HTTP 503");
    expect(await who(ALONE)).toMatchObject({ type: "account" });
  });

  it("decides nothing without Discord's word for them, and not after leaving the server", async () => {
    await withBot(async ({ discord, people: { bob }, card: raise, read, restart }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, route: [`discord:@${bob.id}`] }, discord.dm(bob));
      // So that nothing is remembered of him.
      await restart();
      await discord.until(() => discord.gateway.connected() === 1, "the bot to be back");
      discord.faults.fails("GET /guilds/:guild/members/:user", 503);
      expect(told(await discord.click(bob, card, "Proceed"))).toMatch(/^Discord could not be asked who you are/);
      discord.leave(bob);
      expect(told(await discord.click(bob, card, "Proceed"))).toMatch(/^You are not in a server that is connected/);
      expect((await read(id)).status).toBe("pending");
    });
  });
});

describe("whoever asked", () => {
  it("is told in a direct message how it ended, and opens it from there", async () => {
    await withBot(async ({ discord, people, card: raise }: Bot) => {
      const { card } = await raise({ ...CONFIRM, title: "Publish", requested_by: "person:alice" });
      await discord.click(people.bob, card, "Proceed");
      const note = await discord.shows(discord.dm(people.alice), "resolved by Bob");
      expect(told(await discord.click(people.alice, note, "Open"))).toMatch(/Publish.*Approved by Bob/s);
    });
  });
});

const BRISK = `
policies:
  - name: brisk
    quorum: 2
    remind: [1s]
    escalate: [{ after: 2s, to: ["person:eve"] }]
    timeout: 3s
`;

describe("whoever is still waited for", () => {
  it("is reminded in a direct message and below the card; so is whoever it is escalated to, and nobody else", async () => {
    await withBot(
      async ({ discord, people, card: raise, act, ended, says }: Bot) => {
        const { id, card } = await raise({ ...CONFIRM, title: "Publish", requested_by: "person:dave" });
        await act(id, { action: "proceed" });
        const heard = (name: keyof typeof people) =>
          discord.messages(discord.dm(people[name])).map(({ text }) => text.replace(/\\|, \d+s left/g, ""));
        await discord.shows(card.id, "still waits for carol");
        await discord.shows(card.id, "it goes to eve as well");
        await ended(id);
        await says(card, "Timed out");
        await discord.until(() => heard("dave").length > 0, "the outcome");
        expect(heard("carol")).toEqual(["Still waiting: Publish"]);
        expect(heard("eve")).toEqual(["Escalated to you: Publish"]);
        // Bob has voted; Dave asked, and only hears how it ended.
        expect([heard("bob"), heard("dave")]).toEqual([[], [expect.stringContaining("Publish: It timed out")]]);
        expect([discord.pings, discord.unguarded, discord.breaches]).toEqual([[], [], []]);
      },
      { yaml: BRISK },
    );
  });
});
