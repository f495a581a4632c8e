import type { Account } from "./account";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";

const TRAIL = "aws:cloudtrail/trail:Trail";

/** A trail's selectors, as the provider spells them. */
interface Selector {
  readonly name?: string;
  readonly fieldSelectors: readonly {
    readonly field: string;
    readonly equals?: string[];
    readonly startsWiths?: string[];
  }[];
}

/** A trail as CloudTrail lists it. Source: CloudTrail API reference, DescribeTrails. */
export function toldTrail(TrailARN: string, S3BucketName?: unknown): object {
  const [, , , HomeRegion, , resource = ""] = TrailARN.split(":");
  return { TrailARN, HomeRegion, Name: resource.slice(resource.indexOf("/") + 1), S3BucketName };
}

/**
 * What CloudTrail answers of an account to who asks it without Pulumi: its trails, and a history without events.
 *
 * @param read The account as it is when somebody asks.
 */
export function trailAnswersOf(read: () => Account): JsonAnswers {
  return {
    DescribeTrails: () => ({
      trailList: read()
        .ofType(TRAIL)
        .map(({ id, properties }) => toldTrail(id, properties["s3BucketName"])),
    }),
    GetEventSelectors: ({ TrailName }: { TrailName: string }) => {
      const trail = read().find(TRAIL, TrailName);
      if (trail === undefined) {
        throw new AwsError("TrailNotFoundException", `Unknown trail: ${TrailName}`);
      }
      const selectors = (trail.properties["advancedEventSelectors"] ?? []) as Selector[];
      return {
        AdvancedEventSelectors: selectors.map(({ name, fieldSelectors }) => ({
          Name: name,
          FieldSelectors: fieldSelectors.map(({ field, equals, startsWiths }) => ({
            Field: field,
            Equals: equals,
            StartsWith: startsWiths,
          })),
        })),
      };
    },
    LookupEvents: () => ({ Events: [] }),
  };
}
