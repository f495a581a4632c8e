import { policies } from "./policies";

/** How strictly the engine takes a policy. */
const LEVEL = { enum: ["advisory", "mandatory", "disabled"] } as const;

/**
 * JSON schema (draft 7) of the file that is given with `--policy-pack-config`: an entry for each policy. The engine looks
 * at the entries of the policies that there are, so that a misspelt one is a policy that is not configured.
 */
export function configurationSchema(): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of the clean room's policy pack",
    type: "object",
    additionalProperties: false,
    properties: {
      all: { ...LEVEL, description: "How strictly all policies are taken." },
      ...Object.fromEntries(
        policies.map(({ name, description, configSchema: { properties = {}, required } = {} }) => [
          name,
          {
            description,
            anyOf: [
              LEVEL,
              {
                type: "object",
                additionalProperties: false,
                properties: { enforcementLevel: LEVEL, ...properties },
                ...(required === undefined ? {} : { required }),
              },
            ],
          },
        ]),
      ),
    },
  };
}
