import { printable } from "../printable";

/** A piece of HTML: whatever was put into it is text there. */
export class Html {
  /** @param text The piece, as it is written. */
  public constructor(public readonly text: string) {}
}

/** What can be put into a piece: of a list each, and nothing of `undefined`. */
type Part = Html | string | number | undefined | readonly Part[];

/**
 * A piece of HTML. What is put into it is escaped, in text and between quotation marks; pieces are taken as they are.
 * Where a name, a script or a style stands nothing may be put in.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(
    parts
      .map((part, index) => (index === 0 ? part : `${written(values[index - 1])}${part}`))
      .join(""),
  );
}

function written(value: Part): string {
  if (value instanceof Html) {
    return value.text;
  }
  if (typeof value === "object") {
    return value.map(written).join("");
  }
  return value === undefined ? "" : escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  const entities = text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
  // What a suspect names a file by can turn the line around, or hide in it.
  return entities.split("\n").map(printable).join("\n");
}
