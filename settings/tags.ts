import { z } from "zod";

import { MOST_TAGS, OWN_TAGS } from "../components/tags";

/** What IAM, which is the strictest of all, takes in keys and values of tags; = would end a key for handover. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

/** Tags by key, at most so many; IAM takes two keys that differ in case only for one. */
const tagsOf = (most: number) =>
  z
    .record(z.string(), z.unknown(), { error: "tags, by key" })
    .superRefine((tags, context) => {
      const complain = (key: string, message: string) =>
        context.addIssue({ code: "custom", path: [key], message });
      const keys = Object.keys(tags);
      keys.forEach((key, index) => {
        const same = (other: string) => other.toLowerCase() === key.toLowerCase();
        const value = tags[key];
        if (!TAG_KEY.test(key)) {
          complain(
            key,
            "a key of 1 to 128 letters, digits, spaces and _ . : / + - @, not beginning with aws:",
          );
        } else if (OWN_TAGS.some(same)) {
          complain(key, `another key: ${OWN_TAGS.join(", ")} are the program's own`);
        } else if (keys.findIndex(same) < index) {
          complain(key, "each key only once: IAM does not tell upper case from lower");
        }
        if (typeof value !== "string" || !TAG_VALUE.test(value)) {
          complain(
            key,
            "a value of at most 256 letters, digits, spaces and _ . : / = + - @, in quotes where it looks like a number",
          );
        }
      });
      if (keys.length > most) {
        context.addIssue({
          code: "custom",
          message: `at most ${most} tags beside the program's own: AWS takes 50 on a resource, 10 on an object of a bucket`,
        });
      }
    })
    .transform((tags) => tags as Readonly<Record<string, string>>)
    .default({});

/** What an organisation demands, of every kind of stack. */
export const demanded = (kind: keyof typeof MOST_TAGS, reach: string) => ({
  tags: tagsOf(MOST_TAGS[kind]).meta({
    description: `Tags that your organisation demands, by key: ${reach}. At most ${MOST_TAGS[kind]}.`,
    example: { "cost-centre": "4711" },
  }),
});
