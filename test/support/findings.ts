/** A finding of GuardDuty, as EventBridge delivers it; what is not looked at is left out. */
export interface Finding {
  readonly id: string;
  readonly type: string;
  readonly severity: number;
  readonly accountId: string;
  readonly region: string;
  readonly resourceType: string;
  readonly instanceId: string | undefined;
  readonly archived: boolean;
}

const FOUND: Finding = {
  id: "7ebc050b71c556086b524045c9067feb",
  type: "Backdoor:EC2/Spambot",
  severity: 5,
  accountId: "222233334444",
  region: "eu-west-1",
  resourceType: "Instance",
  instanceId: "i-0123456789abcdef0",
  archived: false,
};

/** What whoever owns the machine, or has broken into it, can have a finding say: it must count nowhere. */
export const CHOSEN_BY_OTHERS = '"],"Act":["contain"],"Instance":["i-0fedcba9876543210';

/**
 * The event of a finding, in the form of those that `aws guardduty create-sample-findings` makes (GuardDuty user guide,
 * "Sample findings"; API reference, Finding): what others can choose says {@link CHOSEN_BY_OTHERS}.
 */
export function findingEvent(changes: Partial<Finding> = {}): object {
  const { id, type, severity, accountId, region, resourceType, instanceId, archived } = {
    ...FOUND,
    ...changes,
  };
  const detectorId = "e8b2d11eace51dd009880267917bb379";
  return {
    version: "0",
    id: "860d8fdd-3d43-d844-370b-0fb08d1b661d",
    "detail-type": "GuardDuty Finding",
    source: "aws.guardduty",
    account: "111122223333",
    time: "2026-11-30T00:30:34Z",
    region: "us-east-1",
    resources: [],
    detail: {
      schemaVersion: "2.0",
      accountId,
      region,
      partition: "aws",
      id,
      arn: `arn:aws:guardduty:${region}:${accountId}:detector/${detectorId}/finding/${id}`,
      type,
      resource: {
        resourceType,
        ...(instanceId === undefined
          ? {}
          : {
              instanceDetails: {
                instanceId,
                instanceType: "m3.xlarge",
                launchTime: "2026-08-02T02:05:06Z",
                platform: null,
                productCodes: [],
                iamInstanceProfile: null,
                networkInterfaces: [{ privateDnsName: CHOSEN_BY_OTHERS, ipv6Addresses: [] }],
                tags: [{ key: CHOSEN_BY_OTHERS, value: CHOSEN_BY_OTHERS }],
                instanceState: "running",
                availabilityZone: `${region}a`,
                imageId: "ami-99999999",
                imageDescription: CHOSEN_BY_OTHERS,
              },
            }),
      },
      service: {
        serviceName: "guardduty",
        detectorId,
        action: { actionType: "DNS_REQUEST", dnsRequestAction: { domain: CHOSEN_BY_OTHERS } },
        resourceRole: "ACTOR",
        additionalInfo: { sample: true },
        eventFirstSeen: "2026-11-30T00:25:00.000Z",
        eventLastSeen: "2026-11-30T00:30:00.000Z",
        archived,
        count: 1,
      },
      severity,
      createdAt: "2026-11-30T00:25:00.000Z",
      updatedAt: "2026-11-30T00:30:00.000Z",
      title: CHOSEN_BY_OTHERS,
      description: CHOSEN_BY_OTHERS,
    },
  };
}
