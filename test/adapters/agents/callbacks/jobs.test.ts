/** The list of jobs that are looked after: named by anybody, lost by nobody. */
import { describe, expect, test } from "vitest";
import { makeJobs } from "../../../../adapters/agents/callbacks/jobs.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import type { Shelf } from "../../../../src/ports.ts";

const DAY = 86_400_000;

/** The shelf, counting what is read. */
function counted(shelf: Shelf): Shelf & { gets: number } {
  const self = {
    ...shelf,
    gets: 0,
    get: (key: string) => {
      self.gets += 1;
      return shelf.get(key);
    },
  };
  return self;
}

describe("the jobs of a connection", () => {
  test("are kept once each, however often and by how many replicas they are named at once", async () => {
    const { shelf } = openMemory();
    const replicas = Array.from({ length: 5 }, () => makeJobs(shelf, "fleet"));
    const names = Array.from({ length: 40 }, (_, index) => `job_${index}`);
    await Promise.all(names.map((name, index) => replicas[index % 5]?.name(name)));
    await Promise.all(names.map((name, index) => replicas[(index + 1) % 5]?.name(name)));
    const listed = await makeJobs(shelf, "fleet").list();
    expect([...listed.values()].sort()).toEqual([...names].sort());
    expect([...listed.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test("are no other connection's", async () => {
    const { shelf } = openMemory();
    await makeJobs(shelf, "fleet").name("job_1");
    expect(await makeJobs(shelf, "other").list()).toEqual(new Map());
  });

  test("go on after a restart where they were, without those that are over", async () => {
    const { shelf } = openMemory();
    const before = makeJobs(shelf, "fleet");
    for (const job of ["a", "b", "c", "d"]) await before.name(job);
    await before.list();
    for (const number of [0, 2]) await before.over(number);
    expect([...(await before.list()).values()]).toEqual(["b", "d"]);
    expect([...(await makeJobs(shelf, "fleet").list()).values()]).toEqual(["b", "d"]);
  });

  test("that are over can be named again", async () => {
    const { shelf } = openMemory();
    const jobs = makeJobs(shelf, "fleet");
    await jobs.name("a");
    await jobs.list();
    await jobs.over(0);
    await jobs.name("a");
    expect(await jobs.list()).toEqual(new Map([[1, "a"]]));
  });

  test("are found also when one is named long after all others are over", async () => {
    let now = 0;
    const { shelf } = openMemory({ clock: () => now });
    const watching = makeJobs(shelf, "fleet");
    for (let number = 0; number < 5; number += 1) {
      await watching.name(`job_${number}`);
      await watching.list();
      await watching.over(number);
      await watching.list();
    }
    now += 2 * DAY;
    await makeJobs(shelf, "fleet").name("late");
    expect([...(await watching.list()).values()]).toEqual(["late"]);
    expect([...(await makeJobs(shelf, "fleet").list()).values()]).toEqual(["late"]);
  });

  test("cost one read a look behind one that is never over, and three to be named", async () => {
    const shelf = counted(openMemory().shelf);
    const watching = makeJobs(shelf, "fleet");
    await watching.name("for ever");
    await watching.list();
    for (let number = 1; number <= 200; number += 1) {
      await makeJobs(shelf, "fleet").name(`job_${number}`);
      await watching.list();
      await watching.over(number);
    }
    const before = shelf.gets;
    expect([...(await watching.list()).values()]).toEqual(["for ever"]);
    expect(shelf.gets - before).toBe(2);
    await makeJobs(shelf, "fleet").name("next");
    expect(shelf.gets - before).toBe(5);
  });
});
