/** What a person sees of their press: whether and how it was answered, with which messages and which form. */

import { textOf } from "./mentions.ts";
import { CALLBACK } from "./numbers.ts";
import { messageJson } from "./told.ts";
import { until } from "./wait.ts";
import type { Message, Modal } from "./wire.ts";
import type { Interaction, World } from "./world.ts";

export interface Press {
  id: string;
  token: string;
  user: string;
  /** failed: nothing came within 3 s; "This interaction failed" is what the person reads. */
  answer: "message" | "deferred" | "deferred-update" | "update" | "modal" | "failed";
  /** Milliseconds to the acknowledgement. */
  latency: number | null;
  /** The form that opened, to be handed to `submit`. */
  modal: Opened | null;
  /** The response and the follow-ups as they are now; an update's own message is not among them. */
  messages(): Shown[];
  /** The words of those messages, a line each. */
  text(): string;
  /** Resolves when the answer's words fit. */
  says(words: string | RegExp, ms?: number): Promise<Shown>;
}

export interface Opened extends Modal {
  /** The press that opened it, and for whom. */
  interaction: string;
  user: string;
}

/** A message as the person sees it. */
export interface Shown extends Message {
  ephemeral: boolean;
  /** Content and all text displays. */
  text: string;
}

const ANSWERS: Record<number, Press["answer"]> = {
  [CALLBACK.message]: "message",
  [CALLBACK.deferred]: "deferred",
  [CALLBACK.deferredUpdate]: "deferred-update",
  [CALLBACK.update]: "update",
  [CALLBACK.modal]: "modal",
};

export function pressOf(world: World, interaction: Interaction): Press {
  const { ack, opened } = interaction;
  const messages = () => {
    const own = ack?.callback === CALLBACK.message || ack?.callback === CALLBACK.deferred ? [interaction.original] : [];
    return [...own, ...interaction.followUps].flatMap((id) => shown(world, id) ?? []);
  };
  return {
    id: interaction.id,
    token: interaction.token,
    user: interaction.user,
    answer: ack === undefined ? "failed" : (ANSWERS[ack.callback] ?? "failed"),
    latency: ack === undefined ? null : ack.at - interaction.at,
    modal:
      opened === undefined ? null : { ...structuredClone(opened), interaction: interaction.id, user: interaction.user },
    messages,
    text: () =>
      messages()
        .map(({ text }) => text)
        .join("\n"),
    says: (words, ms) =>
      until(world, () => messages().find(({ text }) => fits(text, words)), `an answer that says ${words}`, ms),
  };
}

export function shown(world: World, id: string | undefined): Shown | undefined {
  const message = id === undefined ? undefined : world.messages.get(id);
  if (message === undefined) return undefined;
  return {
    ...structuredClone(messageJson(message)),
    ephemeral: message.only !== undefined,
    text: textOf(message.content, message.components),
  };
}

export function fits(text: string, words: string | RegExp): boolean {
  return typeof words === "string" ? text.includes(words) : words.test(text);
}
