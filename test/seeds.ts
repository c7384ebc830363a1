/**
 * The sample payloads of the four systems that this product grew from, word for word, each with its document.
 * Whatever changes, these must be taken as they are, and nothing in them may stay unseen on a card.
 */
import type { KindName } from "../src/checkpoint.ts";
import type { JsonObject } from "../src/json.ts";

export interface Seed {
  source: string;
  payload: JsonObject;
}

export const SEEDS: Record<KindName, [Seed, ...Seed[]]> = {
  clarify: [
    {
      source: "hitl-callbacks.md, clarify",
      payload: {
        questions: [
          {
            question: "What level of detail?",
            options: ["beginner", "intermediate", "advanced"],
            rationale: "Need to understand target audience",
          },
        ],
        rationale: "Why we're asking these questions",
      },
    },
    {
      source: "hitl-interactions.md, 1. ClarifyingQuestion",
      payload: {
        questions: [
          {
            question: "What level of detail should this skill cover?",
            options: ["beginner", "intermediate", "advanced"],
            rationale: "Need to understand target audience",
          },
        ],
        rationale: "Why we're asking these questions",
      },
    },
    {
      source: "hitl-callbacks.md, Testing HITL Callbacks",
      payload: { questions: [{ question: "What level?" }] },
    },
  ],
  confirm: [
    {
      source: "hitl-callbacks.md, confirm",
      payload: {
        summary:
          "• Skill: Python async programming\n• Target: Intermediate developers\n• Path: technical_skills/python/async",
        path: "technical_skills/python/async",
        key_assumptions: ["Users know basic Python", "Focus on async/await syntax"],
      },
    },
    {
      source: "hitl-interactions.md, 2. Confirmation",
      payload: {
        summary:
          "• Skill: Python async programming\n• Target: Intermediate developers\n• Topics: Coroutines, event loops, async/await syntax\n• Prerequisites: Basic Python knowledge",
        path: "technical_skills/python/async",
        key_assumptions: [
          "Users know basic Python syntax",
          "Focus on async/await not asyncio library",
          "Practical examples over theory",
        ],
        confidence: 0.85,
      },
    },
    { source: "hitl-callbacks.md, Testing HITL Callbacks", payload: { summary: "..." } },
  ],
  preview: [
    {
      source: "hitl-callbacks.md, preview",
      payload: {
        content: "## Overview\nPython async/await provides...\n\n## Key Concepts\n- Coroutines\n- Event loops",
        highlights: ["Clear explanations of async/await", "Practical examples throughout", "Common pitfalls covered"],
      },
    },
    {
      source: "hitl-interactions.md, 3. Preview",
      payload: {
        content: "## Overview\nPython async/await provides...\n\n## Key Concepts\n- Coroutines\n- Event loops",
        highlights: ["Clear explanations of async/await", "Practical examples throughout", "Common pitfalls covered"],
        potential_issues: ["Could add more error handling examples", "Consider adding a troubleshooting section"],
      },
    },
  ],
  validate: [
    {
      source: "hitl-callbacks.md, validate",
      payload: {
        report: "Status: PASSED\n\nAll checks passed:\n✓ YAML frontmatter valid\n✓ Documentation complete",
        passed: true,
        skill_content: "Full skill content...",
        saved_path: "/path/to/skill",
      },
    },
    {
      source: "hitl-interactions.md, 4. Validation",
      payload: {
        report:
          "Status: PASSED\n\nAll checks passed:\n✓ YAML frontmatter valid\n✓ Documentation complete\n✓ Examples present",
        passed: true,
        skill_content: "Full skill content...",
        saved_path: "/path/to/skills/technical_skills/python/async",
        validation_score: 0.95,
      },
    },
  ],
  // This document shows the interrupt as a Rust structure; the members are its, the values its examples'.
  tool: [
    {
      source: "tool-interrupts.md, HitlInterrupt of the complete example",
      payload: {
        id: "int_1",
        tool_name: "delete_file",
        tool_args: { path: "/tmp/test.txt" },
        policy_note: "File deletion is irreversible",
        created_at: "2026-11-20T10:00:00Z",
      },
    },
    {
      source: "tool-interrupts.md, HitlInterrupt with a note on e-mail",
      payload: {
        id: "int_2",
        tool_name: "send_email",
        tool_args: { to: "alice@example.com", subject: "Hello", body: "Dear Alice,\nsee you at nine.\n" },
        policy_note: "External communication requires review",
        created_at: "2026-11-20T10:00:00Z",
      },
    },
    {
      source: "tool-interrupts.md, HitlInterrupt without a note",
      payload: {
        id: "int_3",
        tool_name: "update_production",
        tool_args: { table: "users", where: { inactive_days: 365 }, limit: 10 },
        policy_note: null,
        created_at: "2026-11-20T10:00:00Z",
      },
    },
  ],
  task: [
    {
      source: "task-review-patterns.md, Webhook Payload Example",
      payload: {
        task_id: "email_draft_20250115",
        agent: "Marketing Copywriter",
        output: {
          subject: "Introducing WalterSignal",
          body: "Dear {{first_name}}, We're excited...",
          metadata: {
            word_count: 250,
            tone: "professional",
            cta: "Schedule Demo",
          },
        },
        context: {
          product: "WalterSignal CrewAI Platform",
          audience: "Mid-market CTOs",
          campaign: "Q1 2025 Launch",
        },
        timestamp: "2025-01-15T10:30:00Z",
      },
    },
  ],
  phase: [
    {
      source: "pipeline-checkpoints.md, The checkpoint event",
      payload: {
        checkpoint_id: "chk_a1b2c3",
        phase: "planning",
        type: "hitl",
        summary: "IdeationAgent and ArchitectureAgent have completed. Review before implementation.",
        outputs: {
          IdeationAgent: "...",
          ArchitectureAgent: "...",
        },
      },
    },
  ],
};

