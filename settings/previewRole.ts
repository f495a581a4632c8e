import { z } from "zod";

import { keyArn } from "./arns";
import { listOf, text, unique } from "./forms";

/** A name of an account or a repository of GitHub's, with the number that its newer tokens have behind each. */
const NAME = "[A-Za-z0-9_.-]+(@\\d+)?";

/** Where stacks' state is, for a role that has to read it. */
const state = z.strictObject(
  {
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
    keyArn: keyArn(),
  },
  { error: "bucket and keyArn" },
);

/** Whose workflow may preview the stack, and what it needs beside AWS's own answers. */
export const previewRole = z
  .strictObject(
    {
      repository: text(
        new RegExp(`^${NAME}/${NAME}$`),
        "owner/name of one repository, without wildcards; with both numbers where its tokens have them: owner@1/name@2",
      ),
      environments: unique(
        listOf(
          text(/^[A-Za-z0-9_.-]+$/, "an environment's name: letters, digits, _ . and -"),
          "a list of names of the repository's environments",
        )
          .min(1, { error: "1 to 5 environments" })
          .max(5, { error: "1 to 5 environments" }),
        "environment",
      ),
      state: state.optional(),
    },
    { error: "repository, environments, and state where that is in S3" },
  )
  .optional()
  .meta({
    description:
      "Has the stack make the role in the output `previewRoleArn`, by which workflows in these `environments` of one GitHub `repository` preview it with OIDC, without long-lived credentials: it reads what this stack is made of, no object of the vault, and changes nothing. `state` is the `bucket` and the `keyArn` of state in S3. Without it there is no such role.",
    example: {
      repository: "example/clean-room",
      environments: ["clean-room-preview", "clean-room-nightly"],
      state: {
        bucket: "clean-room-state-111122223333-us-east-1",
        keyArn: "arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d-0000-4000-8000-000000000000",
      },
    },
  });
