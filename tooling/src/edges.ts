/** What one package of the workspace may import from the others, and from the AWS SDK. */
export interface Edge {
  readonly uses: readonly string[];
  /** What its tests may use besides. */
  readonly inTests?: readonly string[];
  /** Whether it may import `@aws-sdk/*`; `tests`: only its tests. */
  readonly sdk?: "yes" | "tests";
  /** Everything from npm that it may import. Left out: whatever its package.json names. */
  readonly npm?: readonly string[];
}

const PLUGIN: Edge = { uses: ["core", "resources-aws"], inTests: ["testing"] };
const STORE: Edge = { uses: ["core"], inTests: ["testing"] };

/**
 * The arrows between packages, by folder name. They point at core, and nowhere in a circle.
 * cli and slack-bot share what they have in common through runtime, and do not know each other.
 */
export const EDGES: Readonly<Record<string, Edge>> = {
  core: { uses: [], npm: ["zod"] },
  "resources-aws": { uses: ["core"] },
  "aws-access": { uses: ["core"], sdk: "yes" },
  "collectors-aws": { uses: ["aws-access", "core", "resources-aws"], sdk: "yes" },
  engine: { uses: ["core"] },
  config: { uses: ["core"] },
  runtime: {
    uses: [
      "aws-access",
      "collectors-aws",
      "config",
      "core",
      "engine",
      "plugin-encryption",
      "plugin-iam",
      "plugin-s3",
      "plugin-security-groups",
      "plugin-tagging",
      "store-lowdb",
      "store-postgres",
    ],
    inTests: ["sandbox", "testing"],
    sdk: "tests",
  },
  "plugin-iam": PLUGIN,
  "plugin-s3": PLUGIN,
  "plugin-encryption": PLUGIN,
  "plugin-security-groups": PLUGIN,
  "plugin-tagging": PLUGIN,
  "store-lowdb": STORE,
  "store-postgres": STORE,
  chart: { uses: ["core"] },
  export: { uses: ["chart", "core"], inTests: ["testing"] },
  testing: { uses: ["core"] },
  "create-posture-plugin": { uses: [] },
  sandbox: { uses: ["core"], inTests: ["aws-access", "collectors-aws"], sdk: "yes" },
  cli: { uses: ["chart", "config", "core", "export", "runtime", "sandbox"], sdk: "tests" },
  "slack-bot": { uses: ["chart", "config", "core", "export", "runtime"], inTests: ["sandbox"] },
  "plugin-minimal": {
    uses: ["core", "resources-aws"],
    inTests: ["config", "plugin-encryption", "plugin-iam", "plugin-s3", "plugin-security-groups", "plugin-tagging", "testing"],
  },
  tooling: { uses: ["cli", "core", "export", "runtime", "sandbox"] },
};

export interface Imported {
  /** Relative to the package's folder. */
  readonly file: string;
  readonly specifier: string;
}

export interface PackageFacts {
  /** The folder's name. */
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly imports: readonly Imported[];
}

/** Every dependency and every import that the table does not allow, as sentences. */
export function offencesOf(packages: readonly PackageFacts[], edges: Readonly<Record<string, Edge>>): readonly string[] {
  return packages.flatMap((facts) => {
    const edge = edges[facts.name];
    if (!edge) return [`${facts.name} is not in the table of edges: say in tooling/src/edges.ts what it may import`];
    return [
      ...facts.dependencies
        .filter((dependency) => !isAllowed(edge, dependency, false))
        .map((dependency) => `${facts.name} depends on ${dependency}`),
      ...facts.devDependencies
        .filter((dependency) => !isAllowed(edge, dependency, true))
        .map((dependency) => `${facts.name} depends on ${dependency} in development`),
      ...facts.imports.flatMap((imported) => offenceOf(facts.name, edge, imported)),
    ];
  });
}

/** The packages that a circle of `uses` runs through, or nothing. */
export function circleIn(edges: Readonly<Record<string, Edge>>): readonly string[] {
  const follow = (name: string, path: readonly string[]): readonly string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    return (edges[name]?.uses ?? []).map((used) => follow(used, [...path, name])).find((circle) => circle.length > 0) ?? [];
  };
  return (
    Object.keys(edges)
      .map((name) => follow(name, []))
      .find((circle) => circle.length > 0) ?? []
  );
}

/** Tests, what they are given, and the servers they talk to. None of it is published. */
function isTest(file: string): boolean {
  return /\.(test|fixture)\./.test(file);
}

function offenceOf(name: string, edge: Edge, { file, specifier }: Imported): string[] {
  const says = (what: string): string[] => [`${name}/${file} imports ${what}`];
  if (specifier.startsWith("node:")) return [];
  if (specifier.startsWith(".")) {
    const away = new URL(specifier, new URL(file, "file:///package/")).pathname;
    return away.startsWith("/package/") ? [] : says(`${specifier}, past its own folder`);
  }
  const dependency = packageOf(specifier);
  return isAllowed(edge, dependency, isTest(file)) ? [] : says(specifier);
}

function isAllowed(edge: Edge, dependency: string, inTest: boolean): boolean {
  const ours = /^@posture\/(.+)$/.exec(dependency)?.[1];
  if (ours !== undefined) return edge.uses.includes(ours) || (inTest && (edge.inTests ?? []).includes(ours));
  if (dependency.startsWith("@aws-sdk/")) return edge.sdk === "yes" || (edge.sdk === "tests" && inTest);
  return inTest || edge.npm === undefined || edge.npm.includes(dependency);
}

/** `@scope/name` of `@scope/name/entry`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
