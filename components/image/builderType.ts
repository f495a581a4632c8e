import { failureOf } from "../aws/failure";
import { findInstanceType, reasonsAgainst } from "../aws/instanceType";
import type { Check } from "../refusal";

/** What the base image and the tools of ami/ are made for. */
const ARCHITECTURE = "x86_64";

/**
 * Refuses a type that cannot build the image, or not test it as workstations will run it. Where AWS does
 * not say what it is, the first build will.
 */
export async function checkBuilderType(
  instanceType: string,
  availabilityZone: string,
): Promise<Check> {
  const type = await findInstanceType(instanceType).catch((error: unknown) => {
    if (failureOf(error) === "expired") {
      throw error;
    }
    return "unknown" as const;
  });
  const reasons =
    type === "unknown"
      ? []
      : type === undefined
        ? ["EC2 has no such instance type in this Region."]
        : reasonsAgainst(type, { availabilityZone, architecture: ARCHITECTURE });
  return [`imageInstanceType ${instanceType} cannot serve`, reasons];
}
