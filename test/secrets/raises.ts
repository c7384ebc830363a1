/** The requests of agents who were careless: plants in every place that a raise has. */
import type { Plant } from "./plants.ts";

const member = ({ member: [name, value] }: Plant) => ({ [name]: value });

const oneLine = ({ text: words }: Plant) => words.replaceAll("\n", " ").slice(0, 250);

interface Raised {
  kind: string;
  payload: Record<string, unknown>;
  [field: string]: unknown;
}

const confirm = { kind: "confirm", payload: { summary: "Publish it", path: "a/b" } };
const tool = (tool_args: unknown) => ({ kind: "tool", payload: { tool_name: "run", tool_args } });

/** What a raise looks like with some plants in one place. */
const PLACES: Record<string, (plants: readonly Plant[]) => Raised> = {
  arguments: (plants) => tool(Object.fromEntries(plants.map((plant, at) => [`a${at}`, member(plant)]))),
  "flat arguments": (plants) =>
    tool(Object.assign({ size: 3 }, ...plants.map(({ member: [name, value] }, at) => ({ [`${name}_${at}`]: value })))),
  "a command": (plants) => tool({ command: plants.map(oneLine).join(" && ") }),
  "lists in lists": (plants) => ({
    kind: "phase",
    payload: { phase: "build", summary: "Built", outputs: { coder: plants.map((plant) => [[member(plant)]]) } },
  }),
  Markdown: (plants) => ({
    kind: "preview",
    payload: {
      content: `# Notes\n\n${plants.map((plant) => `- ${plant.text}\n`).join("\n")}`,
      highlights: plants.map(oneLine),
    },
  }),
  "JSON in a text": (plants) => ({
    kind: "task",
    payload: { agent: "writer", output: JSON.stringify({ deep: plants.map(member) }, null, 2), context: {} },
  }),
  "JSON in JSON in a text": (plants) => ({
    kind: "validate",
    payload: { passed: true, report: JSON.stringify({ log: JSON.stringify(plants.map(member)) }) },
  }),
  metadata: (plants) => ({ ...confirm, metadata: { budget: 12_000, run: plants.map(member) } }),
  title: (plants) => ({ ...confirm, title: plants.map(oneLine).join("; ") }),
  "labels and reasons": (plants) => {
    const words = plants.map(oneLine);
    // Long secrets have no room there.
    const short = words.filter((each) => each.length <= 60);
    const [label = "Change it", ...reasons] = short;
    return {
      ...confirm,
      actions: ["proceed", { action: "revise", label, reasons: reasons.slice(0, 20) }],
      metadata: { words: words.filter((each) => !short.slice(0, 21).includes(each)) },
    };
  },
  address: (plants) => {
    const parameters = plants.map(({ core }, at) => `${["password", "api_key", "sig", "token"][at % 4]}=${core}`);
    return { ...confirm, source: { agent: "agent", url: `https://ci.example.com/run?${parameters.join("&")}` } };
  },
  questions: (plants) => ({
    kind: "clarify",
    payload: {
      questions: plants.map((plant) => ({ question: plant.text, options: [plant.text, "no"], rationale: plant.text })),
    },
  }),
};

/** Characters of plants that go into one raise; elsewhere there is room for all. */
const ROOM: Record<string, number> = { title: 280, address: 1_200 };

/** As few raises as hold them all. */
export function raisesOf(place: string, plants: readonly Plant[]): Raised[] {
  const room = ROOM[place] ?? Number.POSITIVE_INFINITY;
  const groups: Plant[][] = [[]];
  for (const plant of plants) {
    const last = groups.at(-1) ?? [];
    const length = [...last, plant].reduce((sum, each) => sum + oneLine(each).length + 12, 0);
    if (length > room && last.length > 0) groups.push([plant]);
    else last.push(plant);
  }
  return groups.map((group) => PLACES[place]?.(group) ?? confirm);
}

export const PLANTED = Object.keys(PLACES);