/** What the agents of these systems expect to hear back. */
export const ANSWERS: Record<"clarify" | "confirm" | "preview" | "validate" | "phase", Seed[]> = {
  clarify: [
    {
      source: "hitl-callbacks.md, clarify",
      payload: { answers: { response: "Intermediate level with practical examples" } },
    },
    { source: "hitl-callbacks.md, clarify", payload: { answers: { level: "intermediate", focus: "practical" } } },
  ],
  confirm: [
    { source: "hitl-callbacks.md, confirm", payload: { action: "proceed", feedback: "Make it more advanced" } },
    { source: "hitl-interactions.md, 2. Confirmation", payload: { action: "proceed" } },
    {
      source: "hitl-interactions.md, 2. Confirmation",
      payload: { action: "revise", feedback: "Make it more advanced, targeting expert developers" },
    },
    { source: "hitl-interactions.md, 2. Confirmation", payload: { action: "cancel" } },
  ],
  preview: [
    {
      source: "hitl-callbacks.md, preview",
      payload: { action: "proceed", feedback: "Add more error handling examples" },
    },
    { source: "hitl-interactions.md, 3. Preview", payload: { action: "proceed" } },
    {
      source: "hitl-interactions.md, 3. Preview",
      payload: { action: "refine", feedback: "Add more error handling examples and a troubleshooting section" },
    },
    { source: "hitl-interactions.md, 3. Preview", payload: { action: "cancel" } },
  ],
  validate: [
    {
      source: "hitl-callbacks.md, validate",
      payload: { action: "proceed", feedback: "Add one more example to meet the minimum" },
    },
    { source: "hitl-interactions.md, 4. Validation", payload: { action: "proceed" } },
    {
      source: "hitl-interactions.md, 4. Validation",
      payload: { action: "refine", feedback: "Add 2 more examples to meet the minimum requirement" },
    },
    { source: "hitl-interactions.md, 4. Validation", payload: { action: "cancel" } },
  ],
  phase: [
    { source: "pipeline-checkpoints.md, Approve", payload: { action: "approve" } },
    {
      source: "pipeline-checkpoints.md, Approve with feedback",
      payload: { action: "approve", feedback: "Use Redis for session storage instead of database sessions" },
    },
    {
      source: "pipeline-checkpoints.md, Reject and redirect",
      payload: { action: "reject", feedback: "Use Django instead of FastAPI, and MySQL instead of PostgreSQL" },
    },
    {
      source: "pipeline-checkpoints.md, Modify",
      payload: { action: "modify", feedback: "Add a rate limiting middleware and a background job queue" },
    },
  ],
};

/** The first sample of each kind. */
export const SEED = Object.fromEntries(Object.entries(SEEDS).map(([kind, [seed]]) => [kind, seed.payload])) as Record<
  KindName,
  JsonObject
>;
