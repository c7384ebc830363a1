/** Limits of a modal: one to five labels (or text, or the older rows of one input), nothing else. */
import { COMPONENT, SELECTS } from "../numbers.ts";
import { checkboxGroup, fileUpload, radioGroup, select, textInput } from "./fields.ts";
import { type Checks, given, isObject } from "./problems.ts";

const FIELDS: readonly number[] = [
  COMPONENT.textInput,
  ...SELECTS,
  COMPONENT.fileUpload,
  COMPONENT.radioGroup,
  COMPONENT.checkboxGroup,
  COMPONENT.checkbox,
];

export function modalLimits(check: Checks, data: Record<string, unknown>): void {
  const customIds = new Set<unknown>();
  check.text(data.custom_id, ["data", "custom_id"], 1, 100);
  check.text(data.title, ["data", "title"], 1, 45);
  check.objects(data.components, ["data", "components"], 1, 5, (part, path) => {
    switch (part.type) {
      case COMPONENT.textDisplay:
        check.text(part.content, [...path, "content"], 1, 4000);
        break;
      case COMPONENT.label:
        check.text(part.label, [...path, "label"], 1, 45);
        if (given(part.description)) check.text(part.description, [...path, "description"], 1, 100);
        field(part.component, [...path, "component"], true);
        break;
      case COMPONENT.row:
        if (check.list(part.components, [...path, "components"], 1, 1))
          field(part.components[0], [...path, "components", 0], false);
        break;
      default:
        check.wrong([...path, "type"], "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).');
    }
  });

  function field(part: unknown, path: (string | number)[], inLabel: boolean): void {
    const allowed = inLabel ? FIELDS : [COMPONENT.textInput];
    if (!isObject(part) || !allowed.includes(Number(part.type))) {
      const choices = `Value of field "type" must be one of (${allowed.join(", ")}).`;
      check.wrong([...path, "type"], "UNION_TYPE_CHOICES", choices);
      return;
    }
    if (customIds.has(part.custom_id))
      check.wrong([...path, "custom_id"], "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    customIds.add(part.custom_id);
    switch (part.type) {
      case COMPONENT.textInput:
        textInput(check, part, path, inLabel);
        break;
      case COMPONENT.radioGroup:
        radioGroup(check, part, path);
        break;
      case COMPONENT.checkboxGroup:
        checkboxGroup(check, part, path);
        break;
      case COMPONENT.fileUpload:
        fileUpload(check, part, path);
        break;
      case COMPONENT.checkbox:
        check.text(part.custom_id, [...path, "custom_id"], 1, 100);
        break;
      default:
        select(check, part, path, true);
    }
  }
}
