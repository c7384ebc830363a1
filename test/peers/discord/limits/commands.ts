/** Limits of application commands, as they are registered. */
import { type Checks, given } from "./problems.ts";

// Lower case of any script, digits, - and _; Discord's own expression.
const NAME = /^[-_\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

export function commandLimits(check: Checks, list: unknown): void {
  const names = new Set<string>();
  check.objects(list, [], 0, 130, (command, path) => {
    const type = command.type ?? 1;
    check.whole(type, [...path, "type"], 1, 3);
    if (type === 1) {
      named(command, path);
      options(command.options, [...path, "options"], 0);
    } else {
      check.text(command.name, [...path, "name"], 1, 32);
      if (given(command.description) && command.description !== "")
        check.wrong([...path, "description"], "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "It can have none");
    }
    const key = `${type}:${command.name}`;
    if (names.has(key)) check.wrong(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Command names must be unique");
    names.add(key);
  });

  function named(part: Record<string, unknown>, path: (string | number)[]): void {
    const { name } = part;
    if (check.text(name, [...path, "name"], 1, 32) && (!NAME.test(name) || name !== name.toLowerCase()))
      check.wrong([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    check.text(part.description, [...path, "description"], 1, 100);
  }

  function options(parts: unknown, path: (string | number)[], depth: number): void {
    if (!given(parts)) return;
    const seen = new Set<unknown>();
    const sorts = new Set<boolean>();
    let optional = false;
    check.objects(parts, path, 0, 25, (part, at) => {
      if (!check.whole(part.type, [...at, "type"], 1, 11)) return;
      named(part, at);
      if (seen.has(part.name)) check.wrong(at, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Names must be unique");
      seen.add(part.name);
      const group = part.type <= 2;
      sorts.add(group);
      if (sorts.size > 1)
        check.wrong(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and other options mix");
      if (group && (depth === 2 || (depth === 1 && part.type === 2)))
        check.wrong(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A sub-command is nested too deep");
      if (!group && part.required === true && optional)
        check.wrong(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first");
      optional ||= part.required !== true;
      check.objects(part.choices ?? [], [...at, "choices"], 0, 25, (choice, each) => {
        check.text(choice.name, [...each, "name"], 1, 100);
      });
      if (group) options(part.options, [...at, "options"], part.type === 2 ? 1 : 2);
    });
  }
}
