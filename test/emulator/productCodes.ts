import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/**
 * Keeps the product codes of AWS Marketplace, which the emulator does not know: what is made of a disk that
 * has one has it, too, and no such volume is attached to a running machine. The owner of a snapshot is
 * told of its codes, and nobody else.
 *
 * Sources: EC2 API reference, AttachVolume, CreateSnapshot, CreateVolume, DescribeSnapshotAttribute,
 * DescribeVolumeAttribute. That CopySnapshot keeps the codes is documented nowhere.
 */
export class ProductCodes implements Correction {
  /** By snapshot and volume, `snap-…` and `vol-…`. */
  public readonly of = new Map<string, string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    switch (asked.get("Action")) {
      case "AttachVolume": {
        const volume = asked.get("VolumeId") ?? "";
        return this.of.has(volume) ? running(volume, asked.get("InstanceId") ?? "") : pass(request);
      }
      case "CopySnapshot":
        return this.inherit(asked.get("SourceSnapshotId"), "snapshotId", await pass(request));
      case "CreateSnapshot":
        return this.inherit(asked.get("VolumeId"), "snapshotId", await pass(request));
      case "CreateVolume":
        return this.inherit(asked.get("SnapshotId"), "volumeId", await pass(request));
      case "DescribeSnapshotAttribute": {
        if (asked.get("Attribute") !== "productCodes") {
          return pass(request);
        }
        const known = await pass(request);
        return known.status === 200
          ? this.told("DescribeSnapshotAttribute", "snapshotId", asked.get("SnapshotId") ?? "")
          : known;
      }
      case "DescribeVolumeAttribute":
        return this.told("DescribeVolumeAttribute", "volumeId", asked.get("VolumeId") ?? "");
      default:
        return pass(request);
    }
  }

  private inherit(from: string | null, named: string, answer: AwsAnswer): AwsAnswer {
    const code = this.of.get(from ?? "");
    const made = new RegExp(`<${named}>([^<]+)<`).exec(answer.body.toString("utf8"))?.[1];
    if (code !== undefined && made !== undefined) {
      this.of.set(made, code);
    }
    return answer;
  }

  private told(operation: string, named: string, id: string): AwsAnswer {
    const code = this.of.get(id);
    const item = `<item><productCode>${code}</productCode><type>marketplace</type></item>`;
    const codes = `<productCodes>${code === undefined ? "" : item}</productCodes>`;
    const text = `<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>codes</requestId><${named}>${id}</${named}>${codes}</${operation}Response>`;
    return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
  }
}

function running(volume: string, instance: string): AwsAnswer {
  const message = `Cannot attach volume '${volume}' with Marketplace codes as the instance '${instance}' is not in the 'stopped' state.`;
  const text = `<Response><Errors><Error><Code>IncorrectInstanceState</Code><Message>${message}</Message></Error></Errors><RequestID>codes</RequestID></Response>`;
  return { status: 400, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
