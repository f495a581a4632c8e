import { bucketBehaviour } from "./bucketBehaviour";
import { computeBehaviour } from "./computeBehaviour";
import { imageBuilderBehaviour } from "./imageBuilderBehaviour";
import { managementBehaviour } from "./managementBehaviour";
import { networkBehaviour } from "./networkBehaviour";
import type { Behaviour } from "./resourceType";

/** What AWS does with resources that no line of the table of types can say, by type. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ...networkBehaviour,
  ...computeBehaviour,
  ...bucketBehaviour,
  ...managementBehaviour,
  ...imageBuilderBehaviour,
};
