import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  LookupEventsCommand,
} from "@aws-sdk/client-cloudtrail";

import type { AccountStore } from "./accountStore";
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

/** CloudTrail of the simulated account, for who asks it without Pulumi: its trails, and a history without events. */
export function cloudTrailOf(store: AccountStore): Pick<CloudTrailClient, "send"> {
  const send = async (command: unknown): Promise<object> => {
    await Promise.resolve();
    const trails = store.read().ofType(TRAIL);
    if (command instanceof DescribeTrailsCommand) {
      return {
        trailList: trails.map(({ id, properties }) => ({
          TrailARN: id,
          Name: properties["name"],
          S3BucketName: properties["s3BucketName"],
        })),
      };
    }
    if (command instanceof GetEventSelectorsCommand) {
      const trail = trails.find(({ id }) => id === command.input.TrailName);
      if (trail === undefined) {
        throw new AwsError("TrailNotFoundException", `Unknown trail: ${command.input.TrailName}`);
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
    }
    if (command instanceof LookupEventsCommand) {
      return { Events: [] };
    }
    throw new Error("the simulated CloudTrail tells of trails and of no event, and nothing else");
  };
  return { send: send as CloudTrailClient["send"] };
}
