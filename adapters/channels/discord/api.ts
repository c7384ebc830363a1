/** Discord's routes as verbs, one request each. Nothing that is sent mentions anybody, whatever it says. */
import type { JsonObject } from "../../../src/json.ts";
import { codeOf } from "./faults.ts";
import type { Send } from "./send.ts";
import type { Api, MessageBody } from "./wire.ts";

type Verbs = Omit<Api, "respond" | "followUp" | "whisper" | "editAnswer">;

/** Days of silence after which Discord archives a thread, in minutes: the longest it takes. */
const ARCHIVE = 10_080;
const THREAD_EXISTS = 160_004;

export function makeApi(send: Send, application: string): Verbs {
  async function get<T>(path: `/${string}`, more: { query?: Record<string, string>; timeout?: number } = {}) {
    return (await send({ method: "GET", path, ...more })) as T;
  }

  return {
    async createMessage(channel, body, { nonce, replyTo } = {}) {
      const more: JsonObject = {
        ...(nonce === undefined ? {} : { nonce, enforce_nonce: true }),
        ...(replyTo === undefined ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } }),
      };
      return (await send({ method: "POST", path: `/channels/${channel}/messages`, ...written(body, more) })) as never;
    },
    async editMessage(channel, message, body) {
      const path = `/channels/${channel}/messages/${message}` as const;
      return (await send({ method: "PATCH", path, ...rewritten(body) })) as never;
    },
    async deleteMessage(channel, message) {
      await send({ method: "DELETE", path: `/channels/${channel}/messages/${message}` });
    },
    getMessage: (channel, message) => get(`/channels/${channel}/messages/${message}`),
    messages: (channel, { limit, ...around }) =>
      get(`/channels/${channel}/messages`, { query: { ...around, limit: String(limit) } }),
    async startThread(channel, message, name) {
      const body = { name, auto_archive_duration: ARCHIVE };
      try {
        const path = `/channels/${channel}/messages/${message}/threads` as const;
        return (await send({ method: "POST", path, body })) as never;
      } catch (error) {
        // It bears the message's id.
        if (codeOf(error) !== THREAD_EXISTS) throw error;
        return get(`/channels/${message}`);
      }
    },
    async reopenThread(thread) {
      await send({ method: "PATCH", path: `/channels/${thread}`, body: { archived: false } });
    },
    openDm: async (user) =>
      (await send({ method: "POST", path: "/users/@me/channels", body: { recipient_id: user } })) as never,
    channel: (id) => get(`/channels/${id}`),
    channels: (guild) => get(`/guilds/${guild}/channels`),
    member: (guild, user, timeout) => get(`/guilds/${guild}/members/${user}`, timeout === undefined ? {} : { timeout }),
    roles: (guild) => get(`/guilds/${guild}/roles`),
    async setCommands(guild, commands) {
      const where = guild === null ? "" : (`/guilds/${guild}` as const);
      await send({ method: "PUT", path: `/applications/${application}${where}/commands`, body: commands });
    },
  };
}

/** A message as it is sent, with what else the request says. */
export function written({ files, ...body }: MessageBody, more: JsonObject = {}) {
  const fields = { ...body, ...more, allowed_mentions: { parse: [] } } as unknown as JsonObject;
  return files === undefined ? { body: fields } : { body: { ...fields, ...attached(files) }, files };
}

/** As it takes the place of another, whose files go with it. */
export function rewritten({ files, ...body }: MessageBody) {
  return files === undefined ? written(body, { attachments: [] }) : written({ ...body, files });
}

/** A message within a callback's `data`. */
export function answered(body: MessageBody, flags = 0) {
  const { body: data, ...rest } = written({ ...body, flags: (body.flags ?? 0) | flags });
  return { data, ...rest };
}

function attached(files: readonly { name: string }[]): JsonObject {
  return { attachments: files.map(({ name }, at) => ({ id: String(at), filename: name })) };
}
