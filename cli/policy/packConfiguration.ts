import { readFileSync } from "node:fs";

import Ajv from "ajv";

import { Refusal } from "../../components/refusal";
import { configurationSchema } from "../../policy-pack/configurationSchema";

/**
 * Reads a file of the policy pack's configuration, as `--policy-pack-config` takes it.
 *
 * @throws Refusal naming everything in it that no policy knows: the engine itself says nothing of that.
 */
export function requireConfiguration(file: string): void {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Refusal(`${file} is not the configuration of a policy pack`, [
      error instanceof SyntaxError ? `It is not JSON: ${error.message}` : "It cannot be read.",
    ]);
  }
  const mistakes = mistakesIn(content);
  if (mistakes.length > 0) {
    throw new Refusal(`${file} is not the configuration of this policy pack`, mistakes);
  }
}

/** What in the content no policy knows, a sentence each. */
export function mistakesIn(content: unknown): string[] {
  const validate = new Ajv({ allErrors: true }).compile(configurationSchema());
  if (validate(content) === true) {
    return [];
  }
  const errors = (validate.errors ?? []).map((error) => ({ ...error, at: path(error.dataPath) }));
  const sentences = errors.flatMap(({ at, keyword, message, params }) => {
    switch (keyword) {
      case "additionalProperties": {
        const { additionalProperty } = params as { readonly additionalProperty: string };
        return at === ""
          ? `${additionalProperty}: there is no policy of this name; npx clean-room policy --list names them.`
          : `${at}.${additionalProperty}: this policy has no such setting.`;
      }
      case "enum": {
        const { allowedValues } = params as { readonly allowedValues: readonly string[] };
        return errors.some((other) => other.at === at && other.keyword === "type")
          ? `${at}: it should be one of ${allowedValues.join(", ")}, or the policy's settings.`
          : [];
      }
      // What is said of the alternatives is said above, or by what is wrong inside of one.
      case "anyOf":
        return [];
      case "type":
        return errors.some((other) => other.at === at && other.keyword === "enum")
          ? []
          : `${at || "The file"}: it ${message ?? "is wrong"}.`;
      default:
        return `${at || "The file"}: it ${message ?? "is wrong"}.`;
    }
  });
  return sentences.length > 0 ? [...new Set(sentences)] : ["It says what no policy understands."];
}

/** A path of ajv's, as people write it. */
function path(dataPath: string): string {
  return dataPath.replace(/\['([^']*)'\]/g, ".$1").replace(/^\./, "");
}
