/** Discord's numbers, written out from its documentation and not taken from the library that is tested against them. */

export const COMPONENT = {
  row: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

/** String, user, role, mentionable and channel selects. */
export const SELECTS: readonly number[] = [3, 5, 6, 7, 8];

export const FLAG = { suppressEmbeds: 4, hasThread: 32, ephemeral: 64, loading: 128, quiet: 4096, v2: 32768 } as const;

export const MESSAGE = { plain: 0, threadCreated: 18, reply: 19, command: 20, threadStarter: 21 } as const;

export const CHANNEL = { text: 0, dm: 1, announcementThread: 10, publicThread: 11, privateThread: 12 } as const;

export const INTERACTION = { command: 2, component: 3, modal: 5 } as const;

export const CALLBACK = { message: 4, deferred: 5, deferredUpdate: 6, update: 7, modal: 9 } as const;

export const INTENT = {
  guilds: 1 << 0,
  members: 1 << 1,
  presences: 1 << 8,
  messages: 1 << 9,
  directMessages: 1 << 12,
  messageContent: 1 << 15,
} as const;

/** Bits that Discord knows; any other in an identify closes the connection with 4013. */
export const KNOWN_INTENTS = 0x3ff_ffff;

export const PERMISSION = {
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  createPrivateThreads: 1n << 36n,
  sendInThreads: 1n << 38n,
} as const;

export type PermissionName = keyof typeof PERMISSION;

/** What a new guild's @everyone may do. */
export const EVERYONE: readonly PermissionName[] = [
  "viewChannel",
  "sendMessages",
  "embedLinks",
  "attachFiles",
  "readHistory",
  "useCommands",
  "createPublicThreads",
  "sendInThreads",
];

/** Error codes of the API: its HTTP status and its words. */
export const CODES = {
  0: [404, "404: Not Found"],
  10003: [404, "Unknown Channel"],
  10004: [404, "Unknown Guild"],
  10007: [404, "Unknown Member"],
  10008: [404, "Unknown Message"],
  10011: [404, "Unknown Role"],
  10013: [404, "Unknown User"],
  10015: [404, "Unknown Webhook"],
  10062: [404, "Unknown interaction"],
  10063: [404, "Unknown application command"],
  20022: [400, "This message cannot be edited"],
  30032: [400, "Maximum number of application commands reached"],
  30046: [429, "Maximum number of edits to messages older than 1 hour reached. Try again later."],
  40060: [400, "Interaction has already been acknowledged."],
  50001: [403, "Missing Access"],
  50005: [403, "Cannot edit a message authored by another user"],
  50006: [400, "Cannot send an empty message"],
  50007: [403, "Cannot send messages to this user"],
  50013: [403, "Missing Permissions"],
  50024: [400, "Cannot execute action on this channel type"],
  50027: [401, "Invalid Webhook Token"],
  50035: [400, "Invalid Form Body"],
  50083: [400, "Thread is archived"],
  50109: [400, "The request body contains invalid JSON."],
  50278: [403, "Cannot send messages to this user due to having no mutual guilds"],
  160002: [400, "Cannot reply without permission to read message history"],
  160004: [400, "A thread has already been created for this message"],
} as const satisfies Record<number, readonly [number, string]>;

export type Code = keyof typeof CODES;
