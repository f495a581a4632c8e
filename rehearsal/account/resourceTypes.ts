import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bucketTypes } from "./bucketTypes";
import { cloudTrailTypes } from "./cloudTrailTypes";
import { computeTypes } from "./computeTypes";
import { imageBuilderTypes } from "./imageBuilderTypes";
import { managementTypes } from "./managementTypes";
import { messagingTypes } from "./messagingTypes";
import { networkTypes } from "./networkTypes";
import type { ResourceType } from "./resourceType";

/**
 * Every resource type the simulated account knows, by Pulumi type token. A program that uses
 * another one gets an error that names it: add its row to the file of its service.
 */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...networkTypes,
  ...computeTypes,
  ...bucketTypes,
  ...managementTypes,
  ...messagingTypes,
  ...imageBuilderTypes,
  ...cloudTrailTypes,
};

/** By type, what the provider says makes another resource; `npm run replaced-by` asks it. */
const REPLACED_BY = JSON.parse(
  readFileSync(join(__dirname, "replacedBy.json"), "utf8"),
) as Readonly<Record<string, readonly string[]>>;

/** Properties of a type, or paths in one, of which AWS cannot change the value: another value makes another resource. */
export function replacedBy(type: string): readonly string[] {
  return [...(REPLACED_BY[type] ?? []), ...(resourceTypes[type]?.replacedToo ?? [])];
}
