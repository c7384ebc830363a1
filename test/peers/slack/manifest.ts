/** The app's manifest as Slack reads it: what the app may do and hear. Everything else is refused or not delivered. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { EVENT_SCOPES } from "./scopes.ts";

export interface Manifest {
  scopes: string[];
  events: string[];
  /** Slash commands with their leading `/`. */
  commands: string[];
  /** callback_id → where it is offered. */
  shortcuts: Map<string, "global" | "message">;
  interactive: boolean;
  homeTab: boolean;
  messagesTab: boolean;
}

const ROOT = join(import.meta.dirname, "../../..");

/** From the project's `manifest.yml`, another file, or as it was parsed. */
export function readManifest(source: string | JsonObject = join(ROOT, "manifest.yml")): Manifest {
  if (typeof source === "string" && !existsSync(source)) throw new Error(`there is no manifest at ${source}`);
  const whole: Json = typeof source === "string" ? parse(readFileSync(source, "utf8")) : source;
  const features = inside(whole, "features");
  const settings = inside(whole, "settings");
  const manifest: Manifest = {
    scopes: words(inside(inside(whole, "oauth_config"), "scopes").bot),
    events: words(inside(settings, "event_subscriptions").bot_events),
    commands: objects(features.slash_commands).map((each) => String(each.command)),
    shortcuts: new Map(
      objects(features.shortcuts).map((each) => [
        String(each.callback_id),
        each.type === "message" ? "message" : "global",
      ]),
    ),
    interactive: inside(settings, "interactivity").is_enabled === true,
    homeTab: inside(features, "app_home").home_tab_enabled === true,
    messagesTab: inside(features, "app_home").messages_tab_enabled === true,
  };
  refuseGaps(manifest, isObject(features.bot_user));
  return manifest;
}

/** What Slack's own settings page refuses to save. */
function refuseGaps(manifest: Manifest, botUser: boolean): void {
  if (manifest.scopes.length > 0 && !botUser) throw new Error("manifest: bot scopes need features.bot_user");
  if (manifest.commands.length > 0 && !manifest.scopes.includes("commands"))
    throw new Error("manifest: slash commands need the bot scope commands");
  if (manifest.shortcuts.size > 0 && !manifest.scopes.includes("commands"))
    throw new Error("manifest: shortcuts need the bot scope commands");
  for (const event of manifest.events) {
    const scope = EVENT_SCOPES[event];
    if (scope === undefined) throw new Error(`manifest: the fake Slack knows no event ${event}`);
    if (scope !== null && !manifest.scopes.includes(scope))
      throw new Error(`manifest: the event ${event} needs the bot scope ${scope}`);
  }
  if (manifest.events.includes("app_home_opened") && !manifest.homeTab && !manifest.messagesTab)
    throw new Error("manifest: app_home_opened needs a home or messages tab");
}

function inside(value: Json | undefined, key: string): JsonObject {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : {};
}

function words(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
