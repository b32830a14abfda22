// Documents between a call that checks many of them and the calls that put them on record, part by part.
import type { KnownTexts, Resource, SourceText } from "@weft/manifest";

/** All that is kept, in UTF-16 units and in documents; the oldest is let go first. A command may submit that much. */
const most = { length: 24 * 1024 * 1024, texts: 20_000 } as const;

/** How long after the last call everything is let go. */
const keptMs = 60_000;

/** Texts that were read without a finding. */
interface Texts {
  /** For a dry run, after which the same texts may come again. */
  readonly checked: KnownTexts;
  /** For a run that puts them on record, after which nobody needs them. */
  readonly spent: KnownTexts;
}

/** Remembers no text yet. */
export function openTexts(): Texts {
  const held = new Map<string, readonly Resource[]>();
  let length = 0;
  const remove = (key: string): void => {
    if (held.delete(key)) length -= key.length;
  };
  const clear = (): void => {
    held.clear();
    length = 0;
  };
  let timer: NodeJS.Timeout | undefined;
  const touch = (): void => {
    timer ??= setTimeout(clear, keptMs).unref();
    timer.refresh();
  };
  return {
    checked: {
      get: (text) => held.get(keyOf(text)),
      set(text, resources) {
        const key = keyOf(text);
        remove(key);
        held.set(key, resources);
        length += key.length;
        for (const oldest of held.keys()) {
          if (length <= most.length && held.size <= most.texts) break;
          remove(oldest);
        }
        touch();
      },
    },
    spent: {
      get(text) {
        const key = keyOf(text);
        const found = held.get(key);
        remove(key);
        return found;
      },
      set: () => undefined,
    },
  };
}

/** A text with its place: findings and events name it. */
function keyOf({ file, line = 1, text }: SourceText): string {
  return `${line} ${file.length} ${file}${text}`;
}
