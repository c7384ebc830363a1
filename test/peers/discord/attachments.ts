/** Files of a message: uploaded with it, described in its body, kept by its edits. */
import { given } from "./limits/problems.ts";
import type { Upload } from "./request.ts";
import type { Attachment, Message } from "./wire.ts";
import type { Channel, World } from "./world.ts";

/** Attachments that an edit keeps: all, unless it lists those to keep. */
export function keptOf(message: Message, body: Record<string, unknown>): Attachment[] {
  if (!Array.isArray(body.attachments)) return message.attachments;
  const ids = new Set(body.attachments.map((each: { id?: unknown }) => String(each.id)));
  return message.attachments.filter(({ id }) => ids.has(id));
}

export function namesOf(body: Record<string, unknown>, uploads: Upload[]): string[] {
  return uploads.map((upload) => described(body, upload).filename ?? upload.name);
}

function described(body: Record<string, unknown>, upload: Upload): { filename?: string; description?: string } {
  const list = Array.isArray(body.attachments) ? (body.attachments as { id?: unknown; filename?: string }[]) : [];
  return list.find((each) => String(each.id) === upload.key) ?? {};
}

export function attach(
  world: World,
  channel: Channel,
  uploads: Upload[],
  body: Record<string, unknown>,
  kept: Attachment[],
): Attachment[] {
  const added = uploads.map((upload): Attachment => {
    const { filename = upload.name, description } = described(body, upload);
    const id = world.id();
    const url = `${world.origin}/attachments/${channel.id}/${id}/${encodeURIComponent(filename)}`;
    const attachment: Attachment = {
      id,
      filename,
      size: upload.bytes.length,
      url,
      proxy_url: url,
      content_type: upload.type,
      ...(given(description) ? { description } : {}),
    };
    world.files.set(id, { attachment, bytes: upload.bytes });
    return attachment;
  });
  return [...kept, ...added];
}
