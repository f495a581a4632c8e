/**
 * Controls of frameworks that a policy serves: it checks a part of each, and is not all of it. Where none asks for it, none is
 * named; what is asked for in so many words is cited with the message, see clauses.ts.
 *
 * Source: NIST SP 800-53 revision 5, by the controls that AWS Security Hub relates to the same checks (Account.1, CloudTrail.2
 * and .4, CloudWatch.16, EC2.1, .2, .3, .6, .7, .8 and .21, IAM.1, KMS.4, S3.1, S3.5, S3.9, S3.15); ISO/IEC 27001:2022, Annex A;
 * ISO/IEC 27037:2012, clauses 5.4.5 (preservation) and 6.1 (chain of custody).
 */
export const CONTROLS: Readonly<Record<string, readonly string[]>> = {
  "account-switches": ["NIST SP 800-53 SC-28", "NIST SP 800-53 AC-21"],
  "bounded-roles": ["NIST SP 800-53 AC-6"],
  "careful-handling": ["ISO/IEC 27037 5.4.5"],
  "case-roles": ["NIST SP 800-53 AC-6"],
  "closed-buckets": ["NIST SP 800-53 AC-21", "NIST SP 800-53 SC-8"],
  "closed-default-groups": ["NIST SP 800-53 SC-7"],
  "closed-endpoints": ["NIST SP 800-53 AC-4", "ISO/IEC 27001 A.8.12"],
  "dns-firewall-closed": ["NIST SP 800-53 SC-7", "ISO/IEC 27001 A.8.12"],
  "imds-v2": ["NIST SP 800-53 AC-6"],
  "kept-logs": ["NIST SP 800-53 AU-11", "ISO/IEC 27001 A.8.15"],
  "keys-apart": ["NIST SP 800-53 SC-12", "ISO/IEC 27001 A.8.24"],
  "narrow-acls": ["NIST SP 800-53 SC-7", "ISO/IEC 27001 A.8.22"],
  "narrow-rules": ["NIST SP 800-53 AC-4", "NIST SP 800-53 SC-7"],
  "no-administrators": ["NIST SP 800-53 AC-6", "ISO/IEC 27001 A.8.2"],
  "no-force-destroy": ["ISO/IEC 27037 5.4.5"],
  "no-internet-path": ["NIST SP 800-53 SC-7", "ISO/IEC 27001 A.8.22"],
  "no-open-policies": ["NIST SP 800-53 AC-3", "NIST SP 800-53 AC-6"],
  "no-open-rules": ["NIST SP 800-53 AC-4", "NIST SP 800-53 SC-7"],
  "own-keys": ["NIST SP 800-53 SC-12"],
  "private-images": ["NIST SP 800-53 AC-21"],
  "protected-evidence": ["ISO/IEC 27037 5.4.5"],
  "recorded-sessions": ["NIST SP 800-53 AU-12", "ISO/IEC 27001 A.8.15", "ISO/IEC 27037 6.1"],
  "same-ticket": ["ISO/IEC 27037 6.1"],
  "security-contact": ["ISO/IEC 27001 A.5.24"],
  "sound-keys": ["NIST SP 800-53 SC-12"],
  "trail-on": ["NIST SP 800-53 AU-9", "NIST SP 800-53 SI-7", "ISO/IEC 27037 6.1"],
  "vault-locked": ["NIST SP 800-53 AU-9", "ISO/IEC 27001 A.5.28", "ISO/IEC 27037 5.4.5"],
  "volumes-encrypted": ["NIST SP 800-53 SC-28", "ISO/IEC 27001 A.8.24"],
  "watched-vpcs": ["NIST SP 800-53 AU-12", "ISO/IEC 27001 A.8.15"],
};
