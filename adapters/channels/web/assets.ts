/** The inbox's own files: read once, served under a name that holds their hash, so that browsers may keep them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const STYLES = ["base", "frame", "forms", "lists", "checkpoint", "actions", "figures", "narrow"];
const SCRIPTS = ["times", "forms", "keys", "live"] as const;

export interface Assets {
  style: string;
  icon: string;
  scripts: string[];
  /** The answer for the last part of such a path. */
  serve(file: string): Response | undefined;
}

export function loadAssets(): Assets {
  const files = new Map<string, { bytes: Buffer<ArrayBuffer>; type: string }>();
  const add = (name: string, extension: string, type: string, bytes: Buffer<ArrayBuffer>) => {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const file = `${name}-${hash}.${extension}`;
    files.set(file, { bytes, type });
    return `/assets/${file}`;
  };
  return {
    style: add("inbox", "css", "text/css; charset=utf-8", Buffer.concat(STYLES.map((name) => read(`${name}.css`)))),
    icon: add("icon", "svg", "image/svg+xml", read("icon.svg")),
    scripts: SCRIPTS.map((name) => add(name, "js", "text/javascript; charset=utf-8", read(`${name}.js`))),
    serve(file) {
      const found = files.get(file);
      if (found === undefined) return undefined;
      return new Response(found.bytes, {
        headers: {
          "Content-Type": found.type,
          "Cache-Control": "public, max-age=31536000, immutable",
          "X-Content-Type-Options": "nosniff",
          "Cross-Origin-Resource-Policy": "same-origin",
        },
      });
    },
  };
}

function read(name: string): Buffer<ArrayBuffer> {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url));
}
