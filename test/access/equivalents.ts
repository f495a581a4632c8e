const NAMES_THE_ACCOUNT = "the condition names roles by their ARNs, which have the account in them";
const IN_THE_ROOT = "the principal is the account, and nobody of another is let by it";
const ITS_OWN_ALONE = "a policy of a resource is asked about that resource alone";
const BOTH_SIDES =
  "in another account a role's own policies have to allow it as well, whoever is named";
const SAME_FUNCTION = "made by the function that makes the investigator's, where it is noticed";
const SAME_UPLOAD = "made by the function that makes the workstation's, where it is noticed";
const ARN_HAS_IT = "the ARN that the statement asks for has the account in it";
const OTHER_VPC = "EC2 tells of the VPC on the other side with connections only";
const WHAT_IT_MAKES = "EC2 tells of those acts with what they make only";
const SHARES = "the actions know shares only";
const ROUTES = "the actions know route tables only";
const BOUNDARY_AND_ENDPOINT =
  "the boundary and the endpoint ask for the same: each holds where somebody widens the other";
const ITS_OWN_POLICY = "workstations' roles alone, whose own policy and boundary ask for the same";
const AWS_SAYS_SO = "AWS's own policy of that role asks for the same";

/**
 * Clauses that no cell of the table can notice, as policies without them say the same, and why. They stand
 * for a reader or for an auditor's tool.
 */
