import type { Asked } from "./askedOf";
import type { Context } from "./demand";

/** How requests write a tag's name, and its value beside it. */
const FORMS = [
  // EC2 of what is there, IAM and SNS, services that speak JSON, KMS, CloudTrail.
  [/^(Tag\.\d+\.|Tags\.member\.\d+\.|Tags\.\d+\.|TagsList\.\d+\.)Key$/, "Value"],
  [/^(Tags\.\d+\.)TagKey$/, "TagValue"],
  [/^(tags\.\d+\.)key$/, "value"],
] as const;

/** Tags that a request gives to what it is about, of any service. */
export function tagsGiven({ said }: Pick<Asked, "said">): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [name, value] of said) {
    for (const [form, valueName] of FORMS) {
      const [, before] = form.exec(name) ?? [];
      if (before !== undefined) {
        tags.set(value, said.get(`${before}${valueName}`) ?? "");
      }
    }
    // Those that write them as an object.
    const [, key] = /^tags\.([^\d.][^]*)$/.exec(name) ?? [];
    if (key !== undefined) {
      tags.set(key, value);
    }
    // Those that take some away.
    if (/^(TagKeys|tagKeys)\.(member\.)?\d+$/.test(name)) {
      tags.set(value, "");
    }
  }
  return tags;
}

/** Tags that a request of EC2 gives to what it makes of a kind, e.g. `volume`. */
export function tagsOfKind(
  { said }: Pick<Asked, "said">,
  kind: string,
): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [name, value] of said) {
    const [, spec, place] = /^TagSpecification\.(\d+)\.Tag\.(\d+)\.Key$/.exec(name) ?? [];
    if (spec !== undefined && said.get(`TagSpecification.${spec}.ResourceType`) === kind) {
      tags.set(value, said.get(`TagSpecification.${spec}.Tag.${place}.Value`) ?? "");
    }
  }
  return tags;
}

/** The kinds of what a request of EC2 makes and tags. */
export function taggedKinds({ said }: Pick<Asked, "said">): string[] {
  return [...said].flatMap(([name, value]) =>
    /^TagSpecification\.\d+\.ResourceType$/.test(name) ? value : [],
  );
}

/** Condition keys of tags that a request gives. */
export function requestTags(tags: ReadonlyMap<string, string>): Context {
  return tags.size === 0
    ? {}
    : {
        ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
        "aws:TagKeys": [...tags.keys()],
      };
}

/** Condition keys of tags that something carries. */
export function resourceTags(tags: ReadonlyMap<string, string>): Context {
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
