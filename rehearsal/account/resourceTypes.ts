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
