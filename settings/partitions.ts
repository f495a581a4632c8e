import { isRegion, partitionOf } from "../components/aws/partition";
import type { Mistake } from "./mistake";

/** ARNs of another partition than the stack's Region: neither side can name the other. */
export function ofAnotherPartition(
  partition: string,
  region: string,
  value: unknown,
  path: string,
): Mistake[] {
  if (typeof value === "string") {
    const [prefix, of, , ofArn = ""] = value.split(":");
    const isArn = prefix === "arn";
    const place = isArn ? ofArn : value;
    return (isArn && of !== partition) || (isRegion(place) && partitionOf(place).name !== partition)
      ? [
          {
            key: path,
            found: value,
            required: `${isArn ? "an ARN" : "a Region"} of partition ${partition}, that of ${region}`,
          },
        ]
      : [];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) =>
        ofAnotherPartition(partition, region, inner, path === "" ? name : `${path}.${name}`),
      )
    : [];
}
