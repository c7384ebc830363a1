/** Requests as people would send them, for the OpenAPI document; a test checks each against its schema. */
export const EXAMPLES = {
  Raise: {
    smallest: { value: { kind: "confirm", payload: { summary: "Publish the async skill" } } },
    tool: {
      summary: "A tool call about to run",
      value: {
        kind: "tool",
        payload: { tool_name: "delete_file", tool_args: { path: "reports/2025.csv" } },
        source: { agent: "ops", session: "thread_1" },
        route: ["slack:#deploys"],
        approvers: ["group:sre", "person:bob"],
        quorum: 2,
        timeout: "30m",
        on_timeout: "reject",
        callback: { url: "https://agent.example.com/decided" },
        state: { step: 7 },
      },
    },
    again: {
      summary: "The second round, after somebody asked for changes",
      value: {
        kind: "preview",
        payload: { content: "# Release notes\n\nShorter, as asked." },
        previous: "chk_0123456789abcdef",
        actions: ["proceed", { action: "refine", label: "Change it", comment: "required", reasons: ["Too long"] }],
      },
    },
  },
  Act: {
    proceed: { value: { action: "proceed" } },
    revise: { value: { action: "revise", feedback: "Name the people who are affected." } },
    reject: { value: { action: "reject", reason: "Not during the freeze" } },
    answer: { value: { action: "answer", answers: { response: "Use the staging bucket." } } },
    edit: { value: { action: "edit", edited: { path: "reports/2024.csv" } } },
  },
  CommentRequest: { comment: { value: { text: "Who asked for this?" } } },
  LinkRequest: { link: { value: { person: "alice" } } },
  Withdraw: { withdraw: { value: { reason: "The job was stopped." } } },
} as const;
