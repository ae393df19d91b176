import { uncommented } from "./vectors.ts";

/**
 * Issues and pull requests in which users of comparable scanners reported a wrong verdict, by repository on GitHub.
 * Each is named by a test in a `lessons.test.ts`.
 */
const REPORTED: Readonly<Record<string, readonly number[]>> = {
  "Checkmarx/kics": [5763, 6324, 6680, 7089],
  "Netflix/security_monkey": [669],
  "RoadieHQ/roadie-backstage-plugins": [1379],
  "SonarSource/SonarJS": [4035],
  "amazon-archives/aws-security-benchmark": [7],
  "aquasecurity/cloudsploit": [579],
  "aquasecurity/tfsec": [12],
  "aquasecurity/trivy": [1735],
  "aws-cloudformation/aws-guard-rules-registry": [243],
  "aws/aws-cdk": [31_387],
  "aws/aws-cli": [5859],
  "awslabs/aws-config-rules": [333],
  "bridgecrewio/checkov": [375, 424, 837, 1203, 6945, 7132],
  "cloud-custodian/cloud-custodian": [3944, 4796, 4845, 5091, 6081, 7731, 9130],
  "duo-labs/cloudmapper": [293, 486, 531],
  "flexera-public/policy_templates": [2642],
  "kubernetes-sigs/aws-load-balancer-controller": [1264, 1753, 1837],
  "mondoohq/cnspec": [2055],
  "mondoohq/cnspec-policies": [481],
  "mondoohq/mql": [8531],
  "mozilla/frost": [292],
  "nccgroup/Scout2": [14, 97, 204, 311],
  "nccgroup/ScoutSuite": [457, 620, 856, 867, 1132, 1420, 1710],
  "panther-labs/panther-analysis": [2161],
  "prowler-cloud/prowler": [
    180, 210, 327, 329, 371, 378, 464, 478, 487, 516, 645, 680, 811, 964, 971, 1035, 1038, 1151, 1173, 1323, 1481, 1800, 1877, 1929, 2052,
    2069, 2314, 2365, 2442, 2690, 2715, 2943, 3009, 3026, 3176, 3212, 3264, 3519, 3962, 4257, 4936, 5035, 5172, 5386, 5804, 6780, 7967,
    12_458, 12_845, 12_872,
  ],
  "semgrep/semgrep-rules": [2640],
  "stelligent/cfn_nag": [183, 624],
  "tenable/terrascan": [801, 1117],
  "terraform-compliance/cli": [268],
  "turbot/steampipe-mod-aws-compliance": [954],
  "turbot/steampipe-mod-aws-insights": [243],
  "turbot/steampipe-mod-aws-perimeter": [9],
};

/** Those that are about reading rather than judging, and the test elsewhere that proves it. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  "cfn_nag 183": "RDI-16: an instance is one, and its cluster is the one that names it as a member",
  "kics 7089": "SGU-02, SGU-16, SGU-23: an interface in use",
  "prowler 1038": "SGU-14: the latest version of a launch template",
  "prowler 2943": "SGU-11: a function that is idle",
  "prowler 3009": "SGU-06: an inbound rule of another group",
  "prowler 3176": "what was fixed is resolved by a re-check, and the older report does not open it again",
  "prowler 3519": "UMF-05, KAG-07, KUN-10: root is no user",
};

/** Wrong verdicts that are still given here, and why. None is known. */
export const LATER: Readonly<Record<string, string>> = {};

/** "prowler 4257": the last part of the repository's name, and the number. */
export function threads(reported: Readonly<Record<string, readonly number[]>> = REPORTED): readonly string[] {
  return Object.entries(reported).flatMap(([repository, numbers]) =>
    numbers.map((number) => `${repository.split("/")[1] ?? ""} ${number}`),
  );
}

const NUMBERS = /^\s*([A-Za-z][\w.-]*) ((?:pull )?\d+(?:, (?:pull )?\d+)*)$/;

/** The threads that names of tests speak of, in brackets: `(prowler 464, pull 487; kics 5763)`. Comments do not count. */
export function threadsIn(source: string): readonly string[] {
  const groups = [...uncommented(source).matchAll(/\(([^()]*)\)/g)].flatMap(([, group = ""]) => group.split(";"));
  return groups.flatMap((group) => {
    const [, name = "", numbers = ""] = NUMBERS.exec(group) ?? [];
    return (numbers.match(/\d+/g) ?? []).map((number) => `${name} ${number}`);
  });
}
