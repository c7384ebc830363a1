/** Looking at a message's components in a test. */
import { walk } from "./mentions.ts";
import type { Message, Modal, Part } from "./wire.ts";

/** Every component, nested ones included, in the order in which they are drawn. */
export function partsOf(of: Pick<Message | Modal, "components">, type?: number): Part[] {
  return [...walk(of.components)].filter((part) => type === undefined || part.type === type);
}

export function customIdOf(message: Pick<Message, "components">, label: string): string | undefined {
  return partsOf(message).find((part) => part.label === label)?.custom_id;
}

/** Labels of the buttons that can be pressed. */
export function buttonsOf(message: Pick<Message, "components">): string[] {
  return partsOf(message, 2).flatMap(({ label, disabled }) =>
    label === undefined || disabled === true ? [] : [label],
  );
}
