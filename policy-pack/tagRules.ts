import { type FoundationConfig, foundationSchema, inFoundation } from "./foundationStacks";
import { TICKET } from "./ticket";
import { reading, UNKNOWN } from "./unknownValues";

/** Configuration of the policies that look at tags. */
export interface TagConfig extends FoundationConfig {
  /** Regular expression for the value of `incident-response`. */
  readonly ticketPattern: string;

  /** Further tags an organisation requires: key, and regular expression for the value. */
  readonly extraTags: Readonly<Record<string, string>>;
}

/** Schema of {@link TagConfig}. */
export const tagSchema = {
  properties: {
    ...foundationSchema,
    ticketPattern: {
      type: "string" as const,
      format: "regex" as const,
      description: "Regular expression for the value of the incident-response tag.",
      default: `^quarantine:${TICKET}$`,
    },
    extraTags: {
      type: "object" as const,
      description: "Further required tags: key, and regular expression for the value.",
      additionalProperties: { type: "string" as const },
      default: {},
    },
  },
};

const ADDRESS = "[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";
const ADDRESSES = `^(?=.{3,256}$)${ADDRESS}( ${ADDRESS})*$`;

interface Requirement {
  readonly key: string;
  readonly pattern: string;
  readonly required: string;
}

/** What is required of the tags of a resource with this URN. */
function requirements(urn: string, config: TagConfig): Requirement[] {
  const { ticketPattern, extraTags } = config;
  return [
    {
      key: "notification",
      pattern: ADDRESSES,
      required: "an e-mail address, or several separated by single spaces",
    },
    ...(inFoundation(urn, config)
      ? []
      : [
          {
            key: "incident-response",
            pattern: ticketPattern,
            required: `a ticket (${ticketPattern})`,
          },
        ]),
    ...Object.entries(extraTags).map(([key, pattern]) => ({
      key,
      pattern,
      required: `a value that matches ${pattern}`,
    })),
  ];
}

/**
 * What is wrong with the tags of a resource: field, value found, what is required.
 *
 * @param field Name of the field the tags are in, e.g. `rootBlockDevice.tags`.
 * @param read Reads the tags; a value that a preview does not know yet counts as present.
 */
export function tagMistakes(
  urn: string,
  field: string,
  read: () => Readonly<Record<string, unknown>> | undefined,
  config: TagConfig,
): string[] {
  const tags = reading(read);
  if (tags === UNKNOWN) {
    return [`${field} is not known in the preview; required: tags written as a map of keys.`];
  }
  return requirements(urn, config).flatMap(({ key, pattern, required }) => {
    const value = reading(() => tags?.[key]);
    if (value === UNKNOWN) {
      return [];
    }
    if (typeof value !== "string") {
      return [`${field}.${key} is missing; required: ${required}.`];
    }
    return new RegExp(pattern).test(value)
      ? []
      : [`${field}.${key} is "${value}"; required: ${required}.`];
  });
}