export const EQUIVALENTS: Readonly<Record<string, string>> = {
  "access logs: LogDelivery: its resources": ITS_OWN_ALONE,
  "trail's log files: TrailLooksAtTheBucket: its resources": ITS_OWN_ALONE,
  "trail's log files: TrailDelivers: its principal": "OnlyCloudTrailWrites denies everybody else",
  "alarm topic: TheRulesPublish: its resources": ITS_OWN_ALONE,
  "alarm topic: AlarmsPublish: its resources": ITS_OWN_ALONE,
  "alarm topic: AlarmsPublish: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "alarm topic without a key: AlarmsPublish: its resources": ITS_OWN_ALONE,
  "alarm topic without a key: AlarmsPublish: StringEquals aws:SourceAccount": ARN_HAS_IT,

  "foundation key: Administration: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "foundation key: Succession: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "foundation key: ImagesOfImageBuilder: StringEquals kms:ViaService": AWS_SAYS_SO,
  "foundation key: ImagesOfImageBuilder: its principal": AWS_SAYS_SO,
  "foundation key: GrantsOfImageBuilder: StringEquals kms:ViaService": AWS_SAYS_SO,
  "foundation key: GrantsOfImageBuilder: its principal": AWS_SAYS_SO,
  "foundation key: NoticesOfImageBuilder: StringEquals kms:CallerAccount": NAMES_THE_ACCOUNT,
  "foundation key: TrailReadThroughS3: StringEquals kms:CallerAccount": IN_THE_ROOT,
  "evidence key: Administration: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "evidence key: Succession: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "evidence key: UseThroughS3: StringEquals kms:CallerAccount": IN_THE_ROOT,
  "evidence key: ReadDirectly: StringEquals kms:ViaService": ITS_OWN_POLICY,
  "evidence key: ReadDirectly: its principal": ITS_OWN_POLICY,
  "boundary: ReadCopiesDirectly: StringLike aws:ResourceTag/incident-response":
    BOUNDARY_AND_ENDPOINT,
  "boundary: ReadCopiesDirectly: its resources": BOUNDARY_AND_ENDPOINT,
  "endpoint of ebs: WorkstationsReadCopies: StringLike aws:ResourceTag/incident-response":
    BOUNDARY_AND_ENDPOINT,
  "endpoint of ebs: WorkstationsReadCopies: its resources": BOUNDARY_AND_ENDPOINT,
  "workstation: ReadCopiesDirectly: its resources": BOUNDARY_AND_ENDPOINT,
  "workstation: ReadCopiesDirectly: StringEquals aws:SourceVpc":
    "OnlyFromTheRoom denies it from elsewhere",
  "transfer key: Administration: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "transfer key: Succession: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "transfer key: OnlyTheOrganization: BoolIfExists aws:PrincipalIsAWSService":
    "of no service AWS says that it comes with an organisation; one that did, keys.spec.ts lets in",
  "transfer key: OnlyTheOrganization: ArnNotLikeIfExists aws:PrincipalArn":
    "as above, of what EBS does by itself",
  "signing key: Administration: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "signing key: Succession: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "signing key: Verification: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "signing key: Signing: ArnLike aws:PrincipalArn": "NobodyElseSigns denies everybody else",
  "signing key: Signing: its principal": "NobodyElseSigns denies everybody else",
  "incident key: Administration: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "incident key: EndOfTheRoom: StringEquals aws:PrincipalAccount": NAMES_THE_ACCOUNT,
  "member's transfer key: UseThroughEc2: its principal":
    "the account's own policies can put the key's: the responder gains nothing",
  "member's transfer key: GrantsOfEc2: its principal": "as above",
  "member's transfer key: GrantsOfAnOpenIncident: its principal": "as above",

  "incident deployer, evidence: GrantsOfEc2: the statement":
    "GrantsOnSuspectsKeys says it of every key whose organisation KMS tells: no room's opening hangs on that",
  "incident deployer, room: CreateTicketedResources: its resources":
    "of what else these actions know the request's tags are not asked",
  "incident deployer, room: RunTicketedInstances: its resources":
    "EC2 tells of the metadata service with instances only",
  "incident deployer, room: RunFromForensicsImage: its resources":
    "EC2 tells with images only whether they are public",
  "incident deployer, link: ToALinkedAccount: its resources": OTHER_VPC,
  "incident deployer, link: TagAConnection: its resources":
    "EC2 tells of that act with connections only",
  "incident deployer, link: TagATarget: its resources":
    "EC2 tells of that act with mirror targets only",
  "incident deployer, link: WithALinkedAccount: its resources": SHARES,
  "incident deployer, link: EndARoomsShare: its resources": SHARES,
  "incident deployer, link: LeadASlotToTheSuspect: its resources": ROUTES,
  "link: AcceptWhatARoomRequests: its resources": OTHER_VPC,
  "link: MirrorForARoom: its resources":
    "of what else these actions know the request's tags are not asked",
  "link: OfTheseVpcs: its resources": "EC2 tells of a VPC with interfaces only",
  "link: TagMirrorsThatAreMade: its resources": WHAT_IT_MAKES,
  "link: TagRulesThatAreMade: its resources": "EC2 tells of those acts with rules only",
  "link: LeadTheSuspectToTheRoom: its resources": ROUTES,
  "workstation: BeReachedBySessionManager: StringEquals aws:SourceVpc":
    "OnlyFromTheRoom denies the same",
  "workstation: LookAtTheirLogGroup: StringEquals aws:SourceVpc": "OnlyFromTheRoom denies the same",
  "workstation: OnlyOnItsOwnMachine: Null aws:VpcSourceIp":
    "of a variable that the request lacks AWS does not say what it is compared as: here it matches nothing",
  "other investigator's trust: People: StringEquals aws:PrincipalOrgID": SAME_FUNCTION,
  "other investigator: ListThisCase: its resources": SAME_FUNCTION,
  "other investigator: DecryptThroughTheVault: StringEquals kms:ViaService": SAME_FUNCTION,
  "other investigator: DecryptThroughTheVault: its resources": SAME_FUNCTION,
  "other investigator: LogInOnTheWorkstation: BoolIfExists ssm:SessionDocumentAccessCheck":
    SAME_FUNCTION,
  "other investigator: LogInOnTheWorkstation: its resources": SAME_FUNCTION,
  "other investigator: WithTheRecordedDocument: BoolIfExists ssm:SessionDocumentAccessCheck":
    SAME_FUNCTION,
  "other investigator: OpenItsChannel: StringEquals aws:RequestedRegion": SAME_FUNCTION,
  "other investigator: EndOwnSessions: StringLike ssm:resourceTag/aws:ssmmessages:session-id":
    SAME_FUNCTION,
  "other investigator: EndOwnSessions: its resources": SAME_FUNCTION,
  "intake: EncryptUploads: StringEquals kms:ViaService": SAME_UPLOAD,
  "intake: EncryptUploads: its resources": SAME_UPLOAD,
  "runbook, holds: HoldObjects: StringEquals s3:object-lock-legal-hold":
    "the vault's OnlyCustodiansTakeAHoldOff denies the same",

  "containment: ReadInstanceProfiles: its resources": "the action knows instance profiles only",
  "containment: OpenTicketedGroups: its resources":
    "what these actions know beside groups are rules, which carry no ticket before they are made",
  "containment: SnapshotTicketedInstances: its resources":
    "what the action knows beside them are snapshots, which carry no ticket before they are made",
  "containment: TagSnapshotsThatAreMade: its resources": WHAT_IT_MAKES,
  "containment: TagTheGroupThatIsMade: its resources": WHAT_IT_MAKES,
  "containment: MoveInstances: its resources": "the actions know Auto Scaling groups only",
  "containment: MoveTargets: its resources": "the actions know target groups only",
  "containment: TagRolesWithTicket: its resources": "the action knows roles only",
  "responder, to contain: FollowExecutions: its resources": "the actions know executions only",
  "containment: DenyItsSessions: its resources": "the actions know roles only",
  "start of containment: FollowAndStopExecutions: its resources":
    "the actions know executions only",
  "incident deployer, evidence: FollowExecutions: the statement":
    "the policy to contain lets them too, which most foundations have not",

  "intake's trust: People: its principal": BOTH_SIDES,
  "link's trust: IncidentDeployers: its principal": BOTH_SIDES,
  "start of containment's trust: AuditAccount: its principal": BOTH_SIDES,
  "start of containment's trust: IncidentDeployers: its principal": BOTH_SIDES,
  "responder's trust: Responders: its principal": BOTH_SIDES,
  "transfer key grants' trust: IncidentDeployers: its principal": BOTH_SIDES,
  "execution's trust, read-only: Automation: its principal": BOTH_SIDES,
  "execution's trust, administrator: Automation: its principal": BOTH_SIDES,
  "runbook's trust, holds: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "starter's trust, holds: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "runbook's trust, locks: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "runbook's trust, signs: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "runbook's trust, answers findings: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "starter's trust, signs: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "starter's trust, answers findings: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,
  "starter's trust, locks: statement 1: StringEquals aws:SourceAccount": ARN_HAS_IT,

  "responder: DescribeSnapshotSharing: its resources":
    "the action knows snapshots only, whose ARNs have no account; every Region is meant",
  "responder: DescribeVolumeProductCodes: its resources":
    "EC2 shows nobody another account's volume",
  "responder: CreateTicketedSnapshots: its resources":
    "what of an instance or a volume is snapshot other statements let; a request's tags are the snapshot's",
  "responder: CopyToWhereRoomsAre: its resources": "the action knows snapshots only",
};
