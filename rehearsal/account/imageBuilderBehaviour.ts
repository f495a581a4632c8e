import { AwsError } from "./awsError";
import { valuesAt } from "./references";
import type { Behaviour, Request } from "./resourceType";

/** Characters a component's document may have; a longer one has to lie in a bucket. */
const MAX_DATA = 16_000;

/** What EC2 Image Builder refuses that no line of the table can say. */
export const imageBuilderBehaviour: Readonly<Record<string, Behaviour>> = {
  "aws:imagebuilder/component:Component": {
    check: (request) => {
      requireSemanticVersion(request);
      requireShortData(request);
    },
  },
  "aws:imagebuilder/imageRecipe:ImageRecipe": { check: requireSemanticVersion },
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": {
    check: requireUniqueImageNames,
  },
};

function requireSemanticVersion({ inputs }: Request): void {
  const version = String(inputs["version"]);
  // Each number has 30 bits.
  const valid =
    /^\d+\.\d+\.\d+$/.test(version) &&
    version.split(".").every((number) => Number(number) < 2 ** 30);
  if (!valid) {
    throw new AwsError(
      "InvalidVersionNumberException",
      `Your version number '${version}' is out of bounds or does not follow the required syntax ` +
        "<major>.<minor>.<patch>.",
    );
  }
}

function requireShortData({ inputs }: Request): void {
  const { data } = inputs;
  if (typeof data === "string" && data.length > MAX_DATA) {
    throw new AwsError(
      "ValidationException",
      "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must " +
        `have length less than or equal to ${MAX_DATA}; it has ${data.length}`,
    );
  }
}

/** Without the date the second build would make a second image of the same name. */
function requireUniqueImageNames({ inputs }: Request): void {
  for (const name of valuesAt(inputs, "distributions[].amiDistributionConfiguration.name")) {
    if (!/\{\{\s*imagebuilder:buildDate\s*\}\}/.test(name)) {
      throw invalidValue(
        `The value '${name}' for amiDistributionConfiguration.name must contain ` +
          "{{ imagebuilder:buildDate }}.",
      );
    }
  }
}

function invalidValue(sentence: string): AwsError {
  return new AwsError("InvalidParameterValueException", sentence);
}
