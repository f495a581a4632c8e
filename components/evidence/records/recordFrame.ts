import { z } from "zod";

import { exactly } from "../../aws/ids";
import { TICKET } from "../../case";
import { text } from "./recordForms";

// What custody records say. Records outlive this program: a field that changes its meaning needs a
// new form, and what was written stays as it is. `npm run docs` writes the JSON schema and the page
// that describes every field.

/** Version of the form of the records that are written now. */
export const RECORD_FORM = "clean-room/record/4";

/** Forms whose records fit the schema as well: what is new since is optional, or of an event of its own. */
const READ_FORMS = ["clean-room/record/2", "clean-room/record/3", RECORD_FORM] as const;

/** What wrote a record. */
export const program = z
  .strictObject({
    version: text(
      /^\d+\.\d+\.\d+\S*$/,
      "Version of the clean room's program; after a + the commit it was deployed from, and `.changed` where the program was not as committed. Without it where it was deployed without its history.",
    ),
    policyPackVersion: text(
      /^\d+\.\d+\.\d+\S*$/,
      "Version of the policy pack beside it. Whether the pack was run, a program cannot know.",
    ),
  })
  .meta({ id: "program", description: "What wrote the record." });

/** Who deployed. */
export const deployedBy = text(
  /^arn:aws[a-z-]*:(iam|sts)::\d{12}:.+$/,
  "ARN of whoever deployed, as AWS names the caller.",
);

/** What every record has beside its event and the facts of it. */
export const common = {
  form: z.enum(READ_FORMS).meta({
    description: `Version of the record's form; ${RECORD_FORM} is what is written now.`,
  }),
  ticket: text(exactly(TICKET), "The incident's ticket."),
};

/** What wrote a record. */
export type ProgramFacts = z.output<typeof program>;
