import { z } from "zod";

import { ANY_LIST, fieldOf, listOf, sha256, text, unique } from "./forms";

/** What the image installs beside public archives, from a bucket of the account. */
export const toolsBucket = z.strictObject(
  {
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
    tools: unique(
      listOf(
        z.strictObject(
          {
            name: text(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a name of letters, digits, . _ and -"),
            version: text(
              /^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/,
              "the tool's version, in quotes where it looks like a number or a date",
            ),
            key: text(/^[A-Za-z0-9!_.*'()/-]+$/, "the key of an object, without wildcards").refine(
              (key) => !key.includes("*"),
              { error: "the key of an object, without wildcards" },
            ),
            sha256: sha256("the object's SHA-256: 64 hexadecimal digits"),
            path: text(
              /^\/opt\/clean-room(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/,
              "a path below /opt/clean-room/",
            ),
          },
          { error: "name, version, key, sha256 and path" },
        ),
        "a list of tools",
      ).min(1, { error: "at least one tool" }),
      "path",
      "path",
    ).superRefine((tools, context) => {
      const paths = tools.map((tool) => String(fieldOf(tool, "path")));
      paths.forEach((path, index) => {
        const above = paths.find((other) => path.startsWith(`${other}/`));
        if (above !== undefined) {
          const message = `a path that is not below another tool's, ${above}: that is a file`;
          context.addIssue({ code: "custom", path: [index, "path"], message });
        }
      });
    }, ANY_LIST),
  },
  { error: "bucket and tools" },
);
