import type { Server } from "node:http";

import type { Account } from "./account";
import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import { jsonServer } from "./jsonServer";

const DESCRIBE_TRAILS = "CloudTrail_20131101.DescribeTrails";

/**
 * CloudTrail over HTTP, for who asks it without Pulumi which trails record a Region, and for nothing else.
 *
 * Source: CloudTrail API reference, DescribeTrails.
 */
export class CloudTrailEndpoint {
  private readonly server: Server;

  /** @param trails ARNs of the trails there are when somebody asks; throws what CloudTrail refuses. */
  public constructor(trails: () => readonly string[]) {
    this.server = jsonServer((target) => {
      if (target !== DESCRIBE_TRAILS) {
        throw new Error(`it answers no ${target}`);
      }
      return Promise.resolve({
        trailList: trails().map((TrailARN) => {
          const [, , , HomeRegion] = TrailARN.split(":");
          return { TrailARN, HomeRegion, Name: TrailARN.slice(TrailARN.indexOf("/") + 1) };
        }),
      });
    });
  }

  /** Starts to answer whatever CloudTrail is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_CLOUDTRAIL"]);
  }

  /** The same for this process. @returns what ends it. */
  public answerThisProcess(): Promise<() => void> {
    return answerThisProcess(this.listen());
  }
}

/** ARNs of the trails in a simulated account. */
export function trailsIn(account: Account): string[] {
  return account.ofType("aws:cloudtrail/trail:Trail").map(({ id }) => id);
}
