import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/** Copies that EBS makes at the same time in a Region of an account. */
const MOST = 20;

/**
 * Copies of others that are pending, which the emulator completes at once: where they take every place EBS
 * begins no other one.
 *
 * Sources: EBS endpoints and quotas, "Concurrent snapshot copies per destination Region"; EC2 API reference,
 * CopySnapshot, "Error codes".
 */
export class CopyPlaces implements Correction {
  /** How many copies are pending. */
  public taken = 0;

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    switch (this.taken === 0 ? "" : asked.get("Action")) {
      case "CopySnapshot":
        return this.taken < MOST ? pass(request) : tooMany();
      case "DescribeSnapshots":
        return asked.get("Filter.1.Name") === "status" &&
          asked.get("Filter.1.Value.1") === "pending"
          ? this.pending()
          : pass(request);
      default:
        return pass(request);
    }
  }

  private pending(): AwsAnswer {
    const items = Array.from({ length: this.taken }, (_, place) => {
      const id = `snap-${place.toString(16).padStart(17, "0")}`;
      return `<item><snapshotId>${id}</snapshotId><volumeId>vol-ffffffff</volumeId><status>pending</status></item>`;
    });
    const text = `<DescribeSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>copies</requestId><snapshotSet>${items.join("")}</snapshotSet></DescribeSnapshotsResponse>`;
    return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
  }
}

function tooMany(): AwsAnswer {
  const message =
    "Too many snapshot copies in progress. The limit is 20 for this destination region.";
  const text = `<Response><Errors><Error><Code>ResourceLimitExceeded</Code><Message>${message}</Message></Error></Errors><RequestID>copies</RequestID></Response>`;
  return { status: 400, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
